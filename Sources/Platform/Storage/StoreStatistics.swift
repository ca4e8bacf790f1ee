import Synchronization

/// What a store has done since it was opened, for the metrics of whoever runs it.
public struct StoreStatistics: Sendable {
    /// Transactions that read, and that wrote, done.
    public var reads = 0
    public var writes = 0
    /// Transactions that ended with an error, of the engine or of what they carried out.
    public var failures = 0
    /// Tries beyond the first.
    public var retries = 0
    /// Sessions there may be, sessions at work, and transactions that wait for one.
    public var sessions = 0
    public var sessionsInUse = 0
    public var waiting = 0
}

/// Counts that several threads add to.
final class StoreCounters: Sendable {
    private let counts = Mutex(StoreStatistics())

    var statistics: StoreStatistics { counts.withLock { $0 } }

    func add(_ change: (inout StoreStatistics) -> Void) { counts.withLock { change(&$0) } }

    /// Counts a transaction while it runs and how it ended.
    func counting<Result>(
        _ kind: any (WritableKeyPath<StoreStatistics, Int> & Sendable), _ work: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await work()
            counts.withLock { $0[keyPath: kind] += 1 }
            return result
        } catch {
            counts.withLock { $0.failures += 1 }
            throw error
        }
    }
}
