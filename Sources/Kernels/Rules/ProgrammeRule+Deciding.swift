import ExpressionLanguage
import Quantities

/// What lets a household keep a right although its index passed the threshold; see `DampingOption`.
struct ThresholdRelief {
    /// Added to the threshold.
    var band: Rational = .zero
    /// The threshold is passed over altogether.
    var isGrace = false
}

extension ProgrammeRule {
    /// A rule's names for one household: score and threshold, answers of other programmes, numbers.
    struct Bound {
        var scope: Scope
        let threshold: ParameterValue?
        let values: [(name: String, value: ParameterValue)]
    }

    /// The decision of a programme with a threshold.
    func decide(
        _ score: Score, _ facts: Scope, on date: CivilDate, relief: ThresholdRelief? = nil
    ) throws(LawError) -> Decision {
        let bound = try self.bound(score, facts, [:], on: date, relief)
        guard let threshold = bound.threshold else {
            throw LawError(
                .missingField, file: file, field: "threshold", line: 1,
                "A listed programme has a threshold; add it.")
        }
        let distance: FixedPoint
        do throws(QuantityError) {
            distance = try FixedPoint(rounding: threshold.value) - score.value
        } catch {
            throw LawError(.evaluationFailed, file: file, field: "threshold", "The score cannot be compared.")
        }
        let ruling = try rule(bound)
        return Decision(
            programme: id, version: from, labels: labels, eligible: ruling.eligible, reasons: ruling.reasons,
            amount: ruling.amount, threshold: threshold, distance: distance, parameters: ruling.parameters,
            output: output)
    }

    /// Grounds, amount and days. `score` may be nil for a programme without a threshold.
    func rule(
        _ score: Score?, _ facts: Scope, _ answers: [String: Decision] = [:], on date: CivilDate
    ) throws(LawError) -> Ruling {
        try rule(try bound(score, facts, answers, on: date, nil))
    }

    func bound(
        _ score: Score?, _ facts: Scope, _ answers: [String: Decision], on date: CivilDate, _ relief: ThresholdRelief?
    ) throws(LawError) -> Bound {
        var scope = Scope(facts, definitions)
        let threshold = try self.threshold?.value(on: date, &scope)
        if let threshold {
            guard let score, let value = try? score.value.rational else {
                throw LawError(
                    .evaluationFailed, file: file, field: "threshold",
                    "The programme looks at the score; give the household's facts.")
            }
            scope.bind("score", .rational(value))
            scope.bind("threshold", .rational(try relieved(threshold.value, value, relief)))
        }
        for (name, answer) in answers {
            scope.bind(
                name,
                .map(
                    ValueMap(fields: [
                        ("eligible", .bool(answer.eligible)),
                        ("amount", .rational(Rational(answer.amount?.perMonth ?? 0))),
                    ])))
        }
        var values: [(name: String, value: ParameterValue)] = []
        for (name, reference) in parameters {
            let value = try reference.value(on: date, &scope)
            scope.bind(name, .rational(value.value))
            values.append((name, value))
        }
        return Bound(scope: scope, threshold: threshold, values: values)
    }

    private func relieved(
        _ threshold: Rational, _ score: Rational, _ relief: ThresholdRelief?
    ) throws(LawError) -> Rational {
        guard let relief else { return threshold }
        do throws(QuantityError) {
            let raised = try threshold + relief.band
            return relief.isGrace ? try raised.isLess(than: score) ? score : raised : raised
        } catch {
            throw LawError(.evaluationFailed, file: file, field: "threshold", "The score cannot be compared.")
        }
    }

    private func rule(_ bound: Bound) throws(LawError) -> Ruling {
        var scope = bound.scope
        var decisive = [bound.threshold].compactMap(\.self)
        func note(_ names: Set<String>) {
            for (name, value) in bound.values where names.contains(name) && !decisive.contains(value) {
                decisive.append(value)
            }
        }
        var reasons: [Decision.Reason] = []
        for reason in self.reasons where try scope.condition(reason.condition) {
            reasons.append(Decision.Reason(code: reason.code, labels: reason.labels))
        }
        let eligible = reasons.isEmpty
        // A right was given because no ground holds, so all of them decided; a refusal rests on those that hold.
        for reason in self.reasons where eligible || reasons.contains(where: { $0.code == reason.code }) {
            note(definitions.names(behind: reason.condition))
        }
        var amount: Decision.Amount?
        if let rule = self.amount {
            let perMonth = eligible ? try rule.perMonth(&scope) : 0
            amount = Decision.Amount(
                member: rule.member, unit: rule.unit, perMonth: perMonth, sentences: rule.sentences)
            if eligible { note(Set(bound.values.map(\.name).filter { needs($0, for: rule, bound.scope) })) }
        }
        var dates: [Ruling.DateEffect] = []
        for effect in self.dates {
            guard let date = try scope.evaluate(effect.value).date else {
                throw effect.value.failed("The expression yields no day.")
            }
            note(definitions.names(behind: effect.value))
            dates.append(
                Ruling.DateEffect(name: effect.name, labels: effect.labels, date: date, sentences: effect.sentences))
        }
        return Ruling(
            programme: id, version: from, labels: labels, reasons: reasons, amount: amount, dates: dates,
            parameters: decisive, output: output)
    }

    /// Whether the amount was computed with a parameter: without it, it cannot be.
    func needs(_ name: String, for rule: Amount, _ scope: Scope) -> Bool {
        guard rule.reads.contains(name) else { return false }
        var scope = scope
        scope.unbind(name)
        return (try? scope.evaluate(rule.value)) == nil
    }
}
