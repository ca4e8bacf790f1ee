/// Runs numbered pieces of work, on as many processors as the caller grants.
///
/// A kernel starts no thread of its own: whoever calls it says how pieces are run; `serial` runs them one by one.
public struct Parallel: Sendable {
    /// How many pieces run at once.
    public let width: Int
    private let runner: @Sendable (Int, @escaping @Sendable (Int) -> Void) -> Void

    public init(width: Int, _ runner: @escaping @Sendable (Int, @escaping @Sendable (Int) -> Void) -> Void) {
        self.width = max(1, width)
        self.runner = runner
    }

    public static let serial = Parallel(width: 1) { count, work in
        for index in 0..<count { work(index) }
    }

    /// Computes one value a piece; the order of the result is that of the pieces.
    func map<Value: Sendable>(_ count: Int, _ work: @escaping @Sendable (Int) -> Value) -> [Value] {
        let slots = Slots<Value>(count)
        runner(count) { slots.put(work($0), at: $0) }
        return slots.values()
    }

    /// Calls `work` with consecutive ranges that cover `0..<count`.
    func ranges<Value: Sendable>(_ count: Int, pieces: Int, _ work: @escaping @Sendable (Range<Int>) -> Value)
        -> [Value]
    {
        let pieces = max(1, min(pieces, count))
        return map(pieces) { work((count * $0 / pieces)..<(count * ($0 + 1) / pieces)) }
    }

    /// Each piece writes its own slot, so no lock is needed.
    private final class Slots<Value>: @unchecked Sendable {
        private let memory: UnsafeMutablePointer<Value?>
        private let count: Int

        init(_ count: Int) {
            self.count = count
            memory = .allocate(capacity: max(1, count))
            memory.initialize(repeating: nil, count: count)
        }

        func put(_ value: Value, at index: Int) { memory[index] = value }

        func values() -> [Value] { (0..<count).compactMap { memory[$0] } }

        deinit {
            memory.deinitialize(count: count)
            memory.deallocate()
        }
    }
}
