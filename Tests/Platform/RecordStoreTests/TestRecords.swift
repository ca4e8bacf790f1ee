import Crypto
import Quantities
import RecordStore
import Storage
import Synchronization
import TestSupport
import Vault

/// A record store with one table of its own, and a log.
struct TestRecords: Sendable {
    static let note = Table(
        "note", family: .person, columns: [.text("person_id"), .text("state"), .blob("content")],
        primaryKey: ["person_id"])
    static let allNotes = Statement("note.all", "SELECT person_id, state, content FROM note", isFanOut: true)
    static let removeNotes = Statement("note.remove", "DELETE FROM note WHERE person_id = ?")
    static let master = MasterKey(SymmetricKey(data: Array(0..<32)))

    let folder: TemporaryFolder
    let clock: FixedClock
    let store: InterruptibleStore
    let logStore: InterruptibleStore
    let records: RecordStore
    let log: LogStore

    init(folder: TemporaryFolder? = nil, master: MasterKey = Self.master, seed: UInt64 = 1) async throws {
        let folder = try folder ?? TemporaryFolder()
        let clock = FixedClock()
        self.folder = folder
        self.clock = clock
        let stores = try await Self.stores(folder)
        store = InterruptibleStore(stores.records)
        logStore = InterruptibleStore(stores.log)
        let surroundings = Surroundings.fixed(clock, seed: seed)
        records = try await RecordStore(
            name: "records", store: store, vault: StoreVault(master, store: "records"),
            migrations: [Migration(2, "note", creates: [Self.note])], surroundings: surroundings)
        log = try await LogStore(
            store: logStore, vault: StoreVault(master, store: "log"), origin: "test.example/log",
            surroundings: surroundings)
    }

    private static func stores(_ folder: TemporaryFolder) async throws -> (records: any Store, log: any Store) {
        guard TestServer.isEngineOfAllTests, let server = TestServer.shared else {
            return (
                try SQLiteStore(path: "\(folder.path)/records.sqlite"),
                try SQLiteStore(path: "\(folder.path)/log.sqlite")
            )
        }
        let names = try await folder.emptyDatabases(["records", "log"])
        return (
            PostgreSQLStore(try server.address(names[0])), PostgreSQLStore(try server.address(names[1]))
        )
    }

    var sequencer: LogSequencer { LogSequencer(stores: [records], log: log) }
    var verifier: AuditVerifier { AuditVerifier(stores: [records], log: log) }
    var access: Access { Staff.agent }

    func add(_ id: String, _ words: String = "words") async throws {
        try await records.perform("note.add", access: access) { try Self.insert(id, words, in: $0) }
    }

    static func insert(_ id: String, _ words: String, in transaction: RecordTransaction) throws {
        try transaction.insert(
            note,
            [
                "person_id": .text(id), "state": .text("new"),
                "content": try transaction.seal(words, subject: "person/\(id)", table: note, row: id, field: "content"),
            ])
    }

    func read(_ id: String) async throws -> String? {
        try await records.perform("note.read", access: access) { transaction in
            try transaction.row(Self.note, key: [.text(id)]).map {
                try transaction.open(
                    String.self, from: $0, subject: "person/\(id)", table: Self.note, row: id, field: "content")
            }
        }
    }

    func change(_ id: String, to state: String) async throws {
        try await records.perform("note.change", access: access) { transaction in
            let row = try transaction.row(Self.note, key: [.text(id)])
            try transaction.update(
                Self.note, ["person_id": .text(id), "state": .text(state), "content": row?["content"] ?? .null])
        }
    }

    func remove(_ id: String) async throws {
        try await records.perform("note.remove", access: access) { try $0.delete(Self.note, key: [.text(id)]) }
    }

    /// The leaves of a subject, newest first; asking makes none.
    func leaves(of subject: String) async throws -> [AuditLeaf] {
        try await records.perform("leaves", access: access) { try $0.leaves(of: subject, limit: 1000) }
    }

    func rowCount(_ table: String) async throws -> Int {
        try await store.read {
            Int(try $0.query(Statement("count", "SELECT COUNT(*) AS total FROM \(table)"), [])[0].integer("total"))
        }
    }
}

/// A store whose next writes can be made to fail, as when the machine stops.
final class InterruptibleStore: Store {
    struct Stopped: Error {}

    private let store: any Store
    private let writesUntilStop = Mutex<Int?>(nil)

    init(_ store: any Store) { self.store = store }

    /// The write after `count` more stops before it begins; nil lets all pass.
    func stop(after count: Int?) { writesUntilStop.withLock { $0 = count } }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result { try await store.read(body) }

    func write<Result: Sendable>(
        knownBy mark: CommitMark?, _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        let isStopped = writesUntilStop.withLock { left in
            guard let count = left else { return false }
            left = count - 1
            return count <= 0
        }
        if isStopped { throw Stopped() }
        return try await store.write(knownBy: mark, body)
    }

    func migrate(_ migrations: [Migration]) async throws { try await store.migrate(migrations) }

    func appliedMigrations() async throws -> [Int] { try await store.appliedMigrations() }

    func engineProblems() async throws -> [String] { try await store.engineProblems() }

    var statistics: StoreStatistics { store.statistics }

    func close() async throws { try await store.close() }
}
