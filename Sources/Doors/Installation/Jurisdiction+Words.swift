extension Jurisdiction {
    private struct SourceWords: Decodable {
        let source: [String: String]
    }

    /// What the sources of facts are called in a language: the part `source` of its catalogue; empty without a catalogue.
    public func sourceNames(language: String) -> [String: String] {
        let words = try? JurisdictionFiles(folder: folder).decode(SourceWords.self, "Languages/\(language).yaml")
        return words?.source ?? [:]
    }
}
