import ExpressionLanguage
import Quantities

extension ProgrammeRule {
    /// The decision of a programme with a threshold.
    func decide(_ score: Score, _ facts: Scope, on date: CivilDate) throws(LawError) -> Decision {
        guard let threshold = try threshold(facts, on: date) else {
            throw LawError(.missingField, file: file, field: "threshold", "A listed programme has a threshold; add it.")
        }
        let distance: FixedPoint
        do throws(QuantityError) {
            distance = try FixedPoint(rounding: threshold.value) - score.value
        } catch {
            throw LawError(.evaluationFailed, file: file, field: "threshold", "The score cannot be compared.")
        }
        let ruling = try rule(score, facts, on: date)
        return Decision(
            programme: id, version: from, labels: labels, eligible: ruling.eligible, reasons: ruling.reasons,
            amount: ruling.amount, threshold: threshold, distance: distance, parameters: ruling.parameters,
            output: output)
    }

    private func threshold(_ facts: Scope, on date: CivilDate) throws(LawError) -> ParameterValue? {
        var scope = Scope(facts, definitions)
        return try threshold?.value(on: date, &scope)
    }

    /// Grounds and amount. `score` may be nil for a programme without a threshold.
    func rule(_ score: Score?, _ facts: Scope, on date: CivilDate) throws(LawError) -> Ruling {
        var scope = Scope(facts, definitions)
        var decisive: [ParameterValue] = []
        if let threshold = try threshold(facts, on: date) {
            guard let score, let value = try? score.value.rational else {
                throw LawError(
                    .evaluationFailed, file: file, field: "threshold",
                    "The programme looks at the score; give the household's facts.")
            }
            scope.bind("score", .rational(value))
            scope.bind("threshold", .rational(threshold.value))
            decisive.append(threshold)
        }
        var values: [(name: String, value: ParameterValue)] = []
        for (name, reference) in parameters {
            let value = try reference.value(on: date, &scope)
            scope.bind(name, .rational(value.value))
            values.append((name, value))
        }
        let bound = scope
        var reasons: [Decision.Reason] = []
        for reason in self.reasons where try scope.condition(reason.condition) {
            reasons.append(Decision.Reason(code: reason.code, labels: reason.labels))
        }
        let eligible = reasons.isEmpty
        var amount: Decision.Amount?
        if let rule = self.amount {
            let perMonth = eligible ? try rule.perMonth(&scope) : 0
            amount = Decision.Amount(
                member: rule.member, unit: rule.unit, perMonth: perMonth, sentences: rule.sentences)
            if eligible { decisive += values.filter { needs($0.name, for: rule, bound) }.map(\.value) }
        }
        return Ruling(
            programme: id, version: from, labels: labels, reasons: reasons, amount: amount, parameters: decisive,
            output: output)
    }

    /// Whether the amount was computed with a parameter: without it, it cannot be.
    private func needs(_ name: String, for rule: Amount, _ scope: Scope) -> Bool {
        guard rule.reads.contains(name) else { return false }
        var scope = scope
        scope.unbind(name)
        return (try? scope.evaluate(rule.value)) == nil
    }
}
