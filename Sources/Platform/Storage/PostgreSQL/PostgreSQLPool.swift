import Synchronization

/// A bounded number of workers, lent one at a time, first come first served.
final class PostgreSQLPool: Sendable {
    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<PostgreSQLWorker, any Error>
    }

    private struct State {
        var idle: [PostgreSQLWorker] = []
        var lent = 0
        var waiters: [Waiter] = []
        var lastID = 0
        var isClosed = false
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let size: Int
    private let mostWaiting: Int
    private let makeWorker: @Sendable () -> PostgreSQLWorker

    init(size: Int, mostWaiting: Int, makeWorker: @escaping @Sendable () -> PostgreSQLWorker) {
        self.size = size
        self.mostWaiting = mostWaiting
        self.makeWorker = makeWorker
    }

    /// - Parameter deadline: when to give the wait up; the worker then comes back once it is free.
    func run<Result: Sendable>(
        until deadline: ContinuousClock.Instant?,
        _ work: @escaping @Sendable (PostgreSQLSession, Interruption) throws -> Result
    ) async throws -> Result {
        let worker = try await borrow(until: deadline)
        return try await worker.run(until: deadline, finished: { self.giveBack(worker) }, work)
    }

    /// Sessions at work, and tasks that wait for one.
    var use: (lent: Int, waiting: Int) { state.withLock { ($0.lent, $0.waiters.count) } }

    /// Throws `StorageError` (`busy`) when too many wait already or none came free in time, `CancellationError` for a
    /// cancelled task.
    private func borrow(until deadline: ContinuousClock.Instant?) async throws -> PostgreSQLWorker {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let watch = deadline.map { end in
            Deadlines.shared.add(end) {
                self.endWait(id, StorageError(.busy, "no session of the store came free in time"))
            }
        }
        defer { if let watch { Deadlines.shared.remove(watch) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    if Task.isCancelled {
                        continuation.resume(throwing: CancellationError())
                    } else if state.isClosed {
                        continuation.resume(throwing: StorageError(.unavailable, "the store is closed"))
                    } else if let worker = state.idle.popLast() {
                        state.lent += 1
                        continuation.resume(returning: worker)
                    } else if state.lent < size {
                        state.lent += 1
                        continuation.resume(returning: makeWorker())
                    } else if state.waiters.count >= mostWaiting || deadline.map({ $0 <= ContinuousClock.now }) ?? false
                    {
                        continuation.resume(throwing: StorageError(.busy, "too many requests wait for the store"))
                    } else {
                        state.waiters.append(Waiter(id: id, continuation: continuation))
                    }
                }
            }
        } onCancel: {
            endWait(id, CancellationError())
        }
    }

    private func endWait(_ id: Int, _ error: any Error) {
        state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return }
            state.waiters.remove(at: index).continuation.resume(throwing: error)
        }
    }

    private func giveBack(_ worker: PostgreSQLWorker) {
        state.withLock { state in
            if !state.waiters.isEmpty {
                state.waiters.removeFirst().continuation.resume(returning: worker)
                return
            }
            state.lent -= 1
            state.idle.append(worker)
            guard state.isClosed, state.lent == 0 else { return }
            for continuation in state.closing { continuation.resume() }
            state.closing = []
        }
    }

    /// Waits for running work and for the sessions to end.
    func close() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.isClosed = true
                if state.lent == 0 { continuation.resume() } else { state.closing.append(continuation) }
            }
        }
        let workers = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for worker in workers { await worker.stop() }
    }

    deinit {
        for worker in state.withLock({ $0.idle }) { worker.end() }
    }
}
