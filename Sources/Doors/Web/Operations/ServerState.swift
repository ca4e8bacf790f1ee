import Synchronization

/// What a running server knows of itself: whether it is stopping, and what it has answered.
public final class ServerState: Sendable {
    let metrics = RequestMetrics()
    private let stopping = Mutex(false)
    private let sequencing = Mutex(false)

    public init() {}

    /// From here on the server is not ready for further requests, though it answers those that come.
    public func stop() { stopping.withLock { $0 = true } }

    /// Says that this process runs the sequencer, whose silence is then a fault.
    public func sequences() { sequencing.withLock { $0 = true } }

    var isStopping: Bool { stopping.withLock { $0 } }
    var isSequencing: Bool { sequencing.withLock { $0 } }
}
