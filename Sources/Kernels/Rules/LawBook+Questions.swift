public import Quantities

/// One field of a declaration as a form may ask it: its name, its words and what answers it takes.
public struct FactQuestion: Hashable, Sendable {
    /// What a form must offer to get a good answer.
    public indirect enum Answer: Hashable, Sendable {
        case record([FactQuestion])
        case list(of: Answer, count: ClosedRange<Int>)
        case text(longest: Int)
        case wholeNumber(ClosedRange<Int64>)
        case yesNo
        case date(ClosedRange<CivilDate>)
        case choice([Option])
    }

    /// One entry of a choice.
    public struct Option: Hashable, Sendable {
        public let code: String
        public let labels: [String: String]
    }

    public let name: String
    /// By language.
    public let labels: [String: String]
    public let answer: Answer
    /// Whether null is a good answer, which says that the question does not apply.
    public let isNullable: Bool
}

extension LawBook {
    /// What a declaration is asked, in the order of the schema.
    public var questions: [FactQuestion] { parts.schema.fields.map(FactQuestion.init) }
}

extension FactQuestion {
    init(_ field: FactsSchema.Field) {
        name = field.name
        labels = field.labels
        answer = Answer(field.type)
        isNullable = field.isNullable
    }
}

extension FactQuestion.Answer {
    init(_ type: FactsSchema.FieldType) {
        switch type {
        case .record(let fields): self = .record(fields.map(FactQuestion.init))
        case .list(let element, let count, _): self = .list(of: Self(element), count: count)
        case .text(let rule): self = .text(longest: rule.maxLength)
        case .wholeNumber(let range): self = .wholeNumber(range)
        case .boolean: self = .yesNo
        case .date(let range): self = .date(range)
        case .choice(let options):
            self = .choice(options.map { FactQuestion.Option(code: $0.code, labels: $0.labels) })
        }
    }
}
