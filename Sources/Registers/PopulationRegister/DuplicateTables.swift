public import RecordStore
public import Storage

/// The tables of the search for duplicates.
enum DuplicateTables {
    /// The files under one keyed hash, 16 bytes each: one row, so that two who write it at once cannot miss each other.
    static let list = Table(
        "candidate_list", family: .uniqueIndex, columns: [.blob("index_key"), .blob("files")],
        primaryKey: ["index_key"], isDerived: true)

    /// Under which hashes a file stands, and by which version of the keys.
    static let entry = Table(
        "candidate_entry", family: .person, columns: [.text("person_id"), .text("key_version"), .blob("lists")],
        primaryKey: ["person_id"])

    /// Two files that may be of one person; `person_id` is the later application.
    static let pair = Table(
        "duplicate_pair", family: .person,
        columns: [
            .text("person_id"), .text("candidate_id"), .text("outcome"), .text("found_at"), .content("content"),
        ],
        primaryKey: ["person_id", "candidate_id"], indexes: [["outcome", "found_at"]])

    /// What one reviewer held of a pair; never changed.
    static let vote = Table(
        "duplicate_vote", family: .person,
        columns: [
            .text("person_id"), .text("candidate_id"), .text("reviewer_id"), .text("opinion"), .text("voted_at"),
            .content("content"),
        ],
        primaryKey: ["person_id", "candidate_id", "reviewer_id"])

    static let all = [list, entry, pair, vote]

    /// A file stands in exactly the lists that its entry names.
    static let listsOfEntries = DerivedRows(
        list, key: "index_key", members: "files", from: entry, member: "person_id", keys: "lists", keyBytes: 32)

    static let pairs = Statement(
        "duplicate_pair.ofPerson",
        "SELECT \(pair.columnList) FROM duplicate_pair WHERE person_id = ? ORDER BY candidate_id")

    static let votes = Statement(
        "duplicate_vote.ofPair",
        "SELECT \(vote.columnList) FROM duplicate_vote WHERE person_id = ? AND candidate_id = ? ORDER BY voted_at")

    static let open = Statement(
        "duplicate_pair.open",
        "SELECT person_id, candidate_id, found_at FROM duplicate_pair WHERE outcome = ? ORDER BY found_at LIMIT ?",
        isFanOut: true)

    static let applicationCount = Statement(
        "application.countSubmitted", "SELECT COUNT(*) AS total FROM application WHERE state <> ?", isFanOut: true)

    static let entryCount = Statement(
        "candidate_entry.count", "SELECT COUNT(*) AS total FROM candidate_entry WHERE key_version = ?", isFanOut: true)

    static let applicationsAfter = Statement(
        "application.after",
        "SELECT person_id, state FROM application WHERE person_id > ? ORDER BY person_id LIMIT ?", isFanOut: true)

    static let statements = [pairs, votes, open, applicationCount, entryCount, applicationsAfter]
}
