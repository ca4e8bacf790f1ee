public import Quantities
import Storage
import Synchronization

/// What the sequencer has still to do.
public struct LogBacklog: Sendable {
    /// Leaves that wait, by the store that they lie in.
    public let leaves: [(store: String, count: Int)]
    /// When the oldest of them was made; nil where none waits.
    public let oldest: Instant?
    /// How long ago this process last found the lists empty or emptied them; nil before the first time.
    public let sinceDrained: Duration?
}

/// When a sequencer last came to the end of the pending lists.
final class DrainTime: Sendable {
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    func mark() { last.withLock { $0 = .now } }

    var elapsed: Duration? { last.withLock { $0.map { ContinuousClock.now - $0 } } }
}

extension LogSequencer {
    /// Counts the leaves that wait. Throws `StorageError`.
    public func backlog() async throws -> LogBacklog {
        var leaves: [(store: String, count: Int)] = []
        var oldest: String?
        for records in stores {
            let row = try await records.store.read { try $0.query(AuditTables.pendingCount, [.integer(0)]).first }
            leaves.append((records.name, Int(clamping: try row?.integer("total") ?? 0)))
            if case .text(let id)? = row?["oldest"] { oldest = min(oldest ?? id, id) }
        }
        return LogBacklog(leaves: leaves, oldest: oldest.flatMap(Self.moment), sinceDrained: drained.elapsed)
    }

    /// The time in a UUID of version 7: its first 48 bits (RFC 9562, 5.7).
    private static func moment(of id: String) -> Instant? {
        let digits = id.filter { $0 != "-" }.prefix(12)
        return Int64(digits, radix: 16).map { Instant(millisecondsSinceEpoch: $0) }
    }
}
