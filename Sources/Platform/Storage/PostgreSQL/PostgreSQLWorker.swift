import CLibPQ
import Foundation
import Synchronization

/// A thread with a session of its own: blocking calls never run on the cooperative pool.
final class PostgreSQLWorker: Sendable {
    private let jobs = JobQueue()

    init(_ address: PostgreSQLAddress, statementTimeoutSeconds: Int) {
        let jobs = jobs
        let thread = Thread {
            let session = PostgreSQLSession(address, statementTimeoutSeconds: statementTimeoutSeconds)
            while let job = jobs.next() { job(session) }
            session.disconnect()
        }
        thread.name = "PostgreSQL"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Runs `work` on the thread; a cancelled task ends the statement under way, though never a COMMIT.
    ///
    /// At the deadline the wait is given up as well, where a server does not even take the cancellation: throws
    /// `StorageError` (`outcomeUnknown`) when COMMIT was already sent, else `unavailable`, and nothing will be
    /// committed. `finished` is called on the thread once it is free again.
    func run<Result: Sendable>(
        until deadline: ContinuousClock.Instant? = nil, finished: @escaping @Sendable () -> Void = {},
        _ work: @escaping @Sendable (PostgreSQLSession, Interruption) throws -> Result
    ) async throws -> Result {
        let interruption = Interruption()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = SingleAnswer(continuation)
                let watch = deadline.map { end in
                    Deadlines.shared.add(end) {
                        let isUnknown = interruption.interrupt()
                        answer.give(.failure(isUnknown ? Self.unresolved : Self.late))
                    }
                }
                jobs.append { session in
                    let result = Swift.Result { try work(session, interruption) }
                    interruption.detach()
                    if let watch { Deadlines.shared.remove(watch) }
                    finished()
                    answer.give(result)
                }
            }
        } onCancel: {
            _ = interruption.interrupt()
        }
    }

    private static let late = StorageError(.unavailable, "the database did not answer in time")
    private static let unresolved = StorageError(
        .outcomeUnknown, "the database did not confirm the commit in time: ask again with the same idempotency key")

    /// Ends the session, then the thread.
    func stop() async {
        await withCheckedContinuation { continuation in
            jobs.append { session in
                session.disconnect()
                continuation.resume()
            }
        }
        end()
    }

    /// Lets the thread end after the jobs that it has.
    func end() { jobs.close() }
}

/// A continuation that the first of two answers resumes.
private final class SingleAnswer<Result: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Result, any Error>?>

    init(_ continuation: CheckedContinuation<Result, any Error>) { self.continuation = Mutex(continuation) }

    func give(_ result: Swift.Result<Result, any Error>) {
        let waiting = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(with: result)
    }
}

/// Jobs for one thread, in their order.
private final class JobQueue: Sendable {
    typealias Job = @Sendable (PostgreSQLSession) -> Void
    private let condition = NSCondition()
    private nonisolated(unsafe) var jobs: [Job] = []
    private nonisolated(unsafe) var isClosed = false

    func append(_ job: @escaping Job) {
        condition.withLock {
            jobs.append(job)
            condition.signal()
        }
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.signal()
        }
    }

    /// Waits for a job; nil once the queue is closed and empty.
    func next() -> Job? {
        condition.withLock {
            while jobs.isEmpty, !isClosed { condition.wait() }
            return jobs.isEmpty ? nil : jobs.removeFirst()
        }
    }
}

/// The session of one worker, connected when it is first needed and again after it was lost.
final class PostgreSQLSession {
    private let address: PostgreSQLAddress
    private let statementTimeoutSeconds: Int
    private var connection: PostgreSQLConnection?

    init(_ address: PostgreSQLAddress, statementTimeoutSeconds: Int) {
        self.address = address
        self.statementTimeoutSeconds = statementTimeoutSeconds
    }

    /// A connection outside of any transaction. Throws `PostgreSQLFailure`.
    func connected(_ interruption: Interruption) throws -> PostgreSQLConnection {
        if let connection, connection.isUsable {
            try interruption.attach(to: connection.handle)
            return connection
        }
        connection = nil
        let made = try PostgreSQLConnection(address, statementTimeoutSeconds: statementTimeoutSeconds)
        connection = made
        try interruption.attach(to: made.handle)
        return made
    }

    func disconnect() { connection = nil }
}

/// Whether a task was cancelled, and the way to tell the server.
final class Interruption: Sendable {
    private struct State: ~Copyable {
        var isInterrupted = false
        var isShielded = false
        // libpq allows PQcancel from any thread; the lock keeps it from being freed meanwhile.
        nonisolated(unsafe) var handle: OpaquePointer?
    }

    private let state = Mutex(State())

    /// Throws `CancellationError` when the task was cancelled before.
    func attach(to connection: OpaquePointer) throws {
        try state.withLock { state in
            if state.isInterrupted { throw CancellationError() }
            if let old = state.handle { PQfreeCancel(old) }
            state.handle = PQgetCancel(connection)
        }
    }

    /// From here on the transaction is carried to its end. Throws `CancellationError` when the task was cancelled before.
    func shield() throws {
        try state.withLock { state in
            if state.isInterrupted { throw CancellationError() }
            state.isShielded = true
        }
    }

    var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Waits for a cancellation under way, so that it cannot hit the session's next statement.
    func detach() {
        state.withLock { state in
            if let handle = state.handle { PQfreeCancel(handle) }
            state.handle = nil
        }
    }

    /// Ends the statement under way, but for a COMMIT; returns whether COMMIT was sent.
    func interrupt() -> Bool {
        let (isRunning, isShielded) = state.withLock { state in
            state.isInterrupted = true
            return (state.handle != nil && !state.isShielded, state.isShielded)
        }
        // The request needs a connection of its own: not a task's business to wait for.
        if isRunning { Thread.detachNewThread { self.sendRequest() } }
        return isShielded
    }

    private func sendRequest() {
        state.withLock { state in
            guard let handle = state.handle, !state.isShielded else { return }
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &message, Int32(message.count))
        }
    }
}
