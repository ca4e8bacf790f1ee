import ExpressionLanguage
public import Quantities

extension LawBook {
    /// The score of a household for each of several sets of amounts, as `assess` would give it.
    ///
    /// `amounts` are hundredths of the currency by path, for the same paths each time: an amount, or the bills of a list.
    /// Damping is not applied. Only the variables that read an amount are computed again, so this is some ten times
    /// faster than as many assessments.
    public func scores(_ facts: Facts, with amounts: [[String: [Int64]]]) throws(LawError) -> [FixedPoint] {
        var scope = Scope(facts.values, parts.definitions)
        let formula = try formula(for: facts, &scope)
        let score = try formula.score(&scope, on: facts.asOf)
        let paths = Set(amounts.first.map { Array($0.keys) } ?? [])
        var varying: [(term: ScoreFormula.Term, weight: ParameterValue)] = []
        var fixed = score.value.units
        for (term, old) in zip(formula.terms, score.terms)
        where term.variable.factPaths.contains(where: { path in paths.contains { path.hasPrefix($0) } }) {
            varying.append((term, old.coefficient))
            fixed -= old.contribution.units
        }
        var scores: [FixedPoint] = []
        scores.reserveCapacity(amounts.count)
        for set in amounts {
            var values = facts.values
            for (path, bills) in set { Self.set(bills, at: path, &values) }
            var scope = Scope(values, parts.definitions)
            var sum = fixed
            for (term, weight) in varying {
                let (next, overflows) = sum.addingReportingOverflow(
                    try term.variable.term(&scope, weight: weight).contribution.units)
                guard !overflows else {
                    throw LawError(.evaluationFailed, file: formula.file, field: "terms", "The score leaves its range.")
                }
                sum = next
            }
            scores.append(FixedPoint(units: sum))
        }
        return scores
    }

    private static func set(_ bills: [Int64], at path: String, _ values: inout [String: Value]) {
        let names = path.split(separator: ".").map(String.init)
        guard let first = names.first, let old = values[first] else { return }
        values[first] = replaced(old, names.dropFirst(), bills)
    }

    private static func replaced(_ value: Value, _ names: ArraySlice<String>, _ bills: [Int64]) -> Value {
        guard let name = names.first else {
            return value.list == nil ? .int(bills.last ?? 0) : .list(bills.map { Value.int($0) })
        }
        guard let map = value.map else { return value }
        var fields: [(key: String, value: Value)] = []
        for (key, inner) in zip(map.keys, map.values) {
            guard let text = key.string else { continue }
            fields.append((text, text == name ? replaced(inner, names.dropFirst(), bills) : inner))
        }
        return .map(ValueMap(fields: fields))
    }

    /// Whether a household has a right to a programme as far as everything but its score goes.
    public func passesWithoutScore(_ programme: String, _ facts: Facts) throws(LawError) -> Bool {
        var scope = Scope(facts.values, parts.definitions)
        let score = try formula(for: facts, &scope).score(&scope, on: facts.asOf)
        let versions = programmes.first { $0.first?.id == programme } ?? []
        guard let rule = versions.last(where: { $0.from <= facts.asOf }) else { return false }
        return try rule.decide(score, scope, on: facts.asOf, relief: ThresholdRelief(isGrace: true)).eligible
    }

    /// Band and months of grace of a damping option on a day.
    public func keeping(_ option: String, on date: CivilDate) throws(LawError) -> (band: FixedPoint, grace: Int64) {
        guard let option = damping(on: date)?.option(option) else { return (.zero, 0) }
        let band = try option.band?.parameter.number(on: date).value ?? .zero
        let grace = try option.grace?.parameter.number(on: date).value.wholeNumber ?? 0
        return ((try? FixedPoint(rounding: band)) ?? .zero, grace)
    }
}

/// How often decisions turn in a run of months, for one rule of keeping rights, over many households.
public struct VolatilityStudy: Sendable {
    /// Scores by household, then by month.
    public let scores: [[FixedPoint]]
    public let band: FixedPoint
    public let grace: Int64

    public init(scores: [[FixedPoint]], band: FixedPoint, grace: Int64) {
        self.scores = scores
        self.band = band
        self.grace = grace
    }

    public struct Outcome: Hashable, Sendable {
        public let threshold: FixedPoint
        /// Household-months with the right, of all.
        public let covered: Int
        public let decisions: Int
        /// Decisions that differ from the month before.
        public let flips: Int
        /// Households with at least one.
        public let households: Int

        public var coverage: Double { decisions == 0 ? 0 : Double(covered) / Double(decisions) }
    }

    /// What happens at a threshold.
    public func outcome(threshold: FixedPoint) -> Outcome {
        let upper = threshold.units + band.units
        var (covered, decisions, flips, turned) = (0, 0, 0, 0)
        for months in scores {
            var entitled: Bool?
            var above: Int64 = 0
            var own = 0
            for score in months {
                var holds = score.units <= threshold.units
                if !holds, entitled == true { holds = score.units <= upper || above < grace }
                above = score.units > (entitled == true ? upper : threshold.units) ? above + 1 : 0
                if let entitled, entitled != holds { own += 1 }
                entitled = holds
                if holds { covered += 1 }
                decisions += 1
            }
            flips += own
            if own > 0 { turned += 1 }
        }
        return Outcome(threshold: threshold, covered: covered, decisions: decisions, flips: flips, households: turned)
    }

    /// The threshold nearest to which as many household-months have the right as `covered`, by bisection.
    public func outcome(covering covered: Int) -> Outcome {
        let all = scores.joined().map(\.units)
        guard var low = all.min(), var high = all.max() else { return outcome(threshold: .zero) }
        low -= 1 + band.units
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if outcome(threshold: FixedPoint(units: middle)).covered >= covered { high = middle } else { low = middle }
        }
        let (under, over) = (outcome(threshold: FixedPoint(units: low)), outcome(threshold: FixedPoint(units: high)))
        return covered - under.covered < over.covered - covered ? under : over
    }
}
