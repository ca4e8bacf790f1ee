import Foundation

/// Opened once; a thread of a store waits for it blocking, a task without.
final class DispatchGate: Sendable {
    private let condition = NSCondition()
    private nonisolated(unsafe) var isOpen = false

    func open() {
        condition.withLock {
            isOpen = true
            condition.broadcast()
        }
    }

    func wait() { condition.withLock { while !isOpen { condition.wait() } } }

    func reached() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                self.wait()
                continuation.resume()
            }
        }
    }
}
