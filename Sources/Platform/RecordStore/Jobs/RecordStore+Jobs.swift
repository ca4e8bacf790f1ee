public import Quantities
import Storage

/// How often and how soon a job is tried.
public struct JobPolicy: Sendable {
    public var mostAttempts: Int
    /// The pause after the first failure; doubled after each further one, up to `longestPauseSeconds`.
    public var firstPauseSeconds: Double
    public var longestPauseSeconds: Double
    /// How long a worker may be silent before another takes its job over.
    public var leaseSeconds: Double

    public init(
        mostAttempts: Int = 10, firstPauseSeconds: Double = 2, longestPauseSeconds: Double = 3600,
        leaseSeconds: Double = 30
    ) {
        self.mostAttempts = mostAttempts
        self.firstPauseSeconds = firstPauseSeconds
        self.longestPauseSeconds = longestPauseSeconds
        self.leaseSeconds = leaseSeconds
    }

    /// The pause after so many tries: between half of it and all of it, as `chance` (0 to 1) says.
    func pauseMilliseconds(after attempts: Int, chance: Double) -> Int64 {
        let doubled = firstPauseSeconds * Double(1 << min(max(attempts - 1, 0), 30))
        return Int64(min(longestPauseSeconds, doubled) * 1000 * (0.5 + 0.5 * chance))
    }

    /// No job is given a time beyond this: one that has it was written before the clock was set back.
    var horizonMilliseconds: Int64 { Int64((longestPauseSeconds + leaseSeconds) * 1000) + 60_000 }
}

/// Jobs of one kind and state together.
public struct JobCount: Hashable, Sendable {
    public let kind: String
    public let state: JobStanding.State
    public let count: Int
    /// When the oldest of them was left.
    public let oldest: Instant
    /// Steps done, and all that there are, of those that told their progress.
    public let stepsDone: Int
    public let stepsTotal: Int
}

extension RecordStore {
    /// How many jobs there are, and how far they are, by kind and state.
    public func jobCounts() async throws -> [JobCount] {
        try await store.read { transaction in
            try transaction.query(JobTables.counts, []).compactMap { row in
                guard let state = JobStanding.State(rawValue: try row.text("state")) else { return nil }
                return JobCount(
                    kind: try row.text("kind"), state: state, count: Int(clamping: try row.integer("total")),
                    oldest: try Instant(iso8601: try row.text("oldest")),
                    stepsDone: Int(clamping: try row.integer("done_steps")),
                    stepsTotal: Int(clamping: try row.integer("all_steps")))
            }
        }
    }

    /// The oldest jobs of a state.
    public func jobs(_ state: JobStanding.State, limit: Int = 1000) async throws -> [JobStanding] {
        try await store.read { transaction in
            try transaction.query(JobTables.listed, [.text(state.rawValue), .integer(Int64(limit))]).map {
                try JobTurn($0).standing
            }
        }
    }

    /// How one job stands, or nil when it is done or never was.
    public func job(_ id: String) async throws -> JobStanding? {
        try await store.read { transaction in
            try transaction.query(JobTables.turn.selectByKey, JobTables.key(id)).first.map { try JobTurn($0).standing }
        }
    }

    /// Puts a job of the dead-letter list back to work. Throws `JobError` (`noSuchJob`, `notDead`).
    public func resumeJob(_ id: String, access: Access) async throws {
        try await self.perform("job.resume", access: access) { records in
            var turn = try Self.deadTurn(id, in: records)
            (turn.state, turn.attempts, turn.dueAt, turn.worker) = (.open, 0, records.now, "")
            try records.write(turn)
            records.concerns("job", .write)
            records.note("job", id)
        }
    }

    /// Takes a job off the dead-letter list without doing it. Throws `JobError` (`noSuchJob`, `notDead`).
    public func dropJob(_ id: String, access: Access) async throws {
        try await self.perform("job.drop", access: access) { records in
            let turn = try Self.deadTurn(id, in: records)
            try records.removeJob(id)
            records.note("kind", turn.kind)
        }
    }

    private static func deadTurn(_ id: String, in records: RecordTransaction) throws -> JobTurn {
        let turn = try records.turn(id)
        guard turn.state == .dead else {
            throw JobError(.notDead, "job \(id) is not in the dead-letter list: it is tried again by itself")
        }
        return turn
    }

    // MARK: Work

    /// Takes one job that is due and counts the try; nil when none is.
    func takeJob(_ policy: JobPolicy) async throws -> JobTurn? {
        let worker = surroundings.newIdentifier()
        let now = surroundings.now
        let first = Int64(surroundings.randomBytes(1)[0])
        let horizon = SQLValue.integer(now.millisecondsSinceEpoch + policy.horizonMilliseconds)
        let open = SQLValue.text(JobStanding.State.open.rawValue)
        let due = SQLValue.integer(now.millisecondsSinceEpoch)
        let buckets = try await store.read { transaction in
            try transaction.query(JobTables.dueBuckets, [open, due, horizon]).map { try $0.integer("bucket") }
        }
        // From anywhere in the circle, so that workers who begin together do not all begin at one bucket.
        let turned = buckets.sorted { ($0 + first) % JobTables.buckets < ($1 + first) % JobTables.buckets }
        for bucket in turned {
            let taken: JobTurn? = try await store.write { [vault] transaction in
                let row =
                    try transaction.query(JobTables.next, [.integer(bucket), open, due]).first
                    ?? transaction.query(JobTables.misdated, [.integer(bucket), open, horizon]).first
                guard let row else { return nil }
                var turn = try JobTurn(row)
                if turn.attempts >= policy.mostAttempts {
                    // Its worker was lost each time: no try of it ended with an error of its own.
                    (turn.state, turn.worker) = (.dead, "")
                    if turn.problem.isEmpty { turn.problem = JobError.Code.workerLost.rawValue }
                } else {
                    turn.attempts += 1
                    turn.worker = worker
                    turn.dueAt = now.advanced(byMilliseconds: Int64(policy.leaseSeconds * 1000))
                }
                try JobTurn.update(turn, vault, in: transaction)
                return turn
            }
            if let taken { return taken }
        }
        return nil
    }

    /// Carries out an effect in this store and takes the job off the list, in one transaction.
    ///
    /// Throws `JobError` (`lost`) when another worker has the job by now; the effect is then undone.
    func finishJob(
        _ job: JobTurn, access: Access, effect: @escaping @Sendable (RecordTransaction, [String: String]) throws -> Void
    ) async throws {
        try await self.perform("job.done", access: access) { records in
            guard let turn = try? records.turn(job.id), turn.worker == job.worker else {
                throw JobError(.lost, "another worker has the job")
            }
            try effect(records, try records.content(ofJob: job.id))
            try records.removeJob(job.id)
            records.note("kind", job.kind)
        }
    }

    /// What a job is about, read for a worker.
    func contentOfJob(_ job: JobTurn, access: Access) async throws -> [String: String] {
        try await self.perform("job.read", access: access) { try $0.content(ofJob: job.id) }
    }

    /// Changes the turn of a job that this worker still has. Throws `JobError` (`lost`).
    func changeTurn(of job: JobTurn, _ change: @escaping @Sendable (inout JobTurn) -> Void) async throws {
        try await store.write { [vault] transaction in
            guard let row = try transaction.query(JobTables.turn.selectByKey, JobTables.key(job.id)).first else {
                throw JobError(.lost, "the job is done")
            }
            var turn = try JobTurn(row)
            guard turn.worker == job.worker else { throw JobError(.lost, "another worker has the job") }
            change(&turn)
            try JobTurn.update(turn, vault, in: transaction)
        }
    }

    /// Gives a job back after an error: to be tried later, or to the dead-letter list.
    func failJob(_ job: JobTurn, problem: String, policy: JobPolicy) async throws -> JobStanding.State {
        let chance = Double(surroundings.randomBytes(1)[0]) / 255
        let now = surroundings.now
        let isLast = job.attempts >= policy.mostAttempts
        try await changeTurn(of: job) { turn in
            turn.worker = ""
            turn.problem = problem
            turn.state = isLast ? .dead : .open
            turn.dueAt = now.advanced(
                byMilliseconds: policy.pauseMilliseconds(after: turn.attempts, chance: chance))
        }
        return isLast ? .dead : .open
    }
}

extension Instant {
    func advanced(byMilliseconds milliseconds: Int64) -> Instant {
        Instant(millisecondsSinceEpoch: millisecondsSinceEpoch + milliseconds)
    }
}
