import Synchronization

/// How long one request may wait for its stores, all its transactions together.
///
/// A store that is reached over a network gives a request up when its patience is spent, instead of trying on for as
/// long as a command would. Only time inside a store counts, so a slow upload costs nothing of it.
public final class Patience: Sendable {
    /// That of the task at hand; nil for commands and services, which wait as long as the store's own limits say.
    @TaskLocal public static var current: Patience?

    private let left: Mutex<Duration>

    public init(_ duration: Duration) { left = Mutex(duration) }

    /// Until when a transaction that begins now may take.
    var deadline: ContinuousClock.Instant { ContinuousClock.now.advanced(by: left.withLock { $0 }) }

    func spend(since start: ContinuousClock.Instant) {
        let spent = ContinuousClock.now - start
        left.withLock { $0 = max(.zero, $0 - spent) }
    }
}
