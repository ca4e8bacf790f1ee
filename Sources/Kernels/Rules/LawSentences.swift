/// The sentences about what stands behind an answer, by language: `explanation/sentences.yaml`.
struct LawSentences: Sendable {
    enum Kind: String, CaseIterable {
        case yes, no, nothing, separator, money, ofMember
        case input, origin, number, step, groundHolds, groundFails
        case wouldGain, wouldLose, nothingFlips
        case estimateRose, estimateFell, estimateSame, termRaised, termLowered
        case nowEntitled, nowRefused, stillRefused, amountChanged, nothingChanged
        case heldByBand, heldByGrace

        /// What every sentence of the kind must say.
        var placeholders: Set<String> {
            switch self {
            case .yes, .no, .nothing, .separator, .nothingFlips, .estimateSame, .nothingChanged: []
            case .heldByBand, .heldByGrace: []
            case .money: ["value"]
            case .ofMember: ["fact", "member"]
            case .input: ["fact", "value", "source"]
            case .origin: ["source"]
            case .number: ["name", "value", "source"]
            case .step: ["name", "value"]
            case .groundHolds, .groundFails: ["ground"]
            case .wouldGain, .wouldLose: ["fact", "before", "after", "programme"]
            case .estimateRose, .estimateFell: ["before", "after"]
            case .termRaised, .termLowered: ["name", "amount"]
            case .nowEntitled, .nowRefused, .stillRefused: ["programme"]
            case .amountChanged: ["programme", "before", "after"]
            }
        }
    }

    private let sentences: [Kind: [String: String]]

    init(_ root: LawNode, languages: [String]) throws(LawError) {
        try root.allow(only: Set(Kind.allCases.map(\.rawValue)))
        var sentences: [Kind: [String: String]] = [:]
        for kind in Kind.allCases {
            let node = try root.member(kind.rawValue)
            let texts = try node.labels(languages, placeholders: kind.placeholders)
            for (language, text) in texts {
                if let missing = kind.placeholders.subtracting(Template.placeholders(in: text)).min() {
                    throw try node.member(language).error(
                        .missingField, "The sentence must say {\(missing)}; add it.")
                }
            }
            sentences[kind] = texts
        }
        self.sentences = sentences
    }

    func callAsFunction(_ kind: Kind, _ language: String, _ values: [String: String] = [:]) -> String {
        Template.filled(sentences[kind]?[language] ?? "", values)
    }
}
