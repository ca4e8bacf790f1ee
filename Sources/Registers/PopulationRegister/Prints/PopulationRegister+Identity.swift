import CivilNumber
import Quantities
public import RecordStore
import Storage

extension PopulationRegister {
    /// One reviewer's opinion of an open case, with the reason; it is settled when as many as the rules ask for agree.
    ///
    /// Settled as the same, an application is linked and gets no number, a file with a number is merged into the other;
    /// settled as different, what was joined is parted. Throws `PopulationError` (`noSuchApplication`, `noSuchCandidate`,
    /// `reasonMissing`, `sameOfficer`, `alreadyDecided`, `actNotAllowed`).
    public func decideIdentity(
        _ file: String, candidate: String, _ opinion: DuplicateOpinion, reason: String, access: Access,
        idempotencyKey: IdempotencyKey? = nil
    ) async throws -> IdentityDecision {
        let reason = try Self.checked(reason)
        return try await records.perform("identity.decide", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            let cases = try cases(of: file, in: transaction).filter { $0.candidate == candidate }
            guard let last = cases.last else { throw PopulationError.noSuchCandidate }
            return try decide(last, opinion, reason, in: transaction)
        }
    }

    /// Asks that the file of one number be merged into that of another, being of the same person; the first opinion.
    ///
    /// Throws `PopulationError` (`malformedNumber`, `unknownNumber`, `reasonMissing`, `sameOfficer`, `cannotJoin`).
    public func askMerge(
        of number: String, into kept: String, reason: String, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> IdentityDecision {
        let reason = try Self.checked(reason)
        let (own, other) = (try wellFormed(number), try wellFormed(kept))
        return try await records.perform("identity.merge", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            guard let file = try holder(of: own.digits, in: transaction),
                let target = try holder(of: other.digits, in: transaction)
            else { throw PopulationError.unknownNumber }
            guard file != target, try ApplicationFile.state(of: file, in: transaction) == .accepted,
                try ApplicationFile.state(of: target, in: transaction) == .accepted,
                try openCases(of: file, in: transaction).isEmpty
            else { throw PopulationError.cannotJoin }
            let opened = try openCase(file, target, .merge, nil, in: transaction)
            return try decide(opened, .same, reason, in: transaction)
        }
    }

    /// Asks that a file that was joined to another be parted from it, being of another person; the first opinion.
    ///
    /// Throws `PopulationError` (`noSuchApplication`, `reasonMissing`, `sameOfficer`, `cannotPart`).
    public func askUnmerge(
        of file: String, reason: String, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> IdentityDecision {
        let reason = try Self.checked(reason)
        return try await records.perform("identity.unmerge", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            let application = try ApplicationFile.load(file, in: transaction)
            guard [.merged, .duplicate].contains(application.state),
                let target = try application.history(in: transaction).compactMap(\.content.duplicateOf).last,
                try openCases(of: file, in: transaction).isEmpty
            else { throw PopulationError.cannotPart }
            let opened = try openCase(file, target, .unmerge, nil, in: transaction)
            return try decide(opened, .different, reason, in: transaction)
        }
    }

    /// All cases of a file, without pictures. Throws `PopulationError.noSuchApplication`.
    public func identityCases(of file: String, access: Access) async throws -> [IdentityCase] {
        try await records.perform("identity.read", access: access) { transaction in
            _ = try ApplicationFile.load(file, in: transaction)
            return try cases(of: file, in: transaction)
        }
    }

    /// Files with cases that wait for reviewers, with how many each; opens nothing.
    public func filesWithOpenCases(limit: Int = 500) async throws -> [String: Int] {
        try await records.lookUp { lookup in
            let rows = try lookup.query(
                PrintTables.openCases, [.text(DuplicateOutcome.open.rawValue), .integer(Int64(limit))])
            var open: [String: Int] = [:]
            for row in rows { open[try row.text("person_id"), default: 0] += 1 }
            return open
        }
    }

    private func decide(
        _ entry: IdentityCase, _ opinion: DuplicateOpinion, _ reason: String, in transaction: RecordTransaction
    ) throws -> IdentityDecision {
        var file = try ApplicationFile.load(entry.file, in: transaction)
        let actor = transaction.access.actor
        if file.enteredBy.contains(actor) { throw PopulationError.sameOfficer }
        guard entry.isOpen, !entry.votes.contains(where: { $0.reviewer == actor }) else {
            throw PopulationError.alreadyDecided
        }
        try keepVote(opinion, reason, on: entry, in: transaction)
        transaction.note("opinion", opinion.rawValue)
        let missing = rules.prints.reviewers - (entry.votes.count { $0.opinion == opinion } + 1)
        var outcome = DuplicateOutcome.open
        if missing <= 0 {
            outcome = opinion == .same ? .same : .different
            try put(entry, outcome, in: transaction)
            try follow(outcome, entry, &file, in: transaction)
        }
        return IdentityDecision(
            file: entry.file, candidate: entry.candidate, kind: entry.kind, outcome: outcome,
            state: file.state ?? .submitted, missing: max(0, missing))
    }

    /// What a settled case means for the file.
    private func follow(
        _ outcome: DuplicateOutcome, _ entry: IdentityCase, _ file: inout ApplicationFile,
        in transaction: RecordTransaction
    ) throws {
        let isJoined = [.duplicate, .merged].contains(file.state)
        if outcome == .same, !isJoined {
            if file.state == .accepted {
                guard try ApplicationFile.state(of: entry.candidate, in: transaction) == .accepted else {
                    throw PopulationError.cannotJoin
                }
                try file.append(.merge, content: ActContent(duplicateOf: entry.candidate), in: transaction)
                try tellSocialSector(of: file.personID, in: transaction)
            } else {
                try file.append(.link, content: ActContent(duplicateOf: entry.candidate), in: transaction)
                try leaveLists(file.personID, in: transaction)
            }
        } else if outcome == .different, entry.kind == .unmerge, isJoined {
            if file.state == .merged {
                try file.append(.unmerge, content: ActContent(), in: transaction)
                try tellSocialSector(of: file.personID, in: transaction)
            } else {
                let content = try file.content(in: transaction)
                try file.append(.reopen, content: ActContent(), in: transaction)
                try CandidateLists(rules: rules.duplicates, transaction: transaction).enter(file.personID, content)
            }
            try enrolPrintsAnew(file.personID, in: transaction)
        }
    }

    // MARK: Rows

    /// Opens a case, or gives the one that is open already.
    @discardableResult
    func openCase(
        _ file: String, _ candidate: String, _ kind: IdentityCaseKind, _ finding: PrintFinding?,
        in transaction: RecordTransaction
    ) throws -> IdentityCase {
        let known = try cases(of: file, in: transaction).filter { $0.candidate == candidate }
        if let open = known.last(where: \.isOpen) { return open }
        let entry = IdentityCase(
            file: file, candidate: candidate, round: (known.last?.round ?? 0) + 1, kind: kind, outcome: .open,
            openedAt: transaction.now, finding: finding, votes: [])
        try transaction.insert(PrintTables.identityCase, try values(entry, .open, in: transaction))
        return entry
    }

    func cases(of file: String, in transaction: RecordTransaction) throws -> [IdentityCase] {
        try transaction.query(PrintTables.cases, [.text(file)]).map { row in
            let (candidate, round) = (try row.text("candidate_id"), try row.integer("round"))
            guard let kind = IdentityCaseKind(rawValue: try row.text("kind")),
                let outcome = DuplicateOutcome(rawValue: try row.text("outcome"))
            else { throw PopulationError.noSuchCandidate }
            let content = try transaction.open(
                CaseContent.self, from: row, subject: Self.subject(file), table: PrintTables.identityCase,
                row: "\(file)/\(candidate)/\(round)", field: "content")
            return IdentityCase(
                file: file, candidate: candidate, round: Int(round), kind: kind, outcome: outcome,
                openedAt: try Instant(iso8601: try row.text("opened_at")), finding: content.finding,
                votes: try votes(file, candidate, round, in: transaction))
        }.sorted { ($0.candidate, $0.round) < ($1.candidate, $1.round) }
    }

    func openCases(of file: String, in transaction: RecordTransaction) throws -> [Row] {
        try transaction.query(PrintTables.cases, [.text(file)]).filter {
            try $0.text("outcome") == DuplicateOutcome.open.rawValue
        }
    }

    /// The files that the last round about them found to be of other persons.
    func settledAsDifferentPersons(_ file: String, in transaction: RecordTransaction) throws -> Set<String> {
        var last: [String: String] = [:]
        for row in try transaction.query(PrintTables.cases, [.text(file)]) {
            last[try row.text("candidate_id")] = try row.text("outcome")
        }
        return Set(last.filter { $0.value == DuplicateOutcome.different.rawValue }.keys)
    }

    private func votes(
        _ file: String, _ candidate: String, _ round: Int64, in transaction: RecordTransaction
    ) throws -> [ReviewerVote] {
        try transaction.query(PrintTables.votes, [.text(file), .text(candidate), .integer(round)]).map {
            try ReviewerVote(
                $0, of: PrintTables.vote, on: file, at: "\(file)/\(candidate)/\(round)", in: transaction)
        }
    }

    private func keepVote(
        _ opinion: DuplicateOpinion, _ reason: String, on entry: IdentityCase, in transaction: RecordTransaction
    ) throws {
        try transaction.insertVote(
            opinion, reason, into: PrintTables.vote, on: entry.file,
            key: [
                "person_id": .text(entry.file), "candidate_id": .text(entry.candidate),
                "round": .integer(Int64(entry.round)),
            ], at: "\(entry.file)/\(entry.candidate)/\(entry.round)")
    }

    private func put(_ entry: IdentityCase, _ outcome: DuplicateOutcome, in transaction: RecordTransaction) throws {
        try transaction.update(PrintTables.identityCase, try values(entry, outcome, in: transaction))
    }

    private func values(
        _ entry: IdentityCase, _ outcome: DuplicateOutcome, in transaction: RecordTransaction
    ) throws -> [String: SQLValue] {
        [
            "person_id": .text(entry.file), "candidate_id": .text(entry.candidate),
            "round": .integer(Int64(entry.round)), "kind": .text(entry.kind.rawValue),
            "outcome": .text(outcome.rawValue), "opened_at": .text(entry.openedAt.description),
            "content": try transaction.seal(
                CaseContent(finding: entry.finding), subject: Self.subject(entry.file),
                table: PrintTables.identityCase, row: "\(entry.file)/\(entry.candidate)/\(entry.round)",
                field: "content"),
        ]
    }
}
