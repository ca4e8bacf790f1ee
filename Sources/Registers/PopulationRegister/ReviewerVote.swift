public import Quantities
public import RecordStore
import Storage

/// What one reviewer holds of two files, and why.
public struct ReviewerVote: Sendable {
    public let opinion: DuplicateOpinion
    public let reviewer: Actor
    public let at: Instant
    public let reason: String

    /// Opens a row of opinions; `place` is all of its key but the reviewer.
    ///
    /// Throws `PopulationError.noSuchCandidate` for an opinion that this program does not know.
    init(_ row: Row, of table: Table, on file: String, at place: String, in transaction: RecordTransaction) throws {
        let id = try row.text("reviewer_id")
        guard let opinion = DuplicateOpinion(rawValue: try row.text("opinion")) else {
            throw PopulationError.noSuchCandidate
        }
        self.opinion = opinion
        reviewer = Actor(kind: .staff, id: id)
        at = try Instant(iso8601: try row.text("voted_at"))
        reason = try transaction.open(
            VoteContent.self, from: row, subject: PopulationRegister.subject(file), table: table,
            row: "\(place)/\(id)", field: "content"
        ).reason
    }
}

extension RecordTransaction {
    /// Appends the actor's opinion; `key` and `place` are all of the row's key but the reviewer.
    func insertVote(
        _ opinion: DuplicateOpinion, _ reason: String, into table: Table, on file: String, key: [String: SQLValue],
        at place: String
    ) throws {
        let reviewer = access.actor.id
        var values = key
        values["reviewer_id"] = .text(reviewer)
        values["opinion"] = .text(opinion.rawValue)
        values["voted_at"] = .text(now.description)
        values["content"] = try seal(
            VoteContent(reason: reason), subject: PopulationRegister.subject(file), table: table,
            row: "\(place)/\(reviewer)", field: "content")
        try insert(table, values)
    }
}

private struct VoteContent: Codable {
    let reason: String
}
