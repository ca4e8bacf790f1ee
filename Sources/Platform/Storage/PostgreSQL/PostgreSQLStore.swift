import Foundation

/// A store on PostgreSQL, or on Citus through its coordinator.
///
/// Writes are serialisable transactions, carried out again whole when others were in their way or the server went away.
/// Reads see one moment. Each session has a thread of its own.
public final class PostgreSQLStore: Store {
    /// How many sessions there are and how long anything may take.
    public struct Limits: Sendable {
        public var connections: Int
        public var statementSeconds: Int
        /// How long a transaction is tried again before its error is given back; longer than a failover takes.
        public var patienceSeconds: Double

        public init(connections: Int = 8, statementSeconds: Int = 30, patienceSeconds: Double = 40) {
            self.connections = connections
            self.statementSeconds = statementSeconds
            self.patienceSeconds = patienceSeconds
        }
    }

    let pool: PostgreSQLPool
    private let limits: Limits
    private let counters = StoreCounters()

    /// Connects when it is first used.
    public init(_ address: PostgreSQLAddress, limits: Limits = Limits()) {
        self.limits = limits
        let seconds = limits.statementSeconds
        pool = PostgreSQLPool(size: max(1, limits.connections), mostWaiting: 10_000) {
            PostgreSQLWorker(address, statementTimeoutSeconds: seconds)
        }
    }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await counting(\.reads) { deadline in
            try await self.repeating(until: deadline) { _ in
                try await self.pool.run(until: deadline) { session, interruption in
                    Attempt.read(session, interruption, body)
                }
            }
        }
    }

    /// Without BEGIN and ROLLBACK: half of the way to the server and back.
    public func rows(_ statement: Statement, _ arguments: [SQLValue]) async throws -> [Row] {
        guard statement.isSelect else { throw StorageError(.statement, "\(statement.name) does not read") }
        return try await counting(\.reads) { deadline in
            try await self.repeating(until: deadline) { _ in
                try await self.pool.run(until: deadline) { session, interruption in
                    Attempt.rows(session, interruption, statement, arguments)
                }
            }
        }
    }

    public func write<Result: Sendable>(
        knownBy mark: CommitMark?, _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await write(isolation: .serializable, knownBy: mark, body)
    }

    enum Isolation: String {
        case serializable = "SERIALIZABLE"
        case readCommitted = "READ COMMITTED"
    }

    func write<Result: Sendable>(
        isolation: Isolation, knownBy mark: CommitMark?,
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        let begin = "BEGIN ISOLATION LEVEL \(isolation.rawValue)"
        return try await counting(\.writes) { deadline in
            try await self.repeating(until: deadline) { remembered in
                try await self.pool.run(until: deadline) { session, interruption in
                    Attempt.write(session, interruption, begin: begin, knownBy: mark, remembered, body)
                }
            }
        }
    }

    /// Counts a transaction, and what it takes of the patience of the request that it belongs to.
    private func counting<Result>(
        _ kind: any (WritableKeyPath<StoreStatistics, Int> & Sendable),
        _ work: (ContinuousClock.Instant?) async throws -> Result
    ) async throws -> Result {
        let patience = Patience.current
        let start = ContinuousClock.now
        defer { patience?.spend(since: start) }
        return try await counters.counting(kind) { try await work(patience?.deadline) }
    }

    public var statistics: StoreStatistics {
        var statistics = counters.statistics
        statistics.sessions = max(1, limits.connections)
        (statistics.sessionsInUse, statistics.waiting) = pool.use
        return statistics
    }

    public func close() async throws { await pool.close() }

    // MARK: Again

    /// A key that is taken, and what a session prepared and no longer has: worth a few tries, not all patience.
    private static let mostLikelyLasting: Set<String> = ["23505", "26000", "0A000"]
    private static let mostTriesOfThose = 3

    /// Carries a transaction out until it is done, refused for good, or patience is at its end.
    private func repeating<Result: Sendable>(
        until deadline: ContinuousClock.Instant?, _ attempt: (Result?) async throws -> Attempt<Result>
    ) async throws -> Result {
        let longest = ContinuousClock.now.advanced(by: .seconds(limits.patienceSeconds))
        let end = min(longest, deadline ?? longest)
        var remembered: Result?
        var lasting = 0
        var tries = 0
        while true {
            let failure: PostgreSQLFailure
            let ended: Attempt<Result>
            do { ended = try await attempt(remembered) } catch let error as StorageError where remembered != nil {
                throw error.code == .busy || error.code == .unavailable ? Self.unresolved : error
            }
            switch ended {
            case .done(let result): return result
            case .refused(let error): throw error
            case .failed(let found): failure = found
            case .unknown(let result, let found):
                remembered = result
                failure = found
            }
            if Self.mostLikelyLasting.contains(failure.state), remembered == nil {
                lasting += 1
                if lasting >= Self.mostTriesOfThose { throw failure.storageError }
            }
            tries += 1
            guard failure.remedy != .none || remembered != nil, ContinuousClock.now < end else {
                throw remembered == nil ? failure.storageError : Self.unresolved
            }
            counters.add { $0.retries += 1 }
            try await pause(failure.remedy, tries, end)
        }
    }

    private static let unresolved = StorageError(
        .outcomeUnknown, "the database went away while it committed: ask again with the same idempotency key")

    /// Waits longer each time, and never as long as another writer that had to give way to the same one.
    private func pause(
        _ remedy: PostgreSQLFailure.Remedy, _ tries: Int, _ end: ContinuousClock.Instant
    ) async throws {
        let (first, longest) = remedy == .reconnect ? (50.0, 1000.0) : (1.0, 250.0)
        let longestNow = min(longest, first * pow(2, Double(min(tries, 12))))
        let pause = Duration.microseconds(Int64.random(in: 0...Int64(longestNow * 1000)))
        try await Task.sleep(until: min(ContinuousClock.now.advanced(by: pause), end), clock: .continuous)
    }
}

/// How one try of a transaction ended.
enum Attempt<Result: Sendable>: Sendable {
    case done(Result)
    case failed(PostgreSQLFailure)
    /// COMMIT was sent and its answer did not come.
    case unknown(Result, PostgreSQLFailure)
    case refused(any Error)

    static func read(
        _ session: PostgreSQLSession, _ interruption: Interruption, _ body: (any Transaction) throws -> Result
    ) -> Attempt {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        let attempt = perform(session, interruption, begin: begin) { .done(try body($0)) }
        // Here it is the transaction that takes no writes, not the server: once more would end the same.
        if case .failed(let failure) = attempt, failure.state == "25006", !failure.isConnectionLost {
            return .refused(StorageError(.statement, "a transaction that reads cannot change rows"))
        }
        return attempt
    }

    /// - Parameter remembered: what an earlier try of unknown outcome gave.
    static func write(
        _ session: PostgreSQLSession, _ interruption: Interruption, begin: String, knownBy mark: CommitMark?,
        _ remembered: Result?, _ body: (any Transaction) throws -> Result
    ) -> Attempt {
        perform(session, interruption, begin: begin) { transaction in
            if let remembered, let mark, try mark.isFound(in: transaction) { return .done(remembered) }
            let result = try body(transaction)
            if let failure = transaction.failure { return .failed(failure) }
            // After an unknown outcome the mark must be in before COMMIT is sent: then one try at most can succeed.
            if remembered != nil { try transaction.flush() }
            try interruption.shield()
            do {
                try transaction.commit()
                return .done(result)
            } catch let failure as PostgreSQLFailure {
                return failure.isConnectionLost ? .unknown(result, failure) : .failed(failure)
            }
        }
    }

    private static func perform(
        _ session: PostgreSQLSession, _ interruption: Interruption, begin: String,
        _ work: (PostgreSQLTransaction) throws -> Attempt
    ) -> Attempt {
        let connection: PostgreSQLConnection
        do { connection = try session.connected(interruption) } catch let failure as PostgreSQLFailure {
            return .failed(failure)
        } catch {
            return .refused(error)
        }
        let transaction = PostgreSQLTransaction(connection, begin: begin)
        defer {
            // What was prepared may be the cause: a fresh session prepares anew.
            if !connection.rollBack() || transaction.failure?.remedy == .reconnect { session.disconnect() }
        }
        do {
            return try work(transaction)
        } catch {
            if interruption.isInterrupted { return .refused(CancellationError()) }
            if let failure = transaction.failure { return .failed(failure) }
            return .refused(error)
        }
    }
}

extension Attempt where Result == [Row] {
    static func rows(
        _ session: PostgreSQLSession, _ interruption: Interruption, _ statement: Statement, _ arguments: [SQLValue]
    ) -> Attempt {
        do {
            let connection = try session.connected(interruption)
            return .done(try connection.pipeline([.statement(statement, arguments)]).last?.rows ?? [])
        } catch let failure as PostgreSQLFailure {
            if failure.remedy == .reconnect { session.disconnect() }
            return interruption.isInterrupted ? .refused(CancellationError()) : .failed(failure)
        } catch {
            return .refused(error)
        }
    }
}
