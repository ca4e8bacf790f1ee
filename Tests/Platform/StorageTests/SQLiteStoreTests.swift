import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

@Suite("The embedded store")
struct SQLiteStoreTests {
    let folder: TemporaryFolder
    let path: String
    let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        path = "\(folder.path)/test.sqlite"
        store = try SQLiteStore(path: path)
    }

    func count() async throws -> Int {
        try await store.read { try $0.query(TestTables.note.selectAll, []).count }
    }

    @Test("keeps every kind of value to the byte, also after it was closed")
    func valuesReturn() async throws {
        try await store.migrate(TestTables.migrations)
        let values: [[SQLValue]] = [
            [.text("p1"), .integer(.min), .text("شخص 'quoted' \u{1F600}"), .blob([]), .null],
            [.text("p2"), .integer(.max), .text(""), .blob([0, 255]), .integer(-1)],
        ]
        for row in values { try await store.write { _ = try $0.execute(TestTables.note.insert, row) } }
        try await store.close()
        let again = try SQLiteStore(path: path)
        let rows = try await again.read { try $0.query(TestTables.note.selectAll, []) }
        #expect(rows.map { row in TestTables.note.columns.map { row[$0.name] } } == values)
        try await again.close()
    }

    @Test("a commit waits until the medium has it: the writer's connection synchronises fully, in write-ahead mode")
    func commitsAreSynchronised() async throws {
        let store = try SQLiteStore(path: "\(folder.path)/synchronised.sqlite")
        let settings = try await store.pool.writeWithoutTransaction { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                try String.fetchOne(database, sql: "PRAGMA journal_mode")
            )
        }
        #expect(settings.0 == 2 && settings.1 == "wal")
        #expect(try await store.engineProblems().isEmpty)
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        #expect(try await store.engineProblems().count == 1)
        try await store.close()
    }

    @Test("a file made by the store is readable by its owner only")
    func filesAreClosedToOthers() async throws {
        try await store.migrate(TestTables.migrations)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count >= 2)
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
            #expect(mode.map { $0 & 0o077 } == 0, "\(name)")
        }
    }

    // MARK: Migrations

    @Test("migrations run once, and later ones are added to a store that has the first")
    func migrationsAdd() async throws {
        try await store.migrate([TestTables.migrations[0]])
        try await store.migrate([TestTables.migrations[0]])
        try await store.write { _ = try $0.execute(TestTables.note.insert, TestTables.values("p", 1)) }
        try await store.migrate(TestTables.migrations)
        #expect(try await count() == 1)
        #expect(try await store.read { try $0.query(TestTables.house.selectAll, []).count } == 0)
        let history = try await store.read { try $0.query(SchemaHistory.table.selectAll, []) }
        #expect(
            try history.map { try $0.text("checksum") }
                == SchemaHistory.rows(of: TestTables.migrations).map { try $0.text("checksum") })
    }

    @Test("a store made by a newer program is refused")
    func newerStoreIsRefused() async throws {
        try await store.migrate(TestTables.migrations)
        let error = await #expect(throws: StorageError.self) { try await store.migrate([TestTables.migrations[0]]) }
        #expect(error?.code == .schema)
        #expect(error?.message.contains("migration 2") == true)
    }

    @Test("a published migration that was edited is refused")
    func editedMigrationIsRefused() async throws {
        try await store.migrate([TestTables.migrations[0]])
        let edited = Migration(1, "first", creates: [TestTables.note, TestTables.house])
        let error = await #expect(throws: StorageError.self) { try await store.migrate([edited]) }
        #expect(error?.code == .schema)
    }

    @Test("a checksum that was edited in the store is refused")
    func editedChecksumIsRefused() async throws {
        try await store.migrate(TestTables.migrations)
        let queue = try DatabaseQueue(path: path)
        try await queue.write {
            try $0.execute(sql: "UPDATE schema_migration SET checksum = 'x' WHERE migration_number = 2")
        }
        let error = await #expect(throws: StorageError.self) { try await store.migrate(TestTables.migrations) }
        #expect(error?.code == .schema)
    }

    @Test("a migration that fails leaves nothing of itself")
    func failedMigrationLeavesNothing() async throws {
        let broken = Migration(2, "second", creates: [TestTables.house, TestTables.unbuildable])
        await #expect(throws: (any Error).self) { try await store.migrate([TestTables.migrations[0], broken]) }
        await #expect(throws: StorageError.self) {
            try await store.read { try $0.query(TestTables.house.selectAll, []) }
        }
        try await store.migrate(TestTables.migrations)
    }

    @Test("two migrations with one number are refused instead of one of them being passed over")
    func repeatedNumberIsRefused() async throws {
        let twice = [TestTables.migrations[0], Migration(1, "other", creates: [TestTables.house])]
        let error = await #expect(throws: StorageError.self) { try await store.migrate(twice) }
        #expect(error?.code == .schema)
    }

    @Test("many openers at once migrate once")
    func openersAtOnce() async throws {
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let store = try SQLiteStore(path: path)
                    try await store.migrate(TestTables.migrations)
                    try await store.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await count() == 0)
    }

    // MARK: Transactions

    struct Stop: Error {}

    @Test("a transaction that throws leaves nothing")
    func rollsBackWhole() async throws {
        try await store.migrate(TestTables.migrations)
        await #expect(throws: Stop.self) {
            try await store.write { transaction in
                for number in 1...50 {
                    try transaction.execute(TestTables.note.insert, TestTables.values("p", Int64(number)))
                }
                throw Stop()
            }
        }
        #expect(try await count() == 0)
    }

    @Test("a writer waits for another instead of failing")
    func busyWriterWaits() async throws {
        try await store.migrate(TestTables.migrations)
        let other = try SQLiteStore(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let writer = number.isMultiple(of: 2) ? store : other
                group.addTask {
                    try await writer.write { transaction in
                        let count = try transaction.query(TestTables.note.selectAll, []).count
                        try transaction.execute(TestTables.note.insert, TestTables.values("p", Int64(count)))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await count() == 40)
        try await other.close()
    }

    @Test("a writer that waits too long is told so")
    func busyWriterGivesUp() async throws {
        try await store.migrate(TestTables.migrations)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.unsafeReentrantWrite { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let impatient = try SQLiteStore(path: path, busyTimeoutSeconds: 0.05)
        let error = await #expect(throws: StorageError.self) {
            try await impatient.write { _ = try $0.execute(TestTables.note.insert, TestTables.values("p", 1)) }
        }
        #expect(error?.code == .busy)
        try queue.unsafeReentrantWrite { try $0.execute(sql: "ROLLBACK") }
    }

    @Test("a read sees one moment, whatever is written meanwhile")
    func readsAreSnapshots() async throws {
        try await store.migrate(TestTables.migrations)
        let other = try DatabaseQueue(path: path)
        let counts = try await store.read { transaction in
            let before = try transaction.query(TestTables.note.selectAll, []).count
            try other.write {
                try $0.execute(sql: "INSERT INTO note (person_id, number, words, bytes) VALUES ('p', 1, 'w', x'00')")
            }
            return (before, try transaction.query(TestTables.note.selectAll, []).count)
        }
        #expect(counts == (0, 0))
        #expect(try await count() == 1)
    }

    @Test("a read cannot write")
    func readsDoNotWrite() async throws {
        try await store.migrate(TestTables.migrations)
        await #expect(throws: StorageError.self) {
            try await store.read { _ = try $0.execute(TestTables.note.insert, TestTables.values("p", 1)) }
        }
        #expect(try await count() == 0)
    }

    // MARK: Errors

    static let planted = "PLANTED-VALUE"

    @Test("a key that exists is told from a value that is missing, and neither error tells a value")
    func errorsCarryNoValue() async throws {
        try await store.migrate(TestTables.migrations)
        let row = TestTables.values(Self.planted, 1, Self.planted)
        try await store.write { _ = try $0.execute(TestTables.note.insert, row) }
        let duplicate = await #expect(throws: StorageError.self) {
            try await store.write { _ = try $0.execute(TestTables.note.insert, row) }
        }
        #expect(duplicate?.code == .duplicateKey)
        let missing = await #expect(throws: StorageError.self) {
            try await store.write {
                _ = try $0.execute(TestTables.note.insert, [.text(Self.planted), .integer(2), .null, .blob([]), .null])
            }
        }
        #expect(missing?.code == .statement)
        let count = await #expect(throws: StorageError.self) {
            try await store.write { _ = try $0.execute(TestTables.note.insert, [.text(Self.planted)]) }
        }
        let unknown = await #expect(throws: StorageError.self) {
            try await store.read {
                try $0.query(Statement("x", "SELECT word FROM nowhere WHERE a = ?"), [.text(Self.planted)])
            }
        }
        for error in [duplicate, missing, count, unknown] {
            #expect(error.map { "\($0)".contains(Self.planted) } == false)
        }
    }

    @Test("the character U+0000, at which an engine would cut a text short, is refused")
    func nullCharacterIsRefused() async throws {
        try await store.migrate(TestTables.migrations)
        let error = await #expect(throws: StorageError.self) {
            try await store.write { _ = try $0.execute(TestTables.note.insert, TestTables.values("p", 1, "a\u{0}b")) }
        }
        #expect(error?.code == .statement)
    }

    @Test("a column of another type, or none, is an error that names it")
    func columnTypes() throws {
        let row = Row(["text": .text("a"), "number": .integer(1), "none": .null])
        for wrong in ["number", "none", "absent"] {
            let error = #expect(throws: StorageError.self) { try row.text(wrong) }
            #expect(error?.code == .columnType)
            #expect(error?.message.contains(wrong) == true)
        }
        #expect(throws: StorageError.self) { try row.integer("text") }
        #expect(throws: StorageError.self) { try row.blob("text") }
        #expect(try row.text("text") == "a")
        #expect(row["absent"] == .null)
    }

    @Test("a file that is no store, and a folder that is not there, are refused")
    func strangeFiles() async throws {
        let file = "\(folder.path)/letter.txt"
        try Data(repeating: 65, count: 4096).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: StorageError.self) { try SQLiteStore(path: file) }
        #expect(error?.code == .unavailable)
        let absent = #expect(throws: StorageError.self) { try SQLiteStore(path: "\(folder.path)/no/such/file") }
        #expect(absent?.code == .unavailable)
    }
}
