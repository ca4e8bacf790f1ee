import PopulationRegister
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

    /// A nation of invented households, and the tables of the census that it is compared with. Throws `JurisdictionError`
    /// or `SyntheticTableError`.
    public static func nation(
        _ jurisdiction: Jurisdiction
    ) throws -> (nation: SyntheticNation, census: String, areas: String) {
        let files = JurisdictionFiles(folder: jurisdiction.folder)
        let (tables, areas) = (try tables(jurisdiction), try files.text("Geography/census-areas.csv"))
        let known = jurisdiction.population.placeCodes
        let nation = try SyntheticNation(
            tables, areas: areas, consumption: try files.text("Geography/consumption.csv"),
            communes: { known.contains($0) })
        return (nation, tables.census, areas)
    }
}
