import Quantities

extension Explanation.Term {
    init(_ term: ScoreTerm, _ score: Score, _ language: String, _ words: ExplanationWording.Language) {
        var fills: [String: String] = [:]
        switch (term.kind, term.share) {
        case (.yesNo, _): value = ""
        case (_, let share?):
            let part = words.numbers.amount(Rational(share.part))
            let whole = words.numbers.amount(Rational(share.whole))
            fills = ["part": part, "whole": whole]
            value = "\(part)/\(whole)"
        case (_, nil):
            value = words.numbers.amount(term.value)
            fills = ["value": value]
        }
        code = term.code
        label = term.labels[language] ?? term.code
        sentence = Template.filled(term.sentences[language] ?? "", fills)
        factPaths = term.factPaths
        coefficient = term.coefficient
        contribution = term.contribution
        dirhamsPerPersonYear = Self.money(term.contribution, score)
        effect = Self.effect(dirhamsPerPersonYear, term.contribution, words)
        figures = Self.figures(term.coefficient, term.contribution, words)
        provisional = Self.provisional(term.coefficient, language, words)
    }

    init(_ region: RegionTerm, _ score: Score, _ language: String, _ words: ExplanationWording.Language) {
        code = "region"
        label = region.labels[language] ?? code
        value = region.keyLabels[language] ?? region.key
        sentence = Template.filled(region.sentences[language] ?? "", ["region": value])
        factPaths = region.factPaths
        coefficient = region.parameter
        contribution = region.contribution
        dirhamsPerPersonYear = Self.money(region.contribution, score)
        effect = Self.effect(dirhamsPerPersonYear, region.contribution, words)
        figures = Self.figures(region.parameter, region.contribution, words)
        provisional = Self.provisional(region.parameter, language, words)
    }

    /// A number decides only where it has an effect.
    private static func provisional(
        _ weight: ParameterValue, _ language: String, _ words: ExplanationWording.Language
    ) -> String? {
        guard weight.status == .provisional else { return nil }
        return Template.filled(words.provisional, ["parameter": weight.labels[language] ?? weight.id])
    }

    private static func money(_ contribution: FixedPoint, _ score: Score) -> Double {
        let value = score.value.approximation
        return exponential(value) - exponential(value - contribution.approximation)
    }

    private static func effect(
        _ money: Double, _ contribution: FixedPoint, _ words: ExplanationWording.Language
    ) -> String {
        guard contribution != .zero else { return words.changesNothing }
        return Template.filled(
            contribution > .zero ? words.raises : words.lowers, ["amount": words.numbers.whole(money.magnitude)])
    }

    private static func figures(
        _ weight: ParameterValue, _ contribution: FixedPoint, _ words: ExplanationWording.Language
    ) -> String {
        Template.filled(
            words.weight,
            [
                "coefficient": words.numbers.decimal(weight.text),
                "contribution": words.numbers.decimal(contribution),
            ])
    }
}

extension Explanation.DecisionInWords {
    init(_ decision: Decision, _ score: Score, _ language: String, _ words: ExplanationWording.Language) {
        let numbers = words.numbers
        programme = decision.programme
        label = decision.labels[language] ?? decision.programme
        eligible = decision.eligible
        headline = Template.filled(decision.eligible ? words.eligible : words.notEligible, ["programme": label])
        reasons = decision.reasons.map { $0.labels[language] ?? $0.code }
        amount = decision.amount.flatMap { amount in
            guard decision.eligible, let sentence = amount.sentences[language] else { return nil }
            return Template.filled(sentence, ["amount": numbers.amount(Rational(amount.perMonth))])
        }
        threshold = decision.threshold
        thresholdPerPersonYear = exponential(decision.threshold.value.approximation)
        limit = Template.filled(
            words.limit,
            ["threshold": numbers.decimal(decision.threshold.text), "amount": numbers.whole(thresholdPerPersonYear)])
        distance = decision.distance
        let position =
            distance > .zero ? words.below : distance < .zero ? words.above : words.atLimit
        let size = FixedPoint(units: Int64(clamping: distance.units.magnitude))
        self.position = Template.filled(
            position, ["score": numbers.decimal(score.value), "distance": numbers.decimal(size)])
        provisional = decision.parameters.filter { $0.status == .provisional }.map {
            Template.filled(words.provisional, ["parameter": $0.labels[language] ?? $0.id])
        }
    }
}
