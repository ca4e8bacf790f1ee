import Crypto
import Quantities
public import RecordStore
public import Storage
import Vault

/// Jobs whose effects are counted, on two record stores and their log, for workers that are killed.
public struct CountedJobs: Sendable {
    /// `times` says how often the effect named by the key was had: anything but 1 is a fault.
    public static let effect = Table(
        "counted_effect", family: .person, columns: [.text("person_id"), .integer("times")], primaryKey: ["person_id"])

    /// Steps of a job whose effects lie in the other store.
    public static let steps = 3

    public let first: RecordStore
    public let second: RecordStore
    private let log: LogStore
    private let stores: [any Store]
    private static let service = Access(
        actor: Actor(kind: .service, id: "jobs"), purpose: .administration, legalBasis: .publicTask)

    /// - Parameter places: of the first store, the second and the log: files of SQLite, or addresses of PostgreSQL.
    public init(_ places: [String]) async throws {
        stores = try places.map { place in
            guard PostgreSQLAddress.isURL(place) else { return try SQLiteStore(path: place) }
            return PostgreSQLStore(
                try PostgreSQLAddress(url: place), limits: PostgreSQLStore.Limits(connections: 3))
        }
        let master = MasterKey(SymmetricKey(data: Array(0..<32)))
        let surroundings = Surroundings.system()
        func open(_ name: String, _ store: any Store) async throws -> RecordStore {
            try await RecordStore(
                name: name, store: store, vault: StoreVault(master, store: name),
                migrations: [Migration(2, "effects", creates: [Self.effect])], surroundings: surroundings)
        }
        first = try await open("first", stores[0])
        second = try await open("second", stores[1])
        log = try await LogStore(
            store: stores[2], vault: StoreVault(master, store: "log"), origin: "test.example/log",
            surroundings: surroundings)
    }

    /// Leaves jobs with the numbers given, of both kinds in turn.
    public func leave(_ numbers: Range<Int>) async throws {
        try await first.perform("job.leave", access: Self.service) { records in
            for number in numbers {
                try records.enqueue(
                    NewJob(number.isMultiple(of: 2) ? "here" : "there", content: ["number": "\(number)"]))
            }
        }
    }

    /// A worker of these jobs: soon taken over when it is silent, and as often as it takes.
    ///
    /// - Parameter begins: told when a job's work begins.
    public func runner(_ begins: @escaping @Sendable () -> Void = {}) -> JobRunner {
        let second = second
        return JobRunner(
            stores: [first],
            handlers: [
                "here": .here { records, content in
                    begins()
                    try Self.count("here/\(content["number"] ?? "")", in: records)
                },
                "there": .steps { run in
                    begins()
                    for step in 0..<Self.steps {
                        _ = try await second.perform("job.told", access: Self.service) { records in
                            try records.once("\(run.id)#\(step)") {
                                try Self.count("there/\(run.content["number"] ?? "")/\(step)", in: records)
                            }
                        }
                        try await run.progress(step + 1, of: Self.steps)
                    }
                },
            ], policy: JobPolicy(mostAttempts: 1000, firstPauseSeconds: 0.1, leaseSeconds: 1))
    }

    private static func count(_ name: String, in records: RecordTransaction) throws {
        guard let row = try records.row(effect, key: [.text(name)]) else {
            return try records.insert(effect, ["person_id": .text(name), "times": .integer(1)])
        }
        try records.update(
            effect, ["person_id": .text(name), "times": .integer(try row.integer("times") + 1)])
    }

    /// How often each effect was had, in both stores.
    public func effects() async throws -> [String: Int64] {
        var found: [String: Int64] = [:]
        for store in stores.dropLast() {
            for row in try await store.read({ try $0.query(Self.effect.selectAll, []) }) {
                found[try row.text("person_id")] = try row.integer("times")
            }
        }
        return found
    }

    /// What verification finds, over both stores and the log.
    public func findings() async throws -> [AuditReport.Finding] {
        try await LogSequencer(stores: [first, second], log: log).drain()
        return try await AuditVerifier(stores: [first, second], log: log).verify().findings
    }

    public func close() async throws { for store in stores { try await store.close() } }
}
