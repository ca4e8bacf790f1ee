public import SyntheticPopulation

extension Demonstration {
    static func tables(_ jurisdiction: Jurisdiction) throws -> SyntheticTables {
        let files = JurisdictionFiles(folder: jurisdiction.folder)
        func demonstration(_ name: String) throws -> String { try files.text("Demonstration/\(name).csv") }
        return SyntheticTables(
            census: try files.text("Geography/census.csv"), names: try demonstration("names"),
            ages: try demonstration("ages"), parameters: try demonstration("parameters"),
            weights: try demonstration("weights"), addresses: try demonstration("addresses"),
            origins: try demonstration("origins"), settings: try demonstration("settings"))
    }

    /// What a synthetic nation is made from: also the census of nation and regions, and what is known of spending.
    public static func nationTables(
        _ jurisdiction: Jurisdiction
    ) throws -> (demonstration: SyntheticTables, areas: String, consumption: String) {
        let files = JurisdictionFiles(folder: jurisdiction.folder)
        return (
            try tables(jurisdiction), try files.text("Geography/census-areas.csv"),
            try files.text("Geography/consumption.csv")
        )
    }
}
