public import Quantities
public import RecordStore
import Synchronization
import TestMaterial

/// A clock that stands still until a test moves it.
public final class FixedClock: Sendable {
    private let moment: Mutex<Instant>

    public init(_ start: Instant) { moment = Mutex(start) }

    /// 2026-11-23, 09:00 UTC.
    public convenience init() { self.init(Instant(millisecondsSinceEpoch: 1_795_424_400_000)) }

    public var now: Instant { moment.withLock { $0 } }

    public func advance(seconds: Int64) { moment.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

extension Surroundings {
    /// Time from `clock`, randomness from `seed`: the same acts give the same rows.
    public static func fixed(_ clock: FixedClock = FixedClock(), seed: UInt64 = 1) -> Surroundings {
        let generator = SharedGenerator(seed: seed)
        return Surroundings(clock: { clock.now }, random: { generator.bytes($0) })
    }
}

private final class SharedGenerator: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    func bytes(_ count: Int) -> [UInt8] { generator.withLock { $0.bytes(count) } }
}
