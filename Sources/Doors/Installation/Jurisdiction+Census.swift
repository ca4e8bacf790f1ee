extension Jurisdiction {
    /// The rows of the census by commune and milieu, by column name. Throws `JurisdictionError`.
    public func census() throws(JurisdictionError) -> [[String: String]] {
        try JurisdictionFiles(folder: folder).table("Geography/census.csv")
    }
}
