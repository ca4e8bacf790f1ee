public import Quantities

/// The index of a household with every contribution to it: what is decided on and what is explained.
public struct Score: Hashable, Sendable, Codable {
    /// The formula's id and the day from which this version of it holds.
    public let formula: String
    public let version: CivilDate
    public let labels: [String: String]
    /// Constant plus region term plus contributions, ten decimals.
    public let value: FixedPoint
    public let constant: ParameterValue
    /// nil where the formula has no term by region.
    public let region: RegionTerm?
    /// In the order of the formula.
    public let terms: [ScoreTerm]
}

/// The part of a score that depends on where the household lives.
public struct RegionTerm: Hashable, Sendable, Codable {
    public let labels: [String: String]
    /// The code of the place, and its name by language.
    public let key: String
    public let keyLabels: [String: String]
    public let parameter: ParameterValue
    public let contribution: FixedPoint
    public let factPaths: [String]
    /// By language, with `{region}` for the place's name.
    public let sentences: [String: String]
}

/// One variable's part in a score.
public struct ScoreTerm: Hashable, Sendable, Codable {
    /// Some of a whole: 2 of 6 members, not reduced.
    public struct Share: Hashable, Sendable, Codable {
        public let part: Int64
        public let whole: Int64
    }

    public let code: String
    public let labels: [String: String]
    public let kind: ValueKind
    /// Exact; 1 or 0 for yes and no.
    public let value: Rational
    /// Of kind `share` only.
    public let share: Share?
    public let coefficient: ParameterValue
    /// Coefficient times value, rounded half to even at the tenth decimal.
    public let contribution: FixedPoint
    /// The facts it was computed from: `assets.cars`, `members[].birthDate` for a field of every member.
    public let factPaths: [String]
    /// The sentence that fits the value, by language; `{value}`, `{part}` and `{whole}` are filled in by `Explanation`.
    public let sentences: [String: String]
}
