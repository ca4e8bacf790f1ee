/// Says how sure two compared records are one person, and why: learned weights, applied.
struct Judge: Sendable {
    let weights: Weights
    let scorer: Scorer

    init(_ weights: Weights, _ records: PreparedRecords) {
        self.weights = weights
        scorer = Scorer(weights, fields: records.fields.map(\.isHousehold))
    }

    /// Log odds that two records are one person, whatever leads to them; negative infinity under a veto.
    func odds(_ comparer: PairComparer, _ one: Int, _ other: Int) -> Double {
        let sample = Estimation.sample(comparer, one, other, weights.chance)
        return comparer.veto(one, other) == nil ? scorer.odds(sample) : -.infinity
    }

    func explain(_ comparer: PairComparer, _ a: Int, _ b: Int) -> Explanation {
        let sample = Estimation.sample(comparer, a, b, weights.chance)
        let records = comparer.records
        let toBits = 1 / Logarithm.natural(2)
        let logStranger = Logarithm.natural(max(1e-9, 1 - weights.matchShare - weights.householdShare))
        var steps = [
            Explanation.Step(
                name: "prior", finding: "two records of the file at random",
                bits: (Logarithm.natural(weights.matchShare) - logStranger) * toBits)
        ]
        var (familyMatch, familyHome, found): (Double, Double, [String]) = (0, 0, [])
        var evidence: [Explanation.Evidence] = []
        let veto = comparer.veto(a, b)
        let odds = scorer.odds(sample)
        for (index, field) in records.fields.enumerated() {
            let level = comparer.levels[index]
            let match = weights.match[index][Int(level)]
            if level == Level.missing {
                let equal = weights.match[index][Int(Level.exact)] - Logarithm.natural(max(field.agreement, 1e-9))
                let different = weights.match[index][Int(Level.differs)] - weights.chance[index][Int(Level.differs)]
                if !field.isHousehold {
                    evidence.append(
                        Explanation.Evidence(
                            field: field.name, ifEqual: Logarithm.probability(odds + equal),
                            ifDifferent: records.vetoFields.contains(index)
                                ? 0 : Logarithm.probability(odds + different)))
                }
            }
            if field.isHousehold {
                familyMatch += match
                familyHome += weights.household[index][Int(level)]
                found.append("\(field.name) \(Level.label(level))")
                continue
            }
            let chance = level == Level.missing ? 0 : comparer.chance(index, level, a, b, weights.chance[index])
            steps.append(
                Explanation.Step(name: field.name, finding: Level.label(level), bits: (match - chance) * toBits))
        }
        if comparer.levels[records.fields.count] == Level.exchanged {
            let last = records.fields.count
            familyHome += weights.household[last][Int(Level.exchanged)]
            steps.append(
                Explanation.Step(
                    name: "order", finding: Level.label(Level.exchanged),
                    bits: weights.match[last][Int(Level.exchanged)] * toBits))
        }
        if !found.isEmpty {
            let home = weights.householdShare > 0 ? Logarithm.natural(weights.householdShare) + familyHome : -1e9
            let other = Logarithm.sum(home, logStranger + Double(sample.shared))
            steps.append(
                Explanation.Step(
                    name: "family", finding: found.joined(separator: ", "),
                    bits: (familyMatch - other + logStranger) * toBits))
        }
        evidence.sort { $0.ifEqual - $0.ifDifferent > $1.ifEqual - $1.ifDifferent }
        return Explanation(
            steps: steps, probability: veto == nil ? Logarithm.probability(odds) : 0, veto: veto, wouldSettle: evidence)
    }
}

extension Linker {
    /// Explains a pair by the identifiers of its records. Throws `LinkageError.unknownRecord`.
    public func explain(_ one: String, _ other: String) throws(LinkageError) -> Explanation {
        guard let a = table.record(one), let b = table.record(other) else {
            throw LinkageError(
                .unknownRecord,
                "one of the two records is not in the file: give identifiers of its column \(configuration.id)")
        }
        return explain(PairComparer(records, memoryBits: 8), a, b)
    }

    func explain(_ comparer: PairComparer, _ a: Int, _ b: Int) -> Explanation { judge.explain(comparer, a, b) }
}
