public import Quantities

/// An assessment in words that a person without schooling can follow, in one language.
///
/// A score is the natural logarithm of estimated yearly spending per person, so each part of it is also shown as money.
/// All amounts here are for display; decisions were taken on the exact score.
public struct Explanation: Hashable, Sendable {
    public let language: String
    /// e to the power of the score.
    public let spendingPerPersonYear: Double
    /// What each person is estimated to spend, and the index.
    public let summary: String
    /// Where the calculation starts for every household.
    public let start: String
    /// Every variable and the region, by the size of their effect, greatest first.
    public let terms: [Term]
    /// In the order of the law.
    public let decisions: [DecisionInWords]

    /// One variable, or the region under the code `region`.
    public struct Term: Hashable, Sendable {
        public let code: String
        public let label: String
        /// What was found about the household.
        public let sentence: String
        /// What that does to the estimate.
        public let effect: String
        /// The weight and the effect on the index in figures.
        public let figures: String
        /// The value as the language writes it; empty for a yes or no, which the sentence says.
        public let value: String
        /// The facts it was computed from, so that a caller can add who said so.
        public let factPaths: [String]
        public let coefficient: ParameterValue
        public let contribution: FixedPoint
        /// exp(score) − exp(score − contribution).
        public let dirhamsPerPersonYear: Double
        /// That the weight is not confirmed; nil for one that is.
        public let provisional: String?
    }

    /// One programme's answer.
    public struct DecisionInWords: Hashable, Sendable {
        public let programme: String
        public let label: String
        public let eligible: Bool
        /// Whether the household is entitled.
        public let headline: String
        /// Why not; empty when eligible.
        public let reasons: [String]
        /// What it gets or pays a month; nil when not eligible or without an amount.
        public let amount: String?
        /// The threshold, also as money.
        public let limit: String
        /// Where the household stands.
        public let position: String
        public let threshold: ParameterValue
        /// e to the power of the threshold.
        public let thresholdPerPersonYear: Double
        /// Threshold minus score.
        public let distance: FixedPoint
        /// One sentence for each number that decided and is not confirmed.
        public let provisional: [String]
    }

    /// Throws `unknownLanguage` for a language that the law does not have.
    public init(_ assessment: Assessment, language: String) throws(LawError) {
        guard let words = assessment.wording.languages[language] else {
            let known = assessment.wording.languages.keys.sorted().joined(separator: ", ")
            throw LawError(.unknownLanguage, "The law has no texts in this language; it has \(known).")
        }
        let score = assessment.score
        let spending = exponential(score.value.approximation)
        self.language = language
        spendingPerPersonYear = spending
        summary = Template.filled(
            words.spending, ["amount": words.numbers.whole(spending), "score": words.numbers.decimal(score.value)])
        start = Template.filled(words.start, ["constant": words.numbers.decimal(score.constant.text)])
        var terms = score.terms.map { Term($0, score, language, words) }
        if let region = score.region { terms.append(Term(region, score, language, words)) }
        self.terms = terms.enumerated().sorted { left, right in
            let sizes = (left.element.contribution.units.magnitude, right.element.contribution.units.magnitude)
            return sizes.0 == sizes.1 ? left.offset < right.offset : sizes.0 > sizes.1
        }.map(\.element)
        decisions = assessment.decisions.map { DecisionInWords($0, score, language, words) }
    }
}
