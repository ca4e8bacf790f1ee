import Quantities
import Synchronization

/// Counts attempts by name within a window of time; in memory, so a restart forgets.
///
/// Names are kept as hashes that differ from process to process.
final class Throttle: Sendable {
    private struct Count {
        var since: Instant
        var attempts: Int
    }

    private let counts = Mutex<[Int: Count]>([:])
    private let attempts: Int
    private let windowSeconds: Int64
    private static let mostNames = 100_000

    init(attempts: Int, windowSeconds: Int64) {
        self.attempts = attempts
        self.windowSeconds = windowSeconds
    }

    /// Counts one attempt. Throws `WebError` (`tooManyAttempts`) once the window is full.
    func count(_ name: String, now: Instant) throws(WebError) {
        let key = name.hashValue
        let isAllowed = counts.withLock { counts in
            if counts.count >= Self.mostNames {
                counts = counts.filter { now < $0.value.since.advanced(bySeconds: windowSeconds) }
                if counts.count >= Self.mostNames { counts.removeAll() }
            }
            var count = counts[key] ?? Count(since: now, attempts: 0)
            // A window that begins later than now was begun by a clock that has been set back since.
            if now < count.since || now >= count.since.advanced(bySeconds: windowSeconds) {
                count = Count(since: now, attempts: 0)
            }
            count.attempts += 1
            counts[key] = count
            return count.attempts <= attempts
        }
        guard isAllowed else { throw WebError(.tooManyAttempts) }
    }

    /// Forgets the attempts of a name that succeeded.
    func forget(_ name: String) { counts.withLock { $0[name.hashValue] = nil } }
}
