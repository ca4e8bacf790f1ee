public import RecordStore
public import Storage
import Vault

/// Everything that is wrong with an installation's stores, from the medium up to the references between rows.
public struct StoreExamination: Sendable {
    public struct Problem: Sendable {
        public let store: String
        public internal(set) var table: String?
        /// The key of a row.
        public internal(set) var row: String?
        public let problem: String
    }

    public private(set) var problems: [Problem] = []
    /// What is no problem, and could be better.
    public private(set) var advice: [(store: String, advice: String)] = []
    /// What verification counted; nil where the rows could not be read.
    public private(set) var report: AuditReport?

    public var isSound: Bool { problems.isEmpty }

    /// Looks at the files before anything opens them, then at the rows by what `open` gives, which reads damaged pages.
    ///
    /// Files whose log or header is damaged are not opened: SQLite would forget what lies behind, and write. Throws what
    /// `open` and the stores throw where it says nothing about damage.
    public init(_ location: StoreLocation, open: () async throws -> Installation) async throws {
        let faults = location.faults
        problems = faults.map { Problem(store: $0.store, problem: $0.fault.problem) }
        guard !faults.contains(where: \.fault.forbidsOpening) else { return }
        var found: [Problem] = []
        do {
            let installation = try await open()
            do { try await look(at: installation, &found) } catch {
                try? await installation.close()
                throw error
            }
            try await installation.close()
        } catch {
            guard let reason = Self.reason(error, isDamageKnown: !problems.isEmpty || !found.isEmpty) else {
                throw error
            }
            found.append(Problem(store: "all", problem: "the rows cannot be read: \(reason)"))
        }
        // The engine is asked again once it is open, and meets the same pages.
        let places = faults.map { "\($0.fault.place):" }
        problems += found.filter { problem in !places.contains { problem.problem.hasPrefix($0) } }
    }

    private mutating func look(at installation: Installation, _ found: inout [Problem]) async throws {
        advice = try await installation.engineAdvice()
        found = try await installation.engineProblems().map { Problem(store: $0.store, problem: $0.problem) }
        try await installation.sequencer.drain()
        let report = try await installation.verifier.verify()
        self.report = report
        found += report.findings.map {
            Problem(store: $0.store, table: $0.table, row: $0.row, problem: "the row was \($0.kind.rawValue)")
        }
        found += try await installation.integrityProblems().map {
            Problem(store: $0.store, table: $0.problem.table, row: $0.problem.row, problem: $0.problem.problem)
        }
    }

    /// Why rows could not be looked at; nil for what says nothing about the stores.
    private static func reason(_ error: any Error, isDamageKnown: Bool) -> String? {
        switch error {
        case let error as StorageError where isDamageKnown || error.code == .medium || error.code == .statement:
            error.message
        case let error as RecordError where isDamageKnown: error.message
        case let error as VaultError where isDamageKnown: error.message
        default: isDamageKnown ? "\(type(of: error))" : nil
        }
    }
}
