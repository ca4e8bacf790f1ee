import Quantities
import RecordStore
import Storage
import TestSupport
import Testing
import Vault

/// A table that gets columns after it has rows: their leaves say what the rows were without them.
@Suite("A column that was added later")
struct AddedColumnTests {
    static let note = Table(
        "note", family: .person,
        columns: [
            .text("person_id"), .text("state"), .blob("content"), .text("language", nullable: true).added(by: 3),
            .integer("channel").added(by: 4, earlier: .integer(7)),
        ], primaryKey: ["person_id"])

    static let migrations = [
        Migration(2, "note", creates: [note]), Migration(3, "language", changes: [note]),
        Migration(4, "channel", changes: [note]),
    ]

    let test: TestRecords
    let newer: RecordStore

    /// A store with rows of the older program, opened by the newer one.
    init() async throws {
        test = try await TestRecords()
        for id in ["old", "changed", "removed"] { try await test.add(id) }
        newer = try await RecordStore(
            name: "records", store: test.store, vault: StoreVault(TestRecords.master, store: "records"),
            migrations: Self.migrations, surroundings: .fixed(test.clock, seed: 2))
    }

    func verify() async throws -> AuditReport {
        try await LogSequencer(stores: [newer], log: test.log).drain()
        return try await AuditVerifier(stores: [newer], log: test.log).verify()
    }

    func write(_ id: String, _ extra: [String: SQLValue], isNew: Bool) async throws {
        try await newer.perform(isNew ? "note.add" : "note.change", access: test.access) { records in
            var values = extra
            values["person_id"] = .text(id)
            values["state"] = .text("written")
            values["content"] = try records.seal(
                "words", subject: "person/\(id)", table: Self.note, row: id, field: "content")
            if isNew { try records.insert(Self.note, values) } else { try records.update(Self.note, values) }
        }
    }

    @Test("leaves rows from before sound, and what is written since is as sound")
    func rowsFromBefore() async throws {
        #expect(try await verify().isSound)
        try await write("plain", [:], isNew: true)
        try await write("full", ["language": .text("fr"), "channel": .integer(1)], isNew: true)
        try await write("channelOnly", ["channel": .integer(2)], isNew: true)
        try await write("changed", ["language": .text("ar")], isNew: false)
        try await newer.perform("note.remove", access: test.access) { records in
            records.concerns("person/removed", .write)
            try records.delete(Self.note, key: [.text("removed")])
        }
        let report = try await verify()
        #expect(report.isSound, "\(report.findings)")
        let rows = try await test.store.read { transaction in
            try transaction.query(Self.note.selectAll, []).map { row in
                [row["person_id"], row["language"], row["channel"]]
            }
        }
        #expect(
            rows == [
                [.text("changed"), .text("ar"), .integer(7)], [.text("channelOnly"), .null, .integer(2)],
                [.text("full"), .text("fr"), .integer(1)], [.text("old"), .null, .integer(7)],
                [.text("plain"), .null, .integer(7)],
            ])
    }

    static let tampering = [
        "UPDATE note SET language = 'fr' WHERE person_id = 'old'",
        "UPDATE note SET channel = 1 WHERE person_id = 'old'",
        "UPDATE note SET language = NULL WHERE person_id = 'full'",
        "UPDATE note SET channel = 7 WHERE person_id = 'full'",
        "UPDATE note SET language = NULL, channel = 7 WHERE person_id = 'full'",
    ]

    @Test("is part of what is verified, whether a value is put in, taken out or put back", arguments: tampering)
    func editedColumn(sql: String) async throws {
        try await write("full", ["language": .text("fr"), "channel": .integer(1)], isNew: true)
        #expect(try await verify().isSound)
        try await test.store.write { _ = try $0.execute(Statement("tamper", sql), []) }
        let findings = try await verify().findings
        #expect(findings.map(\.kind) == [.edited])
        #expect(findings.map(\.row) == [sql.contains("'old'") ? "old" : "full"])
    }

    @Test("has no part in the leaves of the older program, which goes on writing beside the newer")
    func olderProgram() async throws {
        try await test.add("later")
        try await test.change("old", to: "read")
        let report = try await verify()
        #expect(report.isSound, "\(report.findings)")
    }
}
