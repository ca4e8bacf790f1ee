import Storage
import Synchronization

/// What the program does with jobs of one kind.
public enum JobHandler: Sendable {
    /// An effect in the store where the job lies: it and the job's end are one transaction.
    case here(@Sendable (RecordTransaction, _ content: [String: String]) throws -> Void)
    /// Work in steps, or in another store. It may be begun again at any step: each step is known by the job's
    /// identifier (`RecordTransaction.once`), or does no harm a second time.
    case steps(@Sendable (JobRun) async throws -> Void)
}

/// A job under way, as its handler sees it.
public struct JobRun: Sendable {
    public let id: String
    public let content: [String: String]
    /// 1 at the first try.
    public let attempt: Int
    /// The store in which the job lies.
    public let records: RecordStore
    let tell: @Sendable (_ done: Int, _ total: Int) async throws -> Void

    /// Tells how far the job is, for those who look at the list, and keeps it from being given to another worker.
    ///
    /// Throws `JobError`: `lost` when it was given to another, `stopping` when the program ends; pass both on.
    public func progress(_ done: Int, of total: Int) async throws { try await tell(done, total) }
}

/// Does the jobs of record stores, one after the other; any number of runners may work beside one another.
public struct JobRunner: Sendable {
    public enum Outcome: Sendable, Equatable {
        case done(kind: String)
        /// Will be tried again.
        case failed(kind: String, problem: String)
        case died(kind: String, problem: String)
    }

    private let stores: [RecordStore]
    private let handlers: [String: JobHandler]
    private let policy: JobPolicy
    private static let access = Access(
        actor: Actor(kind: .service, id: "jobs"), purpose: .administration, legalBasis: .publicTask)

    public init(stores: [RecordStore], handlers: [String: JobHandler], policy: JobPolicy = JobPolicy()) {
        self.stores = stores
        self.handlers = handlers
        self.policy = policy
    }

    /// Does one job that is due; nil when there is none in any store.
    public func runOne(isStopping: @escaping @Sendable () -> Bool = { false }) async throws -> Outcome? {
        for records in stores {
            guard let job = try await records.takeJob(policy) else { continue }
            if job.state == .dead { return .died(kind: job.kind, problem: job.problem) }
            return try await carryOut(job, of: records, isStopping)
        }
        return nil
    }

    /// Does jobs until none is left but dead ones, waiting for those that are to be tried again; or, with `dueOnly`,
    /// until none is due. Returns how many ended well.
    ///
    /// - Parameter onOutcome: told after each try.
    @discardableResult
    public func drain(dueOnly: Bool = false, onOutcome: @Sendable (Outcome) -> Void = { _ in }) async throws -> Int {
        var done = 0
        while true {
            while let outcome = try await runOne() {
                onOutcome(outcome)
                if case .done = outcome { done += 1 }
            }
            if dueOnly { return done }
            var isEmpty = true
            for records in stores where isEmpty { isEmpty = try await records.jobs(.open, limit: 1).isEmpty }
            if isEmpty { return done }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Does jobs as they come until the task is cancelled; the one under way is then brought to its end or its next
    /// step.
    public func run(
        every interval: Duration = .milliseconds(500), onOutcome: @Sendable (Outcome) -> Void = { _ in },
        onError: @Sendable (any Error) -> Void
    ) async {
        let signal = StopSignal()
        await withTaskCancellationHandler {
            while !Task.isCancelled {
                // A task of its own: a store refuses to work for one that is cancelled.
                let result = await Task { try await runOne(isStopping: { signal.isGiven }) }.result
                switch result {
                case .success(let outcome?):
                    onOutcome(outcome)
                    continue
                case .success(nil): break
                case .failure(let error): onError(error)
                }
                try? await Task.sleep(for: interval)
            }
        } onCancel: {
            signal.give()
        }
    }

    private func carryOut(
        _ job: JobTurn, of records: RecordStore, _ isStopping: @escaping @Sendable () -> Bool
    ) async throws -> Outcome {
        do {
            switch handlers[job.kind] {
            case .here(let effect):
                try await records.finishJob(job, access: Self.access, effect: effect)
            case .steps(let work):
                try await carryOut(work, job, of: records, isStopping)
                try await records.finishJob(job, access: Self.access) { _, _ in }
            case nil:
                throw JobError(.noHandler, "this program does not know jobs of the kind \(job.kind)")
            }
            return .done(kind: job.kind)
        } catch let error as JobError where error.code == .stopping {
            // Not a failure: the next worker goes on at once, and the try is not counted.
            try await records.changeTurn(of: job) { turn in
                (turn.worker, turn.attempts) = ("", turn.attempts - 1)
                turn.dueAt = records.surroundings.now
            }
            return .failed(kind: job.kind, problem: error.code.rawValue)
        } catch {
            let problem = Self.code(of: error)
            do {
                let state = try await records.failJob(job, problem: problem, policy: policy)
                return state == .dead
                    ? .died(kind: job.kind, problem: problem) : .failed(kind: job.kind, problem: problem)
            } catch let lost as JobError where lost.code == .lost {
                return .failed(kind: job.kind, problem: lost.code.rawValue)
            }
        }
    }

    /// Runs the steps, while a second task says from time to time that the worker is alive.
    private func carryOut(
        _ work: @escaping @Sendable (JobRun) async throws -> Void, _ job: JobTurn, of records: RecordStore,
        _ isStopping: @escaping @Sendable () -> Bool
    ) async throws {
        let lease = Int64(policy.leaseSeconds * 1000)
        let renew: @Sendable ((done: Int, total: Int)?) async throws -> Void = { progress in
            let end = records.surroundings.now.advanced(byMilliseconds: lease)
            try await records.changeTurn(of: job) { turn in
                turn.dueAt = end
                if let progress { (turn.stepsDone, turn.stepsTotal) = progress }
            }
        }
        let run = JobRun(
            id: job.id, content: try await records.contentOfJob(job, access: Self.access), attempt: job.attempts,
            records: records,
            tell: { done, total in
                try await renew((done, total))
                if isStopping() { throw JobError(.stopping, "the program is stopping") }
            })
        let beat = Duration.seconds(policy.leaseSeconds / 3)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work(run)
                return true
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: beat)
                    try await renew(nil)
                }
            }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }

    /// What may be kept of an error: its type and code. Its text might quote a row.
    static func code(of error: any Error) -> String {
        switch error {
        case let error as JobError: error.code.rawValue
        case let error as StorageError: error.code.rawValue
        case let error as RecordError: error.code.rawValue
        default: "\(type(of: error))"
        }
    }
}

/// Told once, asked often.
private final class StopSignal: Sendable {
    private let given = Mutex(false)

    var isGiven: Bool { given.withLock { $0 } }

    func give() { given.withLock { $0 = true } }
}
