/// Why two records are held to be one person or not: what each comparison adds, from the prior to the probability.
///
/// The weights are bits (base-2 logarithms); their sum is the log odds. Fields that a household shares have one joint
/// weight, since together they say no more than "one family". Holds levels and weights, no personal value.
public struct Explanation: Sendable {
    public struct Step: Sendable {
        /// The field, `prior`, or `family` for the joint weight.
        public let name: String
        /// What was found, in words.
        public let finding: String
        /// What it adds, in bits.
        public let bits: Double
    }

    /// What would settle a doubtful pair.
    public struct Evidence: Sendable {
        public let field: String
        /// The probability if both records gave the same value.
        public let ifEqual: Double
        /// The probability if they gave different ones.
        public let ifDifferent: Double
    }

    public let steps: [Step]
    public let probability: Double
    /// Whether two different valid values forbid the link, and in which field.
    public let veto: String?
    /// Fields not given in one of the records, the most telling first.
    public let wouldSettle: [Evidence]

    /// The steps as a picture: a bar a step, for or against, without any personal value.
    public var svg: String {
        let (row, left, width) = (26, 300, 720)
        var (low, high, sum) = (0.0, 0.0, 0.0)
        for step in steps {
            sum += step.bits
            low = min(low, sum)
            high = max(high, sum)
        }
        let scale = Double(width - left - 60) / max(1, high - low)
        func x(_ bits: Double) -> Int { left + Int((bits - low) * scale) }
        let height = row * (steps.count + 2)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" font-family=\"sans-serif\" font-size=\"12\">",
            "<line x1=\"\(x(0))\" y1=\"0\" x2=\"\(x(0))\" y2=\"\(height)\" stroke=\"#888\"/>",
        ]
        sum = 0
        for (index, step) in steps.enumerated() {
            let (from, to) = (x(min(sum, sum + step.bits)), x(max(sum, sum + step.bits)))
            let y = row * index + 6
            let color = step.bits >= 0 ? "#1b7f4b" : "#b3261e"
            lines.append("<text x=\"4\" y=\"\(y + 12)\">\(Self.escaped("\(step.name): \(step.finding)"))</text>")
            lines.append(
                "<rect x=\"\(from)\" y=\"\(y)\" width=\"\(max(1, to - from))\" height=\"\(row - 10)\" fill=\"\(color)\"/>"
            )
            lines.append("<text x=\"\(to + 4)\" y=\"\(y + 12)\">\(Self.short(step.bits))</text>")
            sum += step.bits
        }
        lines.append(
            "<text x=\"4\" y=\"\(row * (steps.count + 1))\">probability \(Self.short(probability, places: 6))</text>")
        lines.append("</svg>")
        return lines.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
    }

    /// A number with a fixed count of decimals.
    public static func short(_ value: Double, places: Int = 2) -> String {
        guard value.isFinite else { return value < 0 ? "-inf" : "inf" }
        var factor = 1.0
        for _ in 0..<places { factor *= 10 }
        let scaled = Int64((value * factor).rounded())
        let digits = String(scaled.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (scaled < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
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

    func explain(_ comparer: PairComparer, _ a: Int, _ b: Int) -> Explanation {
        let sample = Estimation.sample(comparer, a, b, weights.chance)
        let toBits = 1 / Logarithm.natural(2)
        let logStranger = Logarithm.natural(max(1e-9, 1 - weights.matchShare - weights.householdShare))
        var steps = [
            Explanation.Step(
                name: "prior", finding: "two records of the file at random",
                bits: (Logarithm.natural(weights.matchShare) - logStranger) * toBits)
        ]
        var (familyMatch, familyHome, found): (Double, Double, [String]) = (0, 0, [])
        var evidence: [Explanation.Evidence] = []
        var veto: String?
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
            if records.vetoFields.contains(index), level == Level.differs { veto = field.name }
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
