import Storage
import Synchronization
import TestSupport
import Testing

/// Columns and indexes that come later, over rows that are there and writers who go on.
@Suite("A migration that changes a table")
struct ChangingMigrationTests {
    static let rowCount = 20_000

    /// A store of the first program, with rows.
    static func filled(_ test: EngineStore) async throws -> any Store {
        let store = try test.open()
        try await store.migrate(ChangedTables.firstMigrations)
        try await store.write { transaction in
            try transaction.copyIn(ChangedTables.first, (0..<rowCount).map { ChangedTables.old("p\($0)", $0) })
        }
        return store
    }

    static func rows(_ store: any Store) async throws -> [[SQLValue]] {
        try await store.read { transaction in
            try transaction.query(ChangedTables.note.selectAll, []).map { $0.values(of: ChangedTables.note) }
        }
    }

    /// The names of the indexes over the table, but for its key's, and whether each answers questions.
    static func indexes(_ store: any Store, _ engine: Engine) async throws -> [String: Bool] {
        let statement =
            switch engine {
            case .sqlite:
                Statement("test", "SELECT name, 1 AS valid FROM sqlite_master WHERE type = 'index' AND sql <> ''")
            case .postgresql:
                Statement(
                    "test",
                    """
                    SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c \
                    ON c.oid = i.indexrelid WHERE NOT i.indisprimary AND c.relname LIKE 'note_by%'
                    """)
            }
        let found = try await store.read { try $0.query(statement, []) }
        return try Dictionary(uniqueKeysWithValues: found.map { (try $0.text("name"), try $0.integer("valid") == 1) })
    }

    @Test("keeps rows, gives them what rows from before have, and lets the older program go on", arguments: Engine.all)
    func online(engine: Engine) async throws {
        let test = try await EngineStore(engine, "changing")
        let older = try await Self.filled(test)
        let isDone = Mutex(false)
        let worker = Task { () -> Int in
            var written = 0
            while !isDone.withLock({ $0 }) {
                let number = written
                try await older.write { try $0.execute(ChangedTables.first.insert, ChangedTables.old("w", number)) }
                let key: [SQLValue] = [.text("w"), .integer(Int64(number))]
                try await older.write {
                    try $0.execute(ChangedTables.first.update, [.text("words of \(number)")] + key)
                }
                let found = try await older.read { try $0.query(ChangedTables.first.selectByKey, key).count }
                #expect(found == 1)
                written += 1
            }
            return written
        }
        let newer = try test.open()
        try await newer.migrate(ChangedTables.migrations)
        #expect(try await newer.appliedMigrations() == [1, 3, 4, 5, 6])
        try await newer.write { try $0.execute(ChangedTables.note.insert, ChangedTables.new("n", 1)) }
        try await newer.write { _ = try $0.copyIn(ChangedTables.note, [ChangedTables.new("n", 2)]) }
        isDone.withLock { $0 = true }
        let written = try await worker.value
        let rows = Set(try await Self.rows(newer))
        #expect(rows.count == Self.rowCount + written + 2)
        #expect(rows.isSuperset(of: (0..<Self.rowCount).map { ChangedTables.seen("p\($0)", $0) }))
        #expect(rows.isSuperset(of: (0..<written).map { ChangedTables.seen("w", $0) }))
        #expect(rows.isSuperset(of: [ChangedTables.new("n", 1), ChangedTables.new("n", 2)]))
        #expect(try await Self.indexes(newer, engine) == ["note_by_language_number": true])
        // The older program, started anew, is told that it is too old.
        let error = await #expect(throws: StorageError.self) {
            try await older.migrate(ChangedTables.firstMigrations)
        }
        #expect(error?.code == .schema && error?.message.contains("newer program") == true)
        for store in [older, newer] { try await store.close() }
    }

    @Test("leaves a new store like one that grew", arguments: Engine.all)
    func newStore(engine: Engine) async throws {
        let test = try await EngineStore(engine, "grown")
        let store = try test.open()
        try await store.migrate(ChangedTables.migrations)
        try await store.write { try $0.execute(ChangedTables.note.insert, ChangedTables.new("n", 1)) }
        #expect(try await Self.rows(store) == [ChangedTables.new("n", 1)])
        #expect(try await Self.indexes(store, engine) == ["note_by_language_number": true])
        try await store.close()
    }

    @Test("is done once by many programs that begin at the same moment", arguments: Engine.all)
    func manyAtOnce(engine: Engine) async throws {
        let test = try await EngineStore(engine, "together", limits: PostgreSQLStore.Limits(connections: 1))
        let older = try await Self.filled(test)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let store = try test.open()
                    try await store.migrate(ChangedTables.migrations)
                    try await store.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await older.appliedMigrations() == [1, 3, 4, 5, 6])
        #expect(try await Self.indexes(older, engine) == ["note_by_language_number": true])
        #expect(try await Self.rows(older).count == Self.rowCount)
        try await older.close()
    }

    @Test("that fails leaves nothing of itself, and goes on once its cause is gone", arguments: Engine.all)
    func failed(engine: Engine) async throws {
        let test = try await EngineStore(engine, "failing")
        let store = try await Self.filled(test)
        let unbuildable = Migration(4, "channel", creates: [TestTables.unbuildable], changes: [ChangedTables.note])
        let broken = ChangedTables.migrations.map { $0.number == 4 ? unbuildable : $0 }
        await #expect(throws: StorageError.self) { try await store.migrate(broken) }
        #expect(try await store.appliedMigrations() == [1, 3])
        await #expect(throws: StorageError.self) {
            try await store.read { try $0.query(Statement("test", "SELECT channel FROM note"), []) }
        }
        try await store.migrate(ChangedTables.migrations)
        #expect(try await store.appliedMigrations() == [1, 3, 4, 5, 6])
        try await store.close()
    }

    @Test(
        "of an index that was interrupted while it was built goes on, and by itself where only the line broke",
        .enabled(if: TestServer.isAvailable), arguments: [true, false])
    func interrupted(isLineBroken: Bool) async throws {
        let test = try await EngineStore(.postgresql, "interrupted")
        let store = try await Self.filled(test)
        try await store.migrate(ChangedTables.columnMigrations)
        let watcher = try test.open()
        let (held, release) = (DispatchGate(), DispatchGate())
        // A transaction that has written and does not end: the building waits for it.
        let holder = Task {
            let other = try test.open()
            try await other.write { transaction in
                try transaction.execute(ChangedTables.note.insert, ChangedTables.new("h", 1))
                held.open()
                release.wait()
            }
            try await other.close()
        }
        await held.reached()
        let migration = Task {
            let newer = try test.open()
            defer { Task { try await newer.close() } }
            try await newer.migrate(ChangedTables.migrations)
        }
        let building = Statement(
            "test",
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event = 'virtualxid'"
        )
        var pid: Int64?
        while pid == nil {
            pid = try await watcher.read { try $0.query(building, []).first?.integer("pid") }
            try await Task.sleep(for: .milliseconds(20))
        }
        let left = try await Self.indexes(watcher, .postgresql)
        #expect(left["note_by_language_number"] == false)
        if isLineBroken {
            let end = Statement("test", "SELECT pg_terminate_backend(\(pid ?? 0)) AS ended")
            _ = try await watcher.write { try $0.query(end, []) }
            release.open()
            try await migration.value
        } else {
            migration.cancel()
            await #expect(throws: (any Error).self) { try await migration.value }
            #expect(try await watcher.appliedMigrations() == [1, 3, 4])
            #expect(try await Self.indexes(watcher, .postgresql)["note_by_language_number"] == false)
            release.open()
            try await store.migrate(ChangedTables.migrations)
        }
        try await holder.value
        #expect(try await watcher.appliedMigrations() == [1, 3, 4, 5, 6])
        #expect(try await Self.indexes(watcher, .postgresql) == ["note_by_language_number": true])
        for opened in [store, watcher] { try await opened.close() }
    }

    @Test(
        "does not make those wait for long who queue behind a transaction that does not end",
        .enabled(if: TestServer.isAvailable))
    func longTransaction() async throws {
        let test = try await EngineStore(.postgresql, "held")
        let store = try await Self.filled(test)
        let (held, release) = (DispatchGate(), DispatchGate())
        let holder = Task {
            try await store.read { transaction in
                _ = try transaction.query(ChangedTables.first.selectAll, [])
                held.open()
                release.wait()
            }
        }
        await held.reached()
        let migration = Task {
            let newer = try test.open()
            try await newer.migrate(ChangedTables.migrations)
            try await newer.close()
        }
        var longest = Duration.zero
        for number in 0..<12 {
            let start = ContinuousClock.now
            try await store.write { try $0.execute(ChangedTables.first.insert, ChangedTables.old("q", number)) }
            longest = max(longest, ContinuousClock.now - start)
            try await Task.sleep(for: .milliseconds(400))
        }
        #expect(longest < .seconds(8))
        release.open()
        try await holder.value
        try await migration.value
        #expect(try await store.appliedMigrations() == [1, 3, 4, 5, 6])
        try await store.close()
    }
}
