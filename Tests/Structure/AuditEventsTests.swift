import Testing

@Suite("The list of audit events")
struct AuditEventsTests {
    private static let document = "Documentation/AuditEvents.md"

    private static func sources() throws -> [(path: String, text: String)] {
        try Repository.files("Sources").filter { $0.hasSuffix(".swift") }.map { ($0, try Repository.text($0)) }
    }

    private static func listed() throws -> [String] {
        try Repository.matches(#"^\| `([A-Za-z]+\.[A-Za-z]+)` \|"#, in: try Repository.text(document)).map { $0[1] }
    }

    private static func performed() throws -> Set<String> {
        Set(try sources().flatMap { try Repository.matches(#"\.(?:perform|drafting)\(\s*"([^"]+)""#, in: $0.text).map { $0[1] } })
    }

    @Test("every act in the sources is in the document, and every act of the document is in the sources")
    func listIsComplete() throws {
        let (listed, performed) = (Set(try Self.listed()), try Self.performed())
        #expect(!performed.isEmpty)
        #expect(
            performed.subtracting(listed).isEmpty, "add to \(Self.document): \(performed.subtracting(listed).sorted())")
        #expect(listed.subtracting(performed).isEmpty, "no act is called: \(listed.subtracting(performed).sorted())")
    }

    @Test("no act is listed twice")
    func listHasNoRepetition() throws {
        let listed = try Self.listed()
        #expect(Set(listed).count == listed.count)
    }

    @Test("an act's name is written out where it is carried out, so that this list can be compared")
    func namesAreWrittenOut() throws {
        for (path, text) in try Self.sources() where !path.hasSuffix("/RecordStore/RecordStore.swift") {
            let unnamed = try Repository.matches(#"\.perform\((?!\s*")"#, in: text)
            #expect(unnamed.isEmpty, "\(path) carries out an act whose name is not a literal")
        }
    }

    @Test("every act has its words in every language")
    func actsHaveWords() throws {
        for path in Repository.files("Jurisdictions") where path.contains("/Languages/") {
            let words = try Self.acts(inCatalogue: try Repository.text(path))
            let missing = try Self.performed().subtracting(words)
            #expect(missing.isEmpty, "\(path) lacks act.\(missing.sorted())")
        }
    }

    /// The names below `act:` of a catalogue, two levels deep.
    private static func acts(inCatalogue text: String) throws -> Set<String> {
        var names: Set<String> = []
        var isInside = false
        var group = ""
        for line in text.split(separator: "\n") {
            if !line.hasPrefix(" ") { isInside = line.hasPrefix("act:") }
            guard isInside, let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon]
            if name.hasPrefix("    ") {
                names.insert("\(group).\(name.dropFirst(4))")
            } else {
                group = String(name.dropFirst(2))
            }
        }
        return names
    }
}
