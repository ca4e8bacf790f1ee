import Storage

/// The tables every record store carries beside the registers' own.
enum AuditTables {
    static let leafFamily = Family("auditLeaf", key: "leaf_id")
    static let subjectFamily = Family("auditSubject", key: "subject_id")

    static let leaf = Table(
        "audit_leaf", family: leafFamily,
        columns: [.text("leaf_id"), .content("content"), .blob("code")], primaryKey: ["leaf_id"])

    /// Which leaves speak of a subject: what the resident's page lists.
    static let subject = Table(
        "audit_subject", family: subjectFamily,
        columns: [.text("subject_id"), .text("leaf_id")], primaryKey: ["subject_id", "leaf_id"])

    /// Leaves that the sequencer has not yet brought into the tree.
    static let pending = Table(
        "audit_pending", family: .job,
        columns: [.integer("bucket"), .text("leaf_id")], primaryKey: ["bucket", "leaf_id"])

    /// Answers already given, by the caller's idempotency key.
    static let answered = Table(
        "answered_request", family: .uniqueIndex,
        columns: [.blob("index_key"), .text("act"), .text("answered_at"), .content("answer")], primaryKey: ["index_key"])

    static let all = [leaf, subject, pending, answered]

    static let leavesOfSubject = Statement(
        "audit_subject.leaves",
        "SELECT leaf_id FROM audit_subject WHERE subject_id = ? ORDER BY leaf_id DESC LIMIT ?")

    static let pendingLeaves = Statement(
        "audit_pending.next",
        "SELECT leaf_id FROM audit_pending WHERE bucket = ? AND leaf_id > ? ORDER BY leaf_id LIMIT ?")

    static let pendingCount = Statement(
        "audit_pending.count",
        "SELECT COUNT(*) AS total, MIN(leaf_id) AS oldest FROM audit_pending WHERE bucket = ?")

    static let anyLeaf = Statement("audit_leaf.any", "SELECT leaf_id FROM audit_leaf LIMIT 1", isFanOut: true)

    static let answeredBefore = Statement(
        "answered_request.before",
        "SELECT index_key FROM answered_request WHERE answered_at < ? ORDER BY index_key LIMIT ?", isFanOut: true)

    static let answeredCount = Statement(
        "answered_request.count", "SELECT COUNT(*) AS total FROM answered_request WHERE answered_at < ?",
        isFanOut: true)

    static let statements = [
        leavesOfSubject, pendingLeaves, pendingCount, anyLeaf, answeredBefore, answeredCount,
    ]
}
