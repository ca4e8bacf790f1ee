import Crypto
import Quantities
import RecordStore
import Storage
import TestSupport
import Vault

/// Two record stores of one engine, with a table of effects each.
struct TwoStores: Sendable {
    enum Engine: String, CaseIterable, Sendable { case sqlite, postgresql }

    /// The engines that this machine has.
    static var engines: [Engine] { TestServer.isAvailable ? Engine.allCases : [.sqlite] }

    static let effect = Table(
        "note", family: .person, columns: [.text("person_id"), .text("state"), .blob("content")],
        primaryKey: ["person_id"])

    let folder: TemporaryFolder
    let clock = FixedClock()
    let first: RecordStore
    let second: RecordStore
    let stores: [any Store]
    let log: LogStore
    static let policy = JobPolicy(mostAttempts: 3, firstPauseSeconds: 2, leaseSeconds: 30)

    init(_ engine: Engine) async throws {
        folder = try TemporaryFolder()
        var made: [any Store] = []
        for name in ["first", "second", "log"] {
            switch engine {
            case .sqlite: made.append(try SQLiteStore(path: "\(folder.path)/\(name).sqlite"))
            case .postgresql:
                let server = try TestServer.shared.unwrapped()
                made.append(PostgreSQLStore(try server.address(try await server.newDatabase("jobs"))))
            }
        }
        stores = made
        let master = MasterKey(SymmetricKey(data: Array(0..<32)))
        let surroundings = Surroundings.fixed(clock, seed: 5)
        func open(_ name: String, _ store: any Store) async throws -> RecordStore {
            try await RecordStore(
                name: name, store: store, vault: StoreVault(master, store: name),
                migrations: [Migration(2, "note", creates: [Self.effect])], surroundings: surroundings)
        }
        first = try await open("first", made[0])
        second = try await open("second", made[1])
        log = try await LogStore(
            store: made[2], vault: StoreVault(master, store: "log"), origin: "test.example/log",
            surroundings: surroundings)
    }

    func runner(_ handlers: [String: JobHandler]) -> JobRunner {
        JobRunner(stores: [first, second], handlers: handlers, policy: Self.policy)
    }

    @discardableResult
    func leave(_ kind: String, _ content: [String: String] = [:], name: String? = nil) async throws -> String {
        try await first.perform("job.leave", access: Staff.agent) {
            try $0.enqueue(NewJob(kind, content: content, name: name))
        }
    }

    static func insert(_ id: String, in transaction: RecordTransaction) throws {
        try transaction.insert(
            effect, ["person_id": .text(id), "state": .text("done"), "content": .blob([1])])
    }

    func effects(_ index: Int = 0) async throws -> Int {
        try await stores[index].read { try $0.query(Self.effect.selectAll, []).count }
    }

    /// What verification finds, over both stores and the log.
    func findings() async throws -> [AuditReport.Finding] {
        try await LogSequencer(stores: [first, second], log: log).drain()
        return try await AuditVerifier(stores: [first, second], log: log).verify().findings
    }

    func close() async throws { for store in stores { try await store.close() } }
}

extension Optional {
    struct Absent: Error {}

    func unwrapped() throws -> Wrapped {
        guard let self else { throw Absent() }
        return self
    }
}
