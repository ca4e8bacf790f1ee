public import Quantities

/// What is not the same in two assessments of a household.
public struct AssessmentChanges: Hashable, Sendable {
    /// One variable, or `region`, or `constant`, whose contribution changed.
    public struct Term: Hashable, Sendable {
        public let code: String
        public let labels: [String: String]
        /// nil where the other formula does not have the variable.
        public let before: FixedPoint?
        public let after: FixedPoint?
    }

    /// One programme whose answer changed.
    public struct Answer: Hashable, Sendable {
        public let programme: String
        public let before: Bool?
        public let after: Bool
        /// Grounds that were not there before.
        public let newReasons: [Decision.Reason]
        public let amountBefore: Int64?
        public let amountAfter: Int64?
    }

    public let scoreBefore: FixedPoint
    public let scoreAfter: FixedPoint
    public let terms: [Term]
    public let answers: [Answer]
}

extension Assessment {
    /// What changed since an earlier assessment, term by term; empty lists where nothing did.
    public func changes(since earlier: Assessment) -> AssessmentChanges {
        func contributions(_ score: Score) -> [(String, [String: String], FixedPoint)] {
            var all = score.terms.map { ($0.code, $0.labels, $0.contribution) }
            if let region = score.region { all.append(("region", region.labels, region.contribution)) }
            if let constant = try? FixedPoint(rounding: score.constant.value) {
                all.append(("constant", score.constant.labels, constant))
            }
            return all
        }
        let (old, new) = (contributions(earlier.score), contributions(score))
        var terms: [AssessmentChanges.Term] = []
        for (code, labels, after) in new {
            let before = old.first { $0.0 == code }?.2
            if before != after { terms.append(.init(code: code, labels: labels, before: before, after: after)) }
        }
        for (code, labels, before) in old where !new.contains(where: { $0.0 == code }) {
            terms.append(.init(code: code, labels: labels, before: before, after: nil))
        }
        let answers = decisions.compactMap { decision -> AssessmentChanges.Answer? in
            let before = earlier.decisions.first { $0.programme == decision.programme }
            guard
                before?.eligible != decision.eligible || before?.reasons != decision.reasons
                    || before?.amount?.perMonth != decision.amount?.perMonth
            else { return nil }
            return AssessmentChanges.Answer(
                programme: decision.programme, before: before?.eligible, after: decision.eligible,
                newReasons: decision.reasons.filter { !(before?.reasons ?? []).contains($0) },
                amountBefore: before?.amount?.perMonth, amountAfter: decision.amount?.perMonth)
        }
        return AssessmentChanges(
            scoreBefore: earlier.score.value, scoreAfter: score.value, terms: terms, answers: answers)
    }
}
