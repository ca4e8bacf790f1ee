import Foundation
import PopulationRegister
import Quantities
import RecordStore
import SocialRegister
import Storage
import StrictJSON
import TestSupport
import Testing

@testable import Installation

@Suite("Bringing in and writing out files of persons and households")
struct BulkImportTests {
    /// The engines that there are here.
    static let engines = ["SQLite"] + (TestServer.isAvailable ? ["PostgreSQL"] : [])

    static func installation(_ engine: String) async throws -> TestInstallation {
        let folder = try TemporaryFolder()
        let databases = engine == "PostgreSQL" ? try await folder.databases() : nil
        return try await TestInstallation(folder: folder, clock: FixedClock(), on: databases)
    }

    static func run(
        _ test: TestInstallation, _ kind: BulkImport.Kind, _ path: String, batch: Int = 7, isSearched: Bool = true
    ) async throws -> BulkImport.Summary {
        let access = kind == .persons ? Staff.operatorAccess : Staff.households
        return try await BulkImport(
            test.installation, kind, access: access, list: "\(path).rejected.jsonl", isSearched: isSearched,
            batch: batch
        ).run(try RecordFile(path: path))
    }

    static func write(_ lines: [String], _ test: TestInstallation, _ name: String) throws -> String {
        let path = "\(test.folder.path)/\(name)"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    static func rejected(_ path: String) throws -> [(line: Int64, field: String, code: String)] {
        guard let data = FileManager.default.contents(atPath: "\(path).rejected.jsonl") else { return [] }
        return try data.split(separator: 0x0A).map { line in
            let json = try JSONValue(parsing: [UInt8](line))
            return (json["line"]?.integer ?? 0, json["field"]?.string ?? "", json["code"]?.string ?? "")
        }
    }

    static func confirmSound(_ test: TestInstallation) async throws {
        try await test.installation.sequencer.drain()
        let report = try await test.installation.verifier.verify()
        #expect(report.isSound && report.pending == 0, "\(report.findings.prefix(3))")
        #expect(try await test.installation.integrityProblems().map(\.problem) == [])
    }

    @Test(
        "good rows come in, bad ones are set apart with line, field and reason, and a second run adds nothing",
        arguments: engines)
    func badRows(engine: String) async throws {
        let test = try await Self.installation(engine)
        var lines = (0..<20).map { Samples.application($0).serialized() }
        lines[3] = "{\"names\": "
        lines[8] = Samples.changed(Samples.application(8), "sex", to: "neither").serialized()
        lines[11] = Samples.application(2).serialized()
        lines[12] = ""
        lines[15] = Samples.changed(Samples.application(15), "civilNumber", to: "123").serialized()
        let path = try Self.write(lines, test, "persons.jsonl")
        let first = try await Self.run(test, .persons, path)
        #expect((first.lines, first.accepted, first.refused, first.doneBefore) == (20, 15, 4, 0))
        let found = try Self.rejected(path)
        #expect(found.map(\.line) == [4, 9, 12, 16])
        #expect(found.map(\.field) == ["", "sex", "documents[0].number", "civilNumber"])
        #expect(found.map(\.code) == ["malformed", "notOnList", "alreadyUsed", "malformed"])
        let list = FileManager.default.contents(atPath: "\(path).rejected.jsonl")
        let again = try await Self.run(test, .persons, path, batch: 3)
        #expect((again.lines, again.accepted, again.refused, again.doneBefore) == (20, 15, 4, 20))
        #expect(FileManager.default.contents(atPath: "\(path).rejected.jsonl") == list)
        #expect(try await test.population.personCount() == 15)
        try await Self.confirmSound(test)
    }

    @Test(
        "whoever is brought in is found by a later application, at once or after the next start",
        arguments: [true, false])
    func searched(isSearched: Bool) async throws {
        let test = try await Self.installation("SQLite")
        let path = try Self.write((0..<3).map { Samples.application($0).serialized() }, test, "persons.jsonl")
        _ = try await Self.run(test, .persons, path, isSearched: isSearched)
        if !isSearched { #expect(try await test.population.completeCandidateLists() == 3) }
        #expect(try await test.population.completeCandidateLists() == 0)
        let receipt = try await test.population.apply(
            try test.content(Samples.application(1, document: "TS 99999")), access: Staff.agent)
        #expect(receipt.candidates.count == 3)
        try await Self.confirmSound(test)
    }

    @Test("what is exported and brought into another installation is exported again alike", arguments: engines)
    func roundTrip(engine: String) async throws {
        let test = try await Self.installation(engine)
        let full = Samples.changed(
            Samples.changed(Samples.application(1, given: "Anne \"Marie\", f"), "phone", to: "+212 600 000 001"),
            "parents", to: ["mother": ["arabic": "زهرة", "latin": "Zahra"]])
        var applications = (2..<30).map { Samples.application($0, birth: ["date": "1979"]) } + [full]
        applications[0] = Samples.application(0, sex: "male")
        _ = try await Self.run(
            test, .persons, try Self.write(applications.map { $0.serialized() }, test, "persons.jsonl"))
        var persons: [String] = []
        var columns: [String] = []
        let export = BulkExport(test.installation, access: Staff.reviewer)
        try await export.persons(.jsonl) { persons += $0 }
        try await export.persons(.csv) { columns += $0 }
        let numbers = try persons.map { try JSONValue(parsing: $0)["civilNumber"]?.string ?? "" }
        let households = stride(from: 0, to: 27, by: 3).map { index in
            Samples.declaration(Array(numbers[index..<(index + 3)])) { place, member in
                place == 0
                    ? member : Samples.changed(Samples.changed(member, "birthDate", to: nil), "school", to: "none")
            }.serialized()
        }
        let file = try Self.write(
            households + [households[0].replacing(numbers[0], with: "0000000000")], test, "h.jsonl")
        let declared = try await Self.run(test, .households, file, batch: 4)
        #expect((declared.accepted, declared.refused) == (9, 1))
        #expect(try Self.rejected(file).allSatisfy { $0.line == 10 })
        var homes: [String] = []
        try await export.households { homes += $0 }
        #expect(homes.count == 9)

        let other = try await Self.installation(engine)
        let csv = try Self.write(columns, other, "persons.csv")
        let moved = try await Self.run(other, .persons, csv)
        #expect((moved.accepted, moved.refused) == (29, 0))
        let homesFile = try Self.write(homes, other, "households.jsonl")
        let movedHomes = try await Self.run(other, .households, homesFile)
        #expect((movedHomes.accepted, movedHomes.refused) == (9, 0))
        var (personsAgain, homesAgain): ([String], [String]) = ([], [])
        let exportAgain = BulkExport(other.installation, access: Staff.reviewer)
        try await exportAgain.persons(.jsonl) { personsAgain += $0 }
        try await exportAgain.households { homesAgain += $0 }
        #expect(personsAgain.sorted() == persons.sorted())
        #expect(homesAgain.sorted() == homes.sorted())
        try await Self.confirmSound(other)
    }

    @Test("a reading by export stands in the file of each person")
    func exportIsSeen() async throws {
        let test = try await Self.installation("SQLite")
        let person = try await test.enrol(Samples.application(0))
        try await BulkExport(test.installation, access: Staff.reviewer).persons(.jsonl) { _ in }
        let accesses = try await test.population.accesses(to: person.id, limit: 5, access: Staff.agent)
        #expect(accesses.contains { $0.act == "person.export" && $0.actor == Staff.reviewer.actor })
    }

    @Test("a CSV of households has a column for each fact, numbers and yes and no by the law's schema")
    func delimitedHouseholds() async throws {
        let test = try await Self.installation("SQLite")
        let person = try await test.enrol(Samples.application(0))
        var columns: [(String, String)] = []
        func flatten(_ value: JSONValue, _ path: String) {
            switch value {
            case .object(let object):
                for (name, value) in object { flatten(value, path.isEmpty ? name : "\(path).\(name)") }
            case .array(let list): for (place, value) in list.enumerated() { flatten(value, "\(path).\(place)") }
            case .string(let text): columns.append((path, text))
            default: columns.append((path, value.serialized()))
            }
        }
        flatten(Samples.declaration([person.number]), "")
        let lines = [columns.map(\.0).joined(separator: ","), columns.map(\.1).joined(separator: ",")]
        let path = try Self.write(lines, test, "households.csv")
        let summary = try await Self.run(test, .households, path)
        #expect((summary.accepted, summary.refused) == (1, 0))
    }

    @Test("a cell in quotes may hold commas, quotes and lines, and a row that is not of the file's shape is set apart")
    func delimitedShape() async throws {
        let cells = DelimitedRow.cells(Array("a,\"b \"\"c\"\",\nd\",".utf8))
        #expect(cells == ["a", "b \"c\",\nd", ""])
        #expect(DelimitedRow.cells(Array("\"a".utf8)) == nil)
        let test = try await Self.installation("SQLite")
        let path = try Self.write(["sex,nationality", "female", "female,MA,more"], test, "short.csv")
        let summary = try await Self.run(test, .persons, path)
        #expect((summary.accepted, summary.refused) == (0, 2))
        #expect(throws: ImportError.self) { try RecordFile(path: "\(test.folder.path)/persons.txt") }
    }

    @Test("rows that are moved, cut off from others or sealed under another key are named with table and key")
    func integrity() async throws {
        let test = try await BackupTests.embedded()
        let one = try await test.enrol(Samples.application(0))
        let two = try await test.enrol(Samples.application(1))
        #expect(try await test.installation.integrityProblems().isEmpty)
        let store = try SQLiteStore(path: "\(test.storePath)/population.sqlite")
        try await store.write { transaction in
            let contents = Statement("test.read", "SELECT content FROM person WHERE person_id = ?")
            let content = try transaction.query(contents, [.text(one.id)])[0]["content"]
            try transaction.execute(
                Statement("test.move", "UPDATE person SET content = ? WHERE person_id = ?"), [content, .text(two.id)])
            try transaction.execute(
                Statement("test.cut", "DELETE FROM civil_number WHERE person_id = ?"), [.text(one.id)])
        }
        try await store.close()
        let found = try await test.installation.integrityProblems().map(\.problem)
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.table == "person" })
        #expect(Set(found.map(\.row)) == [one.id, two.id])
        try await test.installation.close()
    }
}
