import StrictJSON

/// A field as its template sees it; exactly one of the `is…` is true.
struct FieldModel: Sendable {
    struct Choice: Sendable {
        let id: String
        let code: String
        let label: String
        let isChosen: Bool
    }

    struct Part: Sendable {
        let id: String
        let name: String
        let label: String
        let value: String
        let width: String
    }

    let id: String
    let name: String
    let label: String
    let hint: String?
    let error: String?
    let isOptional: Bool
    let describedBy: String?
    let direction: String?
    let value: String
    let isLine: Bool
    let isSelect: Bool
    let isRadios: Bool
    let isTick: Bool
    let isDate: Bool
    let inputMode: String
    let list: String?
    let width: String
    let mayBeUnset: Bool
    let choices: [Choice]
    let parts: [Part]
}

struct SectionModel: Sendable {
    let legend: String
    /// Not named like a field's hint: a template looks outwards for what a field lacks.
    let note: String?
    let fields: [FieldModel]
    /// What is ticked or not; stands together, after what is filled in.
    let ticks: [FieldModel]
    let hasTicks: Bool
}

struct ProblemModel: Sendable {
    /// The identifier of the field, nil for the form as a whole.
    let target: String?
    let label: String?
    let message: String
}

/// A form to fill in.
struct FormPage: Sendable {
    let formID = "answers"
    let action: String
    let heading: String
    let intro: String
    let problems: [ProblemModel]
    let hasProblems: Bool
    let sections: [SectionModel]
    let hidden: [HiddenField]
    /// The places to choose from, as HTML made by this program.
    let places: String
    let placeList = PlaceFinder.listID
}

struct HiddenField: Sendable {
    let name: String
    let value: String
}

/// "Check your answers."
struct CheckPage: Sendable {
    struct Row: Sendable {
        let label: String
        let value: String
        let direction: String?
    }

    struct Section: Sendable {
        let legend: String
        let rows: [Row]
    }

    let action: String
    let heading: String
    let sections: [Section]
    let hidden: [HiddenField]
}

extension [Problem] {
    /// For the summary at the top: each problem with the field that it belongs to.
    func models(_ fields: [FormField], _ texts: TextCatalogue) -> [ProblemModel] {
        map { problem in
            let field = problem.field(in: fields)
            return ProblemModel(target: field?.target, label: field?.label, message: problem.message(texts))
        }
    }
}

extension Problem {
    /// The field at the problem's path, or the first below it.
    func field(in fields: [FormField]) -> FormField? {
        fields.first { $0.name == path } ?? fields.first {
            $0.name.hasPrefix(path + ".") || $0.name.hasPrefix(path + "[")
        }
            ?? fields.first { path.hasPrefix($0.name + ".") || path.hasPrefix($0.name + "[") }
    }
}

extension FormField {
    /// What a link to the field points to: its first input.
    var target: String {
        switch control {
        case .date: "\(id)-day"
        case .radios(let options): options.first.map { "\(id)-\($0.code)" } ?? id
        default: id
        }
    }
}
