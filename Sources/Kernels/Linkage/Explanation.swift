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

    /// The steps as lines: bits, name and finding parted by tabs; then the probability and what would settle the pair.
    public var text: [String] {
        var lines = steps.map { "\(Self.short($0.bits))\t\($0.name)\t\($0.finding)" }
        lines.append("probability\t\(Self.short(probability, places: 6))")
        if let veto { lines.append("veto\t\(veto): values that cannot be of one person forbid the link") }
        for evidence in wouldSettle.prefix(3) where evidence.ifEqual - evidence.ifDifferent > 0.05 {
            lines.append(
                "would settle\t\(evidence.field): \(Self.short(evidence.ifEqual, places: 4)) if equal, "
                    + "\(Self.short(evidence.ifDifferent, places: 4)) if different")
        }
        return lines
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
