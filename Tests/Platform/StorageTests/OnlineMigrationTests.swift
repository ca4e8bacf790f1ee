import Storage
import Synchronization
import TestSupport
import Testing

/// A newer program begins beside an older one that goes on working.
@Suite("A migration of a store in use")
struct OnlineMigrationTests {
    static let later = [
        Migration(
            10, "later",
            creates: [Table("later", family: .person, columns: [.text("person_id")], primaryKey: ["person_id"])]),
        Migration(
            11, "muchLater",
            creates: [
                Table(
                    "much_later", family: .household, columns: [.text("household_id"), .integer("size")],
                    primaryKey: ["household_id"], indexes: [["size"]])
            ]),
    ]

    @Test("keeps every row and refuses nobody who reads or writes meanwhile", arguments: Engine.all)
    func online(engine: Engine) async throws {
        let test = try await EngineStore(engine, "online")
        let open = test.open
        let older = try open()
        try await older.migrate(TestTables.migrations)
        try await older.write { transaction in
            for index in 0..<5000 {
                try transaction.enqueue(TestTables.note.insert, TestTables.values("p\(index)", Int64(index)))
            }
        }
        let isDone = Mutex(false)
        let worker = Task { () -> Int in
            var written = 0
            while !isDone.withLock({ $0 }) {
                let number = written
                try await older.write { try $0.execute(TestTables.note.insert, TestTables.values("w\(number)", 1)) }
                let found = try await older.read {
                    try $0.query(TestTables.note.selectByKey, [.text("w\(number)"), .integer(1)]).count
                }
                #expect(found == 1)
                written += 1
            }
            return written
        }
        let newer = try open()
        try await newer.migrate(TestTables.migrations + Self.later)
        let migrated = try await newer.appliedMigrations()
        #expect(migrated == TestTables.migrations.map(\.number) + [10, 11])
        isDone.withLock { $0 = true }
        let written = try await worker.value
        #expect(try await newer.read { try $0.query(TestTables.note.selectAll, []).count } == 5000 + written)
        // The older program, started anew, is told that it is too old.
        let again = try open()
        let error = await #expect(throws: StorageError.self) { try await again.migrate(TestTables.migrations) }
        #expect(error?.code == .schema && error?.message.contains("newer program") == true)
        for store in [older, newer, again] { try await store.close() }
    }
}
