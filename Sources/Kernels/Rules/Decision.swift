public import Quantities

/// What one programme answers to a household, with everything that decided.
public struct Decision: Hashable, Sendable, Codable {
    /// One ground of refusal that holds.
    public struct Reason: Hashable, Sendable, Codable {
        public let code: String
        /// In a whole sentence, by language.
        public let labels: [String: String]
    }

    /// What the household gets or pays.
    public struct Amount: Hashable, Sendable, Codable {
        /// The name of the member in `Assessment.json`.
        public let member: String
        public let unit: String
        /// Whole units of currency a month; 0 where the household is not eligible.
        public let perMonth: Int64
        /// By language, with `{amount}`.
        public let sentences: [String: String]
    }

    public let programme: String
    /// The day from which this version of the rule holds.
    public let version: CivilDate
    public let labels: [String: String]
    public let eligible: Bool
    /// All that hold, in the order of the rule; empty when eligible.
    public let reasons: [Reason]
    /// nil for a programme without an amount.
    public let amount: Amount?
    public let threshold: ParameterValue
    /// Threshold minus score: positive below the threshold, negative above it.
    public let distance: FixedPoint
    /// Every parameter that decided, the threshold first; some may be provisional.
    public let parameters: [ParameterValue]
    /// The order of members in `Assessment.json`.
    let output: [String]
}
