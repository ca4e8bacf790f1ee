import Quantities
import RecordStore
import Storage

extension PopulationRegister {
    /// Keeps what a search found; a pair that reviewers settled stays settled, one that is no longer found is outdated.
    func keepPairs(
        _ candidates: [DuplicateCandidate], of applicationID: String, in transaction: RecordTransaction
    ) throws {
        var known: [String: Row] = [:]
        for row in try transaction.query(DuplicateTables.pairs, [.text(applicationID)]) {
            known[try row.text("candidate_id")] = row
        }
        let settled = [DuplicateOutcome.same, .different].map(\.rawValue)
        for candidate in candidates where candidate.path != .clear {
            if let row = known.removeValue(forKey: candidate.file), settled.contains(try row.text("outcome")) {
                continue
            }
            try put(
                candidate, of: applicationID, candidate.path == .automatic ? .same : .open, in: transaction)
        }
        for row in known.values where try row.text("outcome") == DuplicateOutcome.open.rawValue {
            try settle(row, .outdated, in: transaction)
        }
    }

    /// The same for an application that has no pairs yet.
    func keepPairs(
        _ candidates: [DuplicateCandidate], ofNew applicationID: String, in transaction: RecordTransaction
    ) throws {
        for candidate in candidates where candidate.path != .clear {
            try put(candidate, of: applicationID, candidate.path == .automatic ? .same : .open, in: transaction)
        }
    }

    private func put(
        _ candidate: DuplicateCandidate, of applicationID: String, _ outcome: DuplicateOutcome,
        in transaction: RecordTransaction
    ) throws {
        let values: [String: SQLValue] = [
            "person_id": .text(applicationID), "candidate_id": .text(candidate.file),
            "outcome": .text(outcome.rawValue), "found_at": .text(transaction.now.description),
            "content": try transaction.seal(
                candidate, subject: Self.subject(applicationID), table: DuplicateTables.pair,
                row: "\(applicationID)/\(candidate.file)", field: "content"),
        ]
        let key: [SQLValue] = [.text(applicationID), .text(candidate.file)]
        if try transaction.row(DuplicateTables.pair, key: key) == nil {
            try transaction.insert(DuplicateTables.pair, values)
        } else {
            try transaction.update(DuplicateTables.pair, values)
        }
    }

    func settle(_ row: Row, _ outcome: DuplicateOutcome, in transaction: RecordTransaction) throws {
        var values = Dictionary(
            uniqueKeysWithValues: DuplicateTables.pair.columns.map { ($0.name, row[$0.name]) })
        values["outcome"] = .text(outcome.rawValue)
        try transaction.update(DuplicateTables.pair, values)
    }

    func keepVote(
        _ opinion: DuplicateOpinion, _ reason: String, on pair: Row, in transaction: RecordTransaction
    ) throws {
        let (id, candidate) = (try pair.text("person_id"), try pair.text("candidate_id"))
        try transaction.insertVote(
            opinion, reason, into: DuplicateTables.vote, on: id,
            key: ["person_id": .text(id), "candidate_id": .text(candidate)], at: "\(id)/\(candidate)")
    }

    func pairs(
        of applicationID: String, state: ApplicationState?, in transaction: RecordTransaction
    ) throws -> [DuplicatePair] {
        try transaction.query(DuplicateTables.pairs, [.text(applicationID)])
            .map { try pair($0, state: state, in: transaction) }
            .sorted { ($1.candidate.probability, $0.candidate.file) < ($0.candidate.probability, $1.candidate.file) }
    }

    func pair(_ row: Row, state: ApplicationState?, in transaction: RecordTransaction) throws -> DuplicatePair {
        let (id, candidate) = (try row.text("person_id"), try row.text("candidate_id"))
        guard let outcome = DuplicateOutcome(rawValue: try row.text("outcome")) else {
            throw PopulationError.noSuchCandidate
        }
        let found = try transaction.open(
            DuplicateCandidate.self, from: row, subject: Self.subject(id), table: DuplicateTables.pair,
            row: "\(id)/\(candidate)", field: "content")
        let votes = try transaction.query(DuplicateTables.votes, [.text(id), .text(candidate)]).map {
            try ReviewerVote($0, of: DuplicateTables.vote, on: id, at: "\(id)/\(candidate)", in: transaction)
        }
        let isSettledByReviewers = DuplicateOpinion.allCases.contains { opinion in
            votes.count { $0.opinion == opinion } >= rules.duplicates.reviewers
        }
        // What no reviewer saw may still be contested.
        let isWaiting =
            outcome == .open && state?.isFinal == false
            || outcome == .same && state == .duplicate && !isSettledByReviewers
        return DuplicatePair(
            candidate: found, outcome: outcome, foundAt: try Instant(iso8601: try row.text("found_at")), votes: votes,
            isWaiting: isWaiting)
    }
}
