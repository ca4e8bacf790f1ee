import Installation
import Quantities
import Rules
import SocialRegister

/// A household's score and decisions in one language.
struct AssessmentWords: Sendable {
    struct Term: Sendable {
        let code: String
        let label: String
        let sentence: String
        let value: String
        let source: String
        let effect: String
        let figures: String
        let contribution: String
        let coefficient: String
        let dirhamsPerPersonYear: Double
        let raises: Bool
        let lowers: Bool
        let isProvisional: Bool
    }

    struct ProgrammeDecision: Sendable {
        let programme: String
        let label: String
        let isEligible: Bool
        let headline: String
        let reasons: [String]
        let amount: String?
        let limit: String
        let position: String
        let since: String
        let provisional: [String]
    }

    let score: String
    let asOf: String
    let summary: String
    let start: String
    /// What changes the score, the greatest effect first.
    let terms: [Term]
    /// What was looked at and changes nothing.
    let idle: [Term]
    let hasIdle: Bool
    let decisions: [ProgrammeDecision]
    let lawDigest: String

    init(_ household: HouseholdView, _ texts: TextCatalogue, _ jurisdiction: Jurisdiction) throws {
        let assessment = household.assessment
        let explanation = try Explanation(assessment, language: texts.language)
        score = texts.decimal(assessment.score.value)
        asOf = jurisdiction.dayText(assessment.asOf)
        summary = explanation.summary
        start = explanation.start
        let all = explanation.terms.map { Term($0, household, texts) }
        terms = all.filter { $0.raises || $0.lowers }
        idle = all.filter { !$0.raises && !$0.lowers }
        hasIdle = !idle.isEmpty
        decisions = explanation.decisions.map { ProgrammeDecision($0, texts, jurisdiction) }
        lawDigest = assessment.lawDigest
    }
}

extension AssessmentWords.Term {
    init(_ term: Explanation.Term, _ household: HouseholdView, _ texts: TextCatalogue) {
        let sources = Set(term.factPaths.map { household.source(of: $0) })
        code = term.code
        label = term.label
        sentence = term.sentence
        value = term.value
        source = FactSource.allCases.filter { sources.contains($0) }
            .map { texts.text("source.\($0.rawValue)") }.joined(separator: texts.text("form.listSeparator"))
        effect = term.effect
        figures = term.figures
        contribution = term.contribution.description
        coefficient = term.coefficient.text
        dirhamsPerPersonYear = term.dirhamsPerPersonYear
        raises = term.contribution > .zero
        lowers = term.contribution < .zero
        isProvisional = term.coefficient.status == .provisional
    }
}

extension AssessmentWords.ProgrammeDecision {
    init(_ decision: Explanation.DecisionInWords, _ texts: TextCatalogue, _ jurisdiction: Jurisdiction) {
        programme = decision.programme
        label = decision.label
        isEligible = decision.eligible
        headline = decision.headline
        reasons = decision.reasons
        amount = decision.amount
        limit = decision.limit
        position = decision.position
        since = texts.text("assessment.since", ["day": jurisdiction.dayText(decision.threshold.from)])
        provisional = decision.provisional
    }
}
