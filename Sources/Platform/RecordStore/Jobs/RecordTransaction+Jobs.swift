import Quantities
import Storage

extension RecordTransaction {
    private static let subject = "job"

    /// Leaves a job that is there exactly when this act is; returns its identifier.
    ///
    /// A named job that waits already, or is done, is not left a second time.
    @discardableResult
    public func enqueue(_ job: NewJob) throws -> String {
        let id = job.name ?? newIdentifier()
        if job.name != nil {
            let known = try row(JobTables.job, key: JobTables.key(id)) ?? row(JobTables.applied, key: JobTables.key(id))
            if known != nil { return id }
        }
        try insert(
            JobTables.job,
            [
                "bucket": .integer(JobTables.bucket(of: id)), "job_id": .text(id),
                "content": try seal(
                    job.content, subject: Self.subject, table: JobTables.job, row: id, field: "content"),
            ])
        try JobTurn.insert(JobTurn(id: id, kind: job.kind, enqueuedAt: now), vault, in: transaction)
        return id
    }

    /// Carries out, once, what a job of any store does in this one; false when an earlier delivery did it already.
    ///
    /// The mark that tells is a row of this transaction: effect and mark are there together or not at all.
    @discardableResult
    public func once(_ jobID: String, _ effect: () throws -> Void) throws -> Bool {
        guard try row(JobTables.applied, key: JobTables.key(jobID)) == nil else { return false }
        try markApplied(jobID)
        try effect()
        return true
    }

    /// What a job is about. Throws `JobError` (`noSuchJob`).
    func content(ofJob id: String) throws -> [String: String] {
        guard let row = try row(JobTables.job, key: JobTables.key(id)) else {
            throw JobError(.noSuchJob, "there is no job \(id)")
        }
        return try open(
            [String: String].self, from: row, subject: Self.subject, table: JobTables.job, row: id, field: "content")
    }

    func turn(_ id: String) throws -> JobTurn {
        guard let row = try transaction.query(JobTables.turn.selectByKey, JobTables.key(id)).first else {
            throw JobError(.noSuchJob, "there is no job \(id): look at the list")
        }
        return try JobTurn(row)
    }

    func write(_ turn: JobTurn) throws { try JobTurn.update(turn, vault, in: transaction) }

    /// Takes a job off the list. One with a name stays known, so that the name is not used again.
    func removeJob(_ id: String) throws {
        try transaction.enqueue(JobTables.turn.delete, JobTables.key(id))
        try delete(JobTables.job, key: JobTables.key(id))
        if id.contains("/"), try row(JobTables.applied, key: JobTables.key(id)) == nil { try markApplied(id) }
    }

    private func markApplied(_ id: String) throws {
        try insert(
            JobTables.applied,
            [
                "bucket": .integer(JobTables.bucket(of: id)), "job_id": .text(id), "applied_at": .text(now.description),
            ])
    }
}
