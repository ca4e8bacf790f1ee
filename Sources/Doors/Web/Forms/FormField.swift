import StrictJSON

/// One field of a form: where its answer stands in the document, and how it is asked.
struct FormField: Sendable {
    struct Option: Hashable, Sendable {
        let code: String
        let label: String
    }

    enum Control: Sendable {
        case text
        /// Digits, written from left to right in every language.
        case number
        case wholeNumber
        /// Money, asked in the currency's unit and kept in the smallest unit.
        case amount(minorDigits: Int)
        case choice([Option], isNullable: Bool)
        case radios([Option])
        case tick
        case place
        /// Day and month may be left out.
        case date
        /// One of the members, kept as that member's number.
        case declarant([Option])
    }

    let path: JSONPath
    let name: String
    let label: String
    let hint: String?
    let control: Control
    let isOptional: Bool
    /// The direction of what is typed, where it differs from the page's.
    let direction: String?

    init?(
        _ name: String, _ label: String, _ control: Control, hint: String? = nil, isOptional: Bool = false,
        direction: String? = nil
    ) {
        guard let path = JSONPath(name) else { return nil }
        self.path = path
        self.name = name
        self.label = label
        self.control = control
        self.hint = hint
        self.isOptional = isOptional
        self.direction = direction
    }

    /// The field's identifier in the page.
    var id: String {
        String(name.map { $0 == "." || $0 == "[" || $0 == "]" ? "-" : $0 })
    }
}

struct FormSection: Sendable {
    let legend: String
    let hint: String?
    let fields: [FormField]

    init(_ legend: String, hint: String? = nil, _ fields: [FormField?]) {
        self.legend = legend
        self.hint = hint
        self.fields = fields.compactMap { $0 }
    }
}

/// The null of a choice that may not apply, as a form's value.
let notApplicable = "-"
