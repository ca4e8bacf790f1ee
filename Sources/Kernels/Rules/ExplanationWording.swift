/// The sentences and number signs of explanations by language, as `explanation/wording.yaml` has them.
struct ExplanationWording: Hashable, Sendable, Codable {
    struct Language: Hashable, Sendable, Codable {
        let numbers: NumberFormat
        let spending: String
        let start: String
        let raises: String
        let lowers: String
        let changesNothing: String
        let weight: String
        let eligible: String
        let notEligible: String
        let limit: String
        let below: String
        let above: String
        let atLimit: String
        let provisional: String
    }

    let languages: [String: Language]

    init(_ root: LawNode, languages: [String]) throws(LawError) {
        try root.allow(only: ["languages"])
        let nodes = try root.member("languages")
        try nodes.allow(only: Set(languages))
        var wordings: [String: Language] = [:]
        for language in languages { wordings[language] = try Language(try nodes.member(language)) }
        self.languages = wordings
    }
}

extension ExplanationWording.Language {
    init(_ node: LawNode) throws(LawError) {
        try node.allow(only: [
            "numbers", "spending", "start", "raises", "lowers", "changesNothing", "weight", "eligible", "notEligible",
            "limit", "below", "above", "atLimit", "provisional",
        ])
        numbers = try NumberFormat(try node.member("numbers"))
        spending = try node.sentence("spending", "amount", "score")
        start = try node.sentence("start", "constant")
        raises = try node.sentence("raises", "amount")
        lowers = try node.sentence("lowers", "amount")
        changesNothing = try node.sentence("changesNothing")
        weight = try node.sentence("weight", "coefficient", "contribution")
        eligible = try node.sentence("eligible", "programme")
        notEligible = try node.sentence("notEligible", "programme")
        limit = try node.sentence("limit", "threshold", "amount")
        below = try node.sentence("below", "score", "distance")
        above = try node.sentence("above", "score", "distance")
        atLimit = try node.sentence("atLimit", "score")
        provisional = try node.sentence("provisional", "parameter")
    }
}

extension LawNode {
    /// A text with exactly these words in braces.
    func sentence(_ name: String, _ placeholders: String...) throws(LawError) -> String {
        let node = try member(name)
        let text = try node.text()
        let found = Set(Template.placeholders(in: text))
        if let unknown = found.subtracting(placeholders).min() {
            throw node.error(.unknownReference, "Nothing fills in {\(unknown)} here; remove it.")
        }
        if let missing = Set(placeholders).subtracting(found).min() {
            throw node.error(.missingField, "The sentence must say {\(missing)}; add it.")
        }
        return text
    }
}
