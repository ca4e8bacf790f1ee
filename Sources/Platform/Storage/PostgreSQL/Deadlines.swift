import Foundation

/// One thread that ends waits whose time is over.
///
/// A timer for each transaction would outlive most of them; here an entry costs two look-ups in a table.
final class Deadlines: Sendable {
    static let shared = Deadlines()

    private let condition = NSCondition()
    private nonisolated(unsafe) var entries: [Int: (end: ContinuousClock.Instant, action: @Sendable () -> Void)] = [:]
    private nonisolated(unsafe) var lastID = 0
    private nonisolated(unsafe) var isRunning = false

    /// Carries `action` out once `end` is past, at most a twentieth of a second late; returns what `remove` takes.
    func add(_ end: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> Int {
        condition.withLock {
            lastID += 1
            entries[lastID] = (end, action)
            if !isRunning {
                isRunning = true
                let thread = Thread { self.watch() }
                thread.name = "Deadlines"
                thread.start()
            }
            if entries.count == 1 { condition.signal() }
            return lastID
        }
    }

    func remove(_ id: Int) { condition.withLock { _ = entries.removeValue(forKey: id) } }

    private func watch() -> Never {
        while true {
            let due = condition.withLock { () -> [@Sendable () -> Void] in
                while entries.isEmpty { condition.wait() }
                let now = ContinuousClock.now
                let past = entries.filter { $0.value.end <= now }
                for id in past.keys { entries[id] = nil }
                return past.values.map(\.action)
            }
            for action in due { action() }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}
