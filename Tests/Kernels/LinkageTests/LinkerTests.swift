import Linkage
import Testing
import Yams

@Suite("Linking the records of a file")
struct LinkerTests {
    static let yaml = """
        id: id
        fields:
          - { name: given, kind: name, columns: [given, given_ar] }
          - { name: surname, kind: name, columns: [surname, surname_ar] }
          - { name: birth, kind: date, columns: [dob], firstOfJanuaryIsYear: true }
          - { name: document, kind: code, columns: [card] }
        swappable: [given, surname]
        household: [surname]
        veto: [document]
        keys: [document.value, given.key birth.year, surname.key birth.date]
        refinements: [birth.date]
        """
    static let header = "id,given,given_ar,surname,surname_ar,dob,card\n"
    static let givens = ["SAID", "KARIMA", "HICHAM", "DRISS", "SAMIRA", "FATIMA", "YOUSSEF", "NADIA", "OMAR", "RACHID"]
    static let surnames = [
        "ALAOUI", "BENNANI", "TAZI", "FASSI", "BERRADA", "CHRAIBI", "SEBTI", "LAHLOU", "KETTANI", "GUESSOUS",
    ]

    /// A hundred people, one of five entered twice with another spelling.
    static func people() -> String {
        var text = header
        for index in 0..<100 {
            let (given, surname) = (givens[index % 10], surnames[index / 10])
            let dob = "\(1901 + index)-0\(1 + index * 7 % 9)-1\(index * 3 % 10)"
            text += "a\(index),\(given),,\(surname),,\(dob),\(index % 3 == 0 ? "AB\(10_000 + index * 37)" : "")\n"
            if index % 5 == 0 { text += "b\(index),\(given),,EL \(surname),,\(dob),\n" }
        }
        return text
    }

    static func linker(_ csv: String, _ yaml: String = yaml) throws -> Linker {
        let configuration = try YAMLDecoder().decode(LinkageConfiguration.self, from: yaml)
        let bytes = Array(csv.utf8)
        let table = try bytes.withUnsafeBufferPointer {
            try RecordTable(csv: $0, configuration: configuration.validated())
        }
        return try Linker(table, configuration: configuration)
    }

    @Test("another spelling of the same person falls into the same cluster, everybody else stays apart")
    func duplicates() throws {
        let linker = try Self.linker(Self.people())
        let result = linker.run()
        var partners: [Int: Set<String>] = [:]
        for record in result.clusters.indices {
            partners[result.clusters[record], default: []].insert(linker.table.identifier(record))
        }
        let found = Set(partners.values.filter { $0.count > 1 })
        #expect(found == Set(stride(from: 0, to: 100, by: 5).map { ["a\($0)", "b\($0)"] }))
    }

    @Test("two different valid documents forbid a link, however alike the rest")
    func veto() throws {
        let linker = try Self.linker(Self.people() + "x,SAID,,ALAOUI,,1901-01-10,ZZ99999\n")
        #expect(try linker.explain("a0", "x").veto == "document")
        #expect(try linker.explain("a0", "x").probability == 0)
        #expect(linker.run().clusters[0] != linker.table.count - 1)
    }

    @Test("the steps of an explanation add up to its probability")
    func explanation() throws {
        let linker = try Self.linker(Self.people())
        let explanation = try linker.explain("a5", "b5")
        var odds = 1.0
        let bits = explanation.steps.reduce(0) { $0 + $1.bits }
        for _ in 0..<Int(abs(bits)) { odds *= bits > 0 ? 2 : 0.5 }
        #expect(abs(odds / (1 + odds) - explanation.probability) < 0.3)
        #expect(explanation.svg.hasPrefix("<svg"))
        #expect(throws: LinkageError.self) { try linker.explain("a5", "nobody") }
    }

    @Test("one probe finds the person the batch would have found, a year standing for a date")
    func probe() throws {
        let probe = try Probe(try Self.linker(Self.people()))
        let answer = probe.candidates(["given": "SAID", "surname": "EL ALAOUI", "dob": "1901"], least: 0.001)
        #expect(answer.candidates.first.map { ["a0", "b0"].contains($0.identifier) } == true)
        let again = probe.candidates(["given": "SAID", "surname": "EL ALAOUI", "dob": "1901"], least: 0.001)
        #expect(again.candidates.map(\.identifier) == answer.candidates.map(\.identifier))
    }

    @Test("what cannot be read is refused with its reason")
    func refusals() {
        func code(_ csv: String) -> LinkageError.Code? {
            do { _ = try Self.linker(csv) } catch { return (error as? LinkageError)?.code }
            return nil
        }
        #expect(code("") == .input)
        #expect(code(Self.header) == .input)
        #expect(code("id,name\n1,A\n") == .missingColumn)
        #expect(code(Self.header + "1,A,,B,,1960,\n1,C,,D,,1961,\n") == .duplicateIdentifier)
        #expect(code(Self.header + "1,A,,B\n") == .input)
        #expect(code(Self.header + "1,A,,B,,1960,\n") == nil)
    }

    @Test("ten thousand equal names end in a report, not in a hang")
    func equalNames() throws {
        var text = Self.header
        for index in 0..<10_000 { text += "\(index),ALI,علي,ALAOUI,العلوي,1990,\n" }
        let linker = try Self.linker(text)
        #expect(!linker.notices.isEmpty)
        #expect(linker.run().clusters.count == 10_000)
    }

    @Test("a configuration names what is wrong in it")
    func configuration() throws {
        for broken in ["[nosuch.key]", "[birth.key]", "[]", "[given]"] {
            let text = Self.yaml.replacing(
                "keys: [document.value, given.key birth.year, surname.key birth.date]", with: "keys: \(broken)")
            #expect(throws: LinkageError.self) { try Self.linker(Self.people(), text) }
        }
    }
}
