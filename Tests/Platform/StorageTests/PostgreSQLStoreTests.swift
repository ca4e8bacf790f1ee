import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("The store on PostgreSQL", .enabled(if: TestServer.isAvailable))
struct PostgreSQLStoreTests {
    let server: TestServer
    let database: String
    let store: PostgreSQLStore

    init() async throws {
        server = try #require(TestServer.shared)
        database = try await server.newDatabase()
        store = PostgreSQLStore(try server.address(database))
    }

    func opened(_ limits: PostgreSQLStore.Limits = PostgreSQLStore.Limits()) throws -> PostgreSQLStore {
        PostgreSQLStore(try server.address(database), limits: limits)
    }

    func count() async throws -> Int {
        try await store.read { try $0.query(TestTables.note.selectAll, []).count }
    }

    static let values: [[SQLValue]] = [
        [.text("p1"), .integer(.min), .text("شخص 'quoted' \u{1F600}"), .blob([]), .null],
        [.text("p2"), .integer(.max), .text(""), .blob([0, 255]), .integer(-1)],
    ]

    static func cells(_ rows: [Row]) -> [[SQLValue]] {
        rows.map { row in TestTables.note.columns.map { row[$0.name] } }
    }

    @Test("keeps every kind of value to the byte, also after it was closed")
    func valuesReturn() async throws {
        try await store.migrate(TestTables.migrations)
        for row in Self.values { try await store.write { _ = try $0.execute(TestTables.note.insert, row) } }
        try await store.close()
        let again = try opened()
        #expect(Self.cells(try await again.read { try $0.query(TestTables.note.selectAll, []) }) == Self.values)
        try await again.close()
    }

    @Test("COPY takes and gives the same values as single statements")
    func copies() async throws {
        try await store.migrate(TestTables.migrations)
        let many = Self.values + (0..<3000).map { [.text("q"), .integer($0), .text("words"), .blob([7]), .null] }
        #expect(try await store.write { try $0.copyIn(TestTables.note, many) } == many.count)
        let (copied, read) = try await store.read { transaction in
            var copied: [[SQLValue]] = []
            try transaction.copyOut(TestTables.note) { copied += Self.cells([$0]) }
            return (copied, Self.cells(try transaction.query(TestTables.note.selectAll, [])))
        }
        #expect(copied == many)
        #expect(read == many)
    }

    @Test("a row that a table cannot hold ends a COPY, and the session goes on")
    func copyFails() async throws {
        try await store.migrate(TestTables.migrations)
        let short: [[SQLValue]] = [TestTables.values("p", 1), [.text("p")]]
        let error = await #expect(throws: StorageError.self) {
            try await store.write { try $0.copyIn(TestTables.note, short) }
        }
        #expect(error?.code == .statement)
        let twice = [TestTables.values("p", 1), TestTables.values("p", 1)]
        let conflict = await #expect(throws: StorageError.self) {
            try await store.write { try $0.copyIn(TestTables.note, twice) }
        }
        #expect(conflict?.code == .duplicateKey)
        #expect(try await count() == 0)
    }

    @Test("many statements go out together and answer in their order")
    func pipelines() async throws {
        try await store.migrate(TestTables.migrations)
        try await store.write { transaction in
            for number in 0..<700 {
                try transaction.enqueue(TestTables.note.insert, TestTables.values("p", Int64(number), "w\(number)"))
            }
        }
        let answers = try await store.read { transaction in
            try transaction.query(TestTables.note.selectByKey, each: (0..<700).map { [.text("p"), .integer($0)] })
        }
        #expect(answers.map { $0.first?["words"] } == (0..<700).map { .text("w\($0)") })
    }

    @Test("rows are visited one by one while others are asked for")
    func visitsNest() async throws {
        try await store.migrate(TestTables.migrations)
        try await store.write { transaction in
            for number in 0..<2500 {
                try transaction.enqueue(TestTables.note.insert, TestTables.values("p", Int64(number)))
            }
        }
        let seen = try await store.read { transaction in
            var seen: [SQLValue] = []
            try transaction.forEachRow(TestTables.note.selectAll, []) { row in
                let same = try transaction.query(TestTables.note.selectByKey, [row["person_id"], row["number"]])
                seen.append(same.first?["number"] ?? .null)
            }
            return seen
        }
        #expect(seen == (0..<2500).map { .integer($0) })
    }

    @Test("a sum of whole numbers is a whole number")
    func sums() async throws {
        try await store.migrate(TestTables.migrations)
        let numbers: [Int64] = [1, 99_999, 120_000_000, -5, 0, 10_000, 9_223_372_036_000_000_000]
        try await store.write { transaction in
            for number in numbers {
                try transaction.execute(TestTables.note.insert, TestTables.values("p\(number)", number))
            }
        }
        let sum = Statement("sum", "SELECT SUM(number) AS total FROM note WHERE person_id = ?")
        for number in numbers {
            let rows = try await store.read { try $0.query(sum, [.text("p\(number)")]) }
            #expect(rows[0]["total"] == .integer(number))
        }
    }

    @Test("texts come in the order of their bytes, as from the embedded store")
    func order() async throws {
        try await store.migrate(TestTables.migrations)
        let words = ["Z", "a", "B", "é", "ب", "_", "10", "9"]
        try await store.write { transaction in
            for word in words { try transaction.execute(TestTables.label.insert, [.text(word), .text("w")]) }
        }
        let found = try await store.read {
            try $0.query(TestTables.label.selectAll, []).map { try $0.text("person_id") }
        }
        #expect(found == words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    // MARK: Errors

    @Test("an error names its code and no value of a row")
    func errors() async throws {
        try await store.migrate(TestTables.migrations)
        try await store.write { _ = try $0.execute(TestTables.note.insert, TestTables.values("secret", 1)) }
        let cases: [(Statement, [SQLValue], StorageError.Code)] = [
            (TestTables.note.insert, TestTables.values("secret", 1), .duplicateKey),
            (Statement("none", "SELECT word FROM nowhere"), [], .statement),
            (TestTables.label.insert, [.text("secret"), .null], .statement),
            (TestTables.label.insert, [.text("sec\0ret"), .text("w")], .statement),
        ]
        for (statement, arguments, code) in cases {
            let error = await #expect(throws: StorageError.self) {
                try await store.write { _ = try $0.execute(statement, arguments) }
            }
            #expect(error?.code == code)
            #expect(error?.message.contains("secret") == false)
        }
        #expect(try await count() == 1)
    }

    @Test("a key that is taken is said also when the insert was only queued")
    func queuedConflict() async throws {
        try await store.migrate(TestTables.migrations)
        for _ in 0..<2 {
            _ = try? await store.write { try $0.enqueue(TestTables.note.insert, TestTables.values("p", 1)) }
        }
        let error = await #expect(throws: StorageError.self) {
            try await store.write { try $0.enqueue(TestTables.note.insert, TestTables.values("p", 1)) }
        }
        #expect(error?.code == .duplicateKey)
        #expect(try await count() == 1)
    }

    struct Stop: Error {}

    @Test("a transaction that throws leaves nothing, and one that goes on after an error leaves nothing either")
    func rollsBackWhole() async throws {
        try await store.migrate(TestTables.migrations)
        await #expect(throws: Stop.self) {
            try await store.write { transaction in
                for number in 1...50 {
                    try transaction.enqueue(TestTables.note.insert, TestTables.values("p", Int64(number)))
                }
                throw Stop()
            }
        }
        await #expect(throws: StorageError.self) {
            try await store.write { transaction in
                try transaction.execute(TestTables.note.insert, TestTables.values("p", 1))
                _ = try? transaction.query(Statement("none", "SELECT word FROM nowhere"), [])
            }
        }
        #expect(try await count() == 0)
    }

    @Test("a reading transaction cannot change a row and sees one moment")
    func readsSeeOneMoment() async throws {
        try await store.migrate(TestTables.migrations)
        await #expect(throws: StorageError.self) {
            try await store.read { _ = try $0.execute(TestTables.note.insert, TestTables.values("p", 1)) }
        }
        let other = try opened()
        let counts = try await store.read { transaction in
            let before = try transaction.query(TestTables.note.selectAll, []).count
            let done = Mutex(false)
            Task {
                try await other.write { _ = try $0.execute(TestTables.note.insert, TestTables.values("p", 1)) }
                done.withLock { $0 = true }
            }
            while !done.withLock({ $0 }) { usleep(1000) }
            return [before, try transaction.query(TestTables.note.selectAll, []).count]
        }
        #expect(counts == [0, 0])
        #expect(try await count() == 1)
        try await other.close()
    }

    // MARK: Writers at the same time

    @Test("each of many writers who count and add sees what the others did")
    func countersNeverLose() async throws {
        try await store.migrate(TestTables.migrations)
        let other = try opened()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
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
        let numbers = try await store.read {
            try $0.query(TestTables.note.selectAll, []).map { try $0.integer("number") }
        }
        #expect(numbers == Array(0..<60))
        try await other.close()
    }

    @Test("of two who each take what the other has looked for, one is tried again")
    func writeSkewIsImpossible() async throws {
        try await store.migrate(TestTables.migrations)
        // Each adds its own label only where the other's is absent: together they may not both find it absent.
        let names = ["a", "b"]
        for round in 0..<20 {
            let added = try await withThrowingTaskGroup(of: Bool.self) { group in
                for (own, other) in [(0, 1), (1, 0)] {
                    group.addTask {
                        try await store.write { transaction in
                            let key = SQLValue.text("\(names[other]) \(round)")
                            guard try transaction.query(TestTables.label.selectByKey, [key]).isEmpty else {
                                return false
                            }
                            try transaction.execute(
                                TestTables.label.insert, [.text("\(names[own]) \(round)"), .text("w")])
                            return true
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(added.filter { $0 }.count == 1)
        }
    }

    @Test("more tasks than sessions take turns")
    func poolIsBounded() async throws {
        let narrow = try opened(PostgreSQLStore.Limits(connections: 2))
        try await narrow.migrate(TestTables.migrations)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await narrow.write {
                        _ = try $0.execute(TestTables.note.insert, TestTables.values("p\(number)", 1))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await count() == 50)
        try await narrow.close()
        let error = await #expect(throws: StorageError.self) { try await narrow.read { _ in } }
        #expect(error?.code == .unavailable)
    }

    // MARK: Time

    static let sleep = Statement("sleep", "SELECT pg_sleep(60) IS NULL AS slept")

    @Test("a statement that takes too long is ended, and the session goes on")
    func statementTimeout() async throws {
        let hasty = try opened(PostgreSQLStore.Limits(connections: 1, statementSeconds: 1, patienceSeconds: 0))
        let error = await #expect(throws: StorageError.self) {
            try await hasty.read { _ = try $0.query(Self.sleep, []) }
        }
        #expect(error?.code == .busy)
        try await hasty.migrate(TestTables.migrations)
        try await hasty.close()
    }

    @Test("cancelling a task ends its statement on the server")
    func cancellation() async throws {
        let single = try opened(PostgreSQLStore.Limits(connections: 1))
        let task = Task { try await single.read { _ = try $0.query(Self.sleep, []) } }
        let waits = Statement(
            "waits", "SELECT COUNT(*) AS total FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'")
        // The server counts the sleeper and whoever counts.
        while try await store.read({ try $0.query(waits, [])[0].integer("total") }) < 2 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // The only session is free again.
        #expect(try await single.read { try $0.query(waits, []).count } == 1)
        try await single.close()
    }

    // MARK: Hosts

    @Test("of several hosts the one that takes writes is found")
    func severalHosts() async throws {
        let hosts = "/tmp/sijill-nobody-listens-here,\(server.socketFolder)"
        let address = try PostgreSQLAddress(url: "postgresql:///\(database)?host=\(hosts)&user=sijill")
        let found = PostgreSQLStore(address)
        try await found.migrate(TestTables.migrations)
        #expect(try await store.appliedMigrations() == [1, 2])
        try await found.close()
    }

    @Test("a server that takes no writes is refused, and found again when it does")
    func readOnlyServer() async throws {
        try await store.migrate(TestTables.migrations)
        let switched = Statement("mode", "SELECT set_config('default_transaction_read_only', 'on', false) AS mode")
        let single = try opened(PostgreSQLStore.Limits(connections: 1))
        // What a demoted leader's sessions do: every write of this one fails, and a fresh one works.
        try await single.write { _ = try $0.query(switched, []) }
        try await single.write {
            _ = try $0.execute(TestTables.note.insert, TestTables.values("p", 1))
        }
        #expect(try await count() == 1)
        try await single.close()
    }

    @Test("a database that does not exist, and a server that is not there, are refused with what to do")
    func absent() async throws {
        let patience = PostgreSQLStore.Limits(connections: 1, patienceSeconds: 0)
        let nowhere = PostgreSQLStore(try server.address("no_such_database"), limits: patience)
        let error = await #expect(throws: StorageError.self) { try await nowhere.appliedMigrations() }
        #expect(error?.code == .unavailable && error?.message.contains("sijill store create") == true)
        let gone = PostgreSQLStore(
            try PostgreSQLAddress(url: "postgresql:///a?host=/tmp/sijill-nobody-listens-here"), limits: patience)
        let lost = await #expect(throws: StorageError.self) { try await gone.appliedMigrations() }
        #expect(lost?.code == .unavailable)
    }

    // MARK: Migrations

    @Test("migrations run once, later ones are added, and a newer or an edited store is refused")
    func migrations() async throws {
        #expect(try await store.appliedMigrations() == [])
        try await store.migrate([TestTables.migrations[0]])
        try await store.write { _ = try $0.execute(TestTables.note.insert, TestTables.values("p", 1)) }
        try await store.migrate(TestTables.migrations)
        #expect(try await store.appliedMigrations() == [1, 2])
        #expect(try await count() == 1)
        let newer = await #expect(throws: StorageError.self) { try await store.migrate([TestTables.migrations[0]]) }
        #expect(newer?.code == .schema && newer?.message.contains("migration 2") == true)
        let edited = Migration(1, "first", creates: [TestTables.note])
        let error = await #expect(throws: StorageError.self) {
            try await store.migrate([edited, TestTables.migrations[1]])
        }
        #expect(error?.code == .schema)
        let history = try await store.read { try $0.query(SchemaHistory.table.selectAll, []) }
        #expect(
            try history.map { try $0.text("checksum") }
                == SchemaHistory.rows(of: TestTables.migrations).map { try $0.text("checksum") })
    }

    @Test("a migration that fails leaves nothing of itself")
    func failedMigrationLeavesNothing() async throws {
        let broken = Migration(2, "second", creates: [TestTables.house, TestTables.unbuildable])
        await #expect(throws: StorageError.self) { try await store.migrate([TestTables.migrations[0], broken]) }
        #expect(try await store.appliedMigrations() == [1])
        try await store.migrate(TestTables.migrations)
        #expect(try await store.appliedMigrations() == [1, 2])
    }

    @Test("many openers at once migrate once")
    func openersAtOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                let store = try opened(PostgreSQLStore.Limits(connections: 1))
                group.addTask {
                    try await store.migrate(TestTables.migrations)
                    try await store.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.appliedMigrations() == [1, 2])
    }
}
