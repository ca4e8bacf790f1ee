import ExpressionLanguage
import Quantities

/// What a declaration may and must contain: fields with types, bounds and names, and checks over several fields.
struct FactsSchema: Sendable {
    let labels: [String: String]
    let fields: [Field]
    /// The top-level text field that names the household.
    let reference: String
    /// The top-level date field on which ages are counted and rules are in force.
    let date: String
    let checks: [Check]
    /// What may stand beside the fields of a declaration.
    var beside: Set<FactsAnnex> = []
    /// Who may have said a fact, by code and language; the first is who said it unless told.
    var sources: [Option] = []

    struct Field: Sendable {
        let name: String
        let labels: [String: String]
        let type: FieldType
        let isNullable: Bool
        /// Whether it counts, or lists, hundredths of the country's currency.
        var isCentimes = false
        /// Whether it says who somebody is, so that nobody is told what another answer would bring.
        var isSettled = false
    }

    indirect enum FieldType: Sendable {
        case record([Field])
        case list(of: FieldType, count: ClosedRange<Int>, unique: String?)
        case text(TextRule)
        case wholeNumber(ClosedRange<Int64>)
        case boolean
        case date(ClosedRange<CivilDate>)
        case choice([Option])
    }

    struct Option: Sendable {
        let code: String
        let labels: [String: String]
    }

    struct TextRule: Sendable {
        let maxLength: Int
        /// Where given, the text must have one of these shapes: 9 stands for a digit, A for a Latin capital letter, all
        /// else for itself.
        let shapes: [String]
        let example: String
    }

    /// A condition over several fields, or over each element of a list.
    struct Check: Sendable {
        let code: String
        let path: String
        /// The top-level list whose elements are checked one by one, under the name `item`.
        let each: String?
        let require: RuleExpression
        let messages: [String: String]
    }
}

extension FactsSchema.FieldType {
    /// The name by which `facts/messages.yaml` says what was expected.
    var name: String {
        switch self {
        case .record: "record"
        case .list: "list"
        case .text: "text"
        case .wholeNumber: "wholeNumber"
        case .boolean: "boolean"
        case .date: "date"
        case .choice: "choice"
        }
    }

    static let names: Set<String> = ["record", "list", "text", "wholeNumber", "boolean", "date", "choice"]

    /// The type that expressions see.
    var valueType: ValueType {
        switch self {
        case .record(let fields):
            .record(Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.valueType) }))
        case .list(let element, _, _): .list(element.valueType)
        case .text, .choice: .string
        case .wholeNumber: .int
        case .boolean: .bool
        case .date: .date
        }
    }

    /// All codes of all choices below this type.
    var optionCodes: Set<String> {
        switch self {
        case .record(let fields): fields.reduce(into: []) { $0.formUnion($1.type.optionCodes) }
        case .list(let element, _, _): element.optionCodes
        case .choice(let options): Set(options.map(\.code))
        case .text, .wholeNumber, .boolean, .date: []
        }
    }
}

extension FactsSchema.Field {
    var valueType: ValueType { isNullable ? .wrapper(type.valueType) : type.valueType }
}

extension FactsSchema {
    /// The language over these facts: each top-level field is a variable.
    var environment: Environment {
        fields.reduce(Environment.standard) { $0.declaring($1.name, as: $1.valueType) }
    }

    func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    var optionCodes: Set<String> { FieldType.record(fields).optionCodes }
}
