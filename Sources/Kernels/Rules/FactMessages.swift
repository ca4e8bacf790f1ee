/// The texts with which fields are refused, by code and language, as `facts/messages.yaml` has them.
struct FactMessages: Sendable {
    /// What the validator itself finds; checks of the schema have codes of their own.
    enum Code: String, CaseIterable {
        case unknownField
        case missingField
        case wrongType
        case notAnObject
        case notOnList
        case tooSmall
        case tooLarge
        case malformedDate
        case emptyText
        case textTooLong
        case forbiddenCharacter
        case malformedCode
        case tooFew
        case tooMany
        case duplicateEntry

        var placeholders: Set<String> {
            switch self {
            case .wrongType: ["expected"]
            case .notOnList: ["options"]
            case .tooSmall, .tooFew: ["min"]
            case .tooLarge, .tooMany, .textTooLong: ["max"]
            case .malformedCode: ["example"]
            default: []
            }
        }
    }

    private let texts: [String: [String: String]]
    private let expected: [String: [String: String]]
    let languages: [String]

    init(_ root: LawNode, languages: [String]) throws(LawError) {
        try root.allow(only: ["messages", "expected"])
        self.languages = languages
        let messages = try root.member("messages")
        try messages.allow(only: Set(Code.allCases.map(\.rawValue)))
        var texts: [String: [String: String]] = [:]
        for code in Code.allCases {
            let node = try messages.member(code.rawValue)
            texts[code.rawValue] = try node.labels(languages, placeholders: code.placeholders)
        }
        self.texts = texts
        let types = try root.member("expected")
        try types.allow(only: FactsSchema.FieldType.names)
        var expected: [String: [String: String]] = [:]
        for name in FactsSchema.FieldType.names { expected[name] = try types.member(name).labels(languages) }
        self.expected = expected
    }

    func problem(_ code: Code, at path: String, _ values: [String: String] = [:]) -> FactProblem {
        FactProblem(
            path: path, code: code.rawValue,
            messages: (texts[code.rawValue] ?? [:]).mapValues { Template.filled($0, values) })
    }

    func wrongType(_ type: FactsSchema.FieldType, at path: String) -> FactProblem {
        let code = FactMessages.Code.wrongType
        var messages: [String: String] = [:]
        for (language, text) in texts[code.rawValue] ?? [:] {
            messages[language] = Template.filled(text, ["expected": expected[type.name]?[language] ?? type.name])
        }
        return FactProblem(path: path, code: code.rawValue, messages: messages)
    }
}
