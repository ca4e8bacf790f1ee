public import Quantities
public import RecordStore
import Storage

/// What a reviewer holds of two files.
public enum DuplicateOpinion: String, Sendable, Codable, CaseIterable {
    case same, different
}

/// Where a pair of files stands.
public enum DuplicateOutcome: String, Sendable, Codable, CaseIterable {
    /// Reviewers have yet to agree.
    case open
    case same, different
    /// A correction made the files unlike.
    case outdated
}

/// A pair of files with what was found and decided.
public struct DuplicatePair: Sendable {
    public let candidate: DuplicateCandidate
    public let outcome: DuplicateOutcome
    public let foundAt: Instant
    /// In the order in which they came in. Before the pair is settled only how many there are may be shown to another
    /// reviewer, whose opinion is to be independent.
    public let votes: [ReviewerVote]
    /// Whether a reviewer's opinion is still asked for.
    public let isWaiting: Bool
}

/// Two files side by side.
public struct DuplicateComparison: Sendable {
    public let application: ApplicationView
    public let pairs: [(pair: DuplicatePair, other: ApplicationContent, state: ApplicationState)]
}

/// Where a pair and the application stand after a decision.
public struct DuplicateDecision: Hashable, Sendable, Codable {
    public let application: String
    public let candidate: String
    public let outcome: DuplicateOutcome
    public let state: ApplicationState
    /// How many more reviewers are asked for at least.
    public let missing: Int
}

extension PopulationRegister {
    /// The candidates of an application as they were found, with where each pair stands; opens no candidate's file.
    public func duplicatePairs(of applicationID: String, access: Access) async throws -> [DuplicatePair] {
        try await records.perform("duplicate.read", access: access) { transaction in
            let state = try ApplicationFile.load(applicationID, in: transaction).state
            return try pairs(of: applicationID, state: state, in: transaction)
        }
    }

    /// The application and the files that may be of the same person, opened to be compared.
    public func compareDuplicates(of applicationID: String, access: Access) async throws -> DuplicateComparison {
        try await records.perform("duplicate.compare", access: access) { transaction in
            let view = try view(of: applicationID, in: transaction)
            let pairs = try pairs(of: applicationID, state: view.state, in: transaction)
            return DuplicateComparison(
                application: view,
                pairs: try pairs.map { pair in
                    let other = try self.view(of: pair.candidate.file, in: transaction)
                    return (pair, other.content, other.state)
                })
        }
    }

    /// One reviewer's opinion of a pair, with the reason; the pair is settled when as many as the rules ask for agree.
    ///
    /// Settled as the same, the application is linked and gets no number; as different, it goes on, also one that was
    /// linked without a reviewer. Throws `PopulationError` (`noSuchApplication`, `noSuchCandidate`, `reasonMissing`,
    /// `sameOfficer`, `alreadyDecided`, `actNotAllowed`).
    public func decideDuplicate(
        _ applicationID: String, candidate: String, _ opinion: DuplicateOpinion, reason: String, access: Access,
        idempotencyKey: IdempotencyKey? = nil
    ) async throws -> DuplicateDecision {
        let reason = try Self.checked(reason)
        return try await records.perform("duplicate.decide", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            var file = try ApplicationFile.load(applicationID, in: transaction)
            guard let row = try transaction.row(DuplicateTables.pair, key: [.text(applicationID), .text(candidate)])
            else { throw PopulationError.noSuchCandidate }
            let actor = transaction.access.actor
            if file.enteredBy.contains(actor) { throw PopulationError.sameOfficer }
            let pair = try pair(row, state: file.state, in: transaction)
            guard pair.isWaiting, !pair.votes.contains(where: { $0.reviewer == actor }) else {
                throw PopulationError.alreadyDecided
            }
            try keepVote(opinion, reason, on: row, in: transaction)
            transaction.note("opinion", opinion.rawValue)
            let agreeing = pair.votes.count { $0.opinion == opinion } + 1
            guard agreeing >= rules.duplicates.reviewers else {
                return DuplicateDecision(
                    application: applicationID, candidate: candidate, outcome: pair.outcome,
                    state: file.state ?? .submitted, missing: rules.duplicates.reviewers - agreeing)
            }
            let outcome: DuplicateOutcome = opinion == .same ? .same : .different
            try settle(row, outcome, in: transaction)
            try follow(outcome, &file, candidate, in: transaction)
            return DuplicateDecision(
                application: applicationID, candidate: candidate, outcome: outcome, state: file.state ?? .submitted,
                missing: 0)
        }
    }

    /// What a settled pair means for the application.
    private func follow(
        _ outcome: DuplicateOutcome, _ file: inout ApplicationFile, _ candidate: String,
        in transaction: RecordTransaction
    ) throws {
        let lists = CandidateLists(rules: rules.duplicates, transaction: transaction)
        if outcome == .same, file.state != .duplicate {
            try file.append(.link, content: ActContent(duplicateOf: candidate), in: transaction)
            try lists.leave(file.personID)
        } else if outcome == .different, file.state == .duplicate {
            let others = try pairs(of: file.personID, state: file.state, in: transaction)
            guard !others.contains(where: { $0.outcome == .same }) else { return }
            let content = try file.content(in: transaction)
            try file.append(.reopen, content: ActContent(), in: transaction)
            try lists.enter(file.personID, content)
            try enrolPrintsAnew(file.personID, in: transaction)
        }
    }

    /// Applications with pairs that wait for reviewers, the oldest first, with how many pairs each.
    public func applicationsWithOpenPairs(limit: Int = 500) async throws -> [String: Int] {
        try await records.lookUp { lookup in
            let rows = try lookup.query(
                DuplicateTables.open, [.text(DuplicateOutcome.open.rawValue), .integer(Int64(limit))])
            var open: [String: Int] = [:]
            for row in rows { open[try row.text("person_id"), default: 0] += 1 }
            return open
        }
    }

    func hasOpenPairs(_ applicationID: String, in transaction: RecordTransaction) throws -> Bool {
        try transaction.query(DuplicateTables.pairs, [.text(applicationID)]).contains {
            try $0.text("outcome") == DuplicateOutcome.open.rawValue
        }
    }

    func settledAsDifferent(_ applicationID: String, in transaction: RecordTransaction) throws -> Set<String> {
        Set(
            try transaction.query(DuplicateTables.pairs, [.text(applicationID)]).filter {
                try $0.text("outcome") == DuplicateOutcome.different.rawValue
            }.map { try $0.text("candidate_id") })
    }
}
