import Storage

/// The tables of the jobs that a record store leaves for later, beside the audit tables.
///
/// What is to be done is written once and stands in the audit leaves of the act that left it and of the one that did
/// it. Whose turn it is changes with each try; that row carries a keyed code instead.
enum JobTables {
    static let buckets: Int64 = 16

    static let job = Table(
        "job", family: .job,
        columns: [.integer("bucket"), .text("job_id"), .content("content")], primaryKey: ["bucket", "job_id"])

    /// `due_at` is when the job may be taken: for one under way, when its worker counts as lost.
    static let turn = Table(
        "job_turn", family: .job,
        columns: [
            .integer("bucket"), .text("job_id"), .text("kind"), .text("enqueued_at"), .text("state"),
            .integer("due_at"), .integer("attempts"), .text("worker"), .integer("steps_done"), .integer("steps_total"),
            .text("problem"), .blob("code"),
        ],
        primaryKey: ["bucket", "job_id"], indexes: [["bucket", "state", "due_at"]])

    /// Jobs of other stores that had their effect here, and named jobs of this one that are done.
    static let applied = Table(
        "job_applied", family: .job,
        columns: [.integer("bucket"), .text("job_id"), .text("applied_at")], primaryKey: ["bucket", "job_id"])

    static let all = [job, turn, applied]

    /// The platform's own migrations count from 101, so that a register's next one keeps its number.
    static let migration = Migration(101, "jobs", creates: all)

    static let next = Statement(
        "job_turn.next",
        """
        SELECT \(turn.columnList) FROM job_turn WHERE bucket = ? AND state = ? AND due_at <= ? \
        ORDER BY due_at, job_id LIMIT 1 FOR UPDATE SKIP LOCKED
        """)

    /// After the clock was set back a job may be due at a time that no job is ever given; and one that was never tried is
    /// due from its beginning, whenever that was.
    static let misdated = Statement(
        "job_turn.misdated",
        """
        SELECT \(turn.columnList) FROM job_turn WHERE bucket = ? AND state = ? AND (due_at > ? OR attempts = 0) \
        ORDER BY due_at, job_id LIMIT 1 FOR UPDATE SKIP LOCKED
        """)

    static let dueBuckets = Statement(
        "job_turn.dueBuckets",
        "SELECT DISTINCT bucket FROM job_turn WHERE state = ? AND (due_at <= ? OR due_at > ? OR attempts = 0) "
            + "ORDER BY bucket",
        isFanOut: true)

    static let counts = Statement(
        "job_turn.counts",
        """
        SELECT kind, state, COUNT(*) AS total, MIN(enqueued_at) AS oldest, SUM(steps_done) AS done_steps, \
        SUM(steps_total) AS all_steps FROM job_turn GROUP BY kind, state
        """,
        isFanOut: true)

    static let listed = Statement(
        "job_turn.listed",
        "SELECT \(turn.columnList) FROM job_turn WHERE state = ? ORDER BY enqueued_at, job_id LIMIT ?", isFanOut: true)

    static let appliedBefore = Statement(
        "job_applied.before",
        "SELECT bucket, job_id FROM job_applied WHERE applied_at < ? ORDER BY job_id LIMIT ?", isFanOut: true)

    static let statements = [next, misdated, dueBuckets, counts, listed, appliedBefore]

    /// Which bucket a job lies in: a hash of its identifier (FNV-1a, 64 bit).
    static func bucket(of id: String) -> Int64 {
        let hash = id.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return Int64(hash % UInt64(buckets))
    }

    static func key(_ id: String) -> [SQLValue] { [.integer(bucket(of: id)), .text(id)] }
}
