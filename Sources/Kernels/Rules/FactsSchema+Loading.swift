import ExpressionLanguage
import Quantities

extension FactsSchema {
    /// `further` are files of the folder facts/ that add fields and checks of their own.
    init(_ root: LawNode, further: [LawNode] = [], languages: [String]) throws(LawError) {
        try root.allow(only: ["id", "label", "reference", "date", "fields", "checks", "beside", "sources"])
        for file in further { try file.allow(only: ["fields", "checks"]) }
        let bare = FactsSchema(
            labels: try root.member("label").labels(languages),
            fields: try Self.fields([root] + further, languages), reference: try root.member("reference").text(),
            date: try root.member("date").text(), checks: [])
        guard case .text? = bare.field(bare.reference)?.type else {
            throw try root.member("reference").error(.unknownReference, "Name a top-level field of type text.")
        }
        guard case .date? = bare.field(bare.date)?.type else {
            throw try root.member("date").error(.unknownReference, "Name a top-level field of type date.")
        }
        let environment = bare.environment
        let codes = bare.optionCodes
        var checks: [Check] = []
        for file in [root] + further {
            for node in try file.optional("checks")?.elements() ?? [] {
                checks.append(try bare.check(node, environment, codes, languages))
            }
        }
        self.init(
            labels: bare.labels, fields: bare.fields, reference: bare.reference, date: bare.date, checks: checks)
        for node in try root.optional("beside")?.elements() ?? [] {
            guard let annex = FactsAnnex(rawValue: try node.text()) else {
                let known = FactsAnnex.allCases.map(\.rawValue).joined(separator: ", ")
                throw node.error(.unknownReference, "Only \(known) can stand beside the facts; correct the word.")
            }
            beside.insert(annex)
        }
        for (code, labels) in try root.optional("sources")?.members() ?? [] {
            sources.append(Option(code: code, labels: try labels.labels(languages)))
        }
        if beside.contains(.provenance), sources.isEmpty {
            throw root.error(.missingField, "Facts with provenance need `sources`: who may have said a fact; add them.")
        }
    }

    /// The fields of all files, in their order; a name stands in one of them only.
    private static func fields(_ files: [LawNode], _ languages: [String]) throws(LawError) -> [Field] {
        var fields: [Field] = []
        for file in files {
            for field in try Self.fields(try file.member("fields"), languages) {
                guard !fields.contains(where: { $0.name == field.name }) else {
                    throw try file.member("fields").error(
                        .duplicateName, "Another file has a field \(field.name); keep one.")
                }
                fields.append(field)
            }
        }
        return fields
    }

    private func check(
        _ node: LawNode, _ environment: Environment, _ codes: Set<String>, _ languages: [String]
    ) throws(LawError) -> Check {
        try node.allow(only: ["code", "path", "each", "require", "message"])
        var environment = environment
        let each = try node.optional("each")
        if let each {
            guard case .list(let element, _, _)? = field(try each.text())?.type else {
                throw each.error(.unknownReference, "Name a top-level field that is a list.")
            }
            environment = environment.declaring("item", as: element.valueType)
        }
        let require = try RuleExpression(try node.member("require"), in: environment, yielding: [.bool], choices: codes)
        return Check(
            code: try node.member("code").text(), path: try node.member("path").text(), each: try each?.text(),
            require: require, messages: try node.member("message").labels(languages))
    }

    static func fields(_ node: LawNode, _ languages: [String]) throws(LawError) -> [Field] {
        var fields: [Field] = []
        for element in try node.elements() {
            let name = try element.member("name").text()
            guard !fields.contains(where: { $0.name == name }) else {
                throw element.error(.duplicateName, "There is another field of this name; keep one.")
            }
            fields.append(
                Field(
                    name: name, labels: try element.member("label").labels(languages),
                    type: try type(element, languages),
                    isNullable: try element.optional("nullable")?.bool() ?? false,
                    isCentimes: try isCentimes(element),
                    isSettled: try element.optional("settled")?.bool() ?? false))
        }
        return fields
    }

    private static func isCentimes(_ node: LawNode) throws(LawError) -> Bool {
        var unit = try node.optional("unit")
        if unit == nil, let element = try node.optional("of") { unit = try element.optional("unit") }
        guard let unit else { return false }
        return try unit.text().hasPrefix("centimes")
    }

    private static let common: Set<String> = ["name", "type", "label", "nullable", "unit", "settled"]

    private static func type(_ node: LawNode, _ languages: [String]) throws(LawError) -> FieldType {
        switch try node.member("type").text() {
        case "record":
            try node.allow(only: common.union(["fields"]))
            return .record(try fields(try node.member("fields"), languages))
        case "list":
            try node.allow(only: common.union(["of", "minCount", "maxCount", "unique"]))
            let least = try node.member("minCount").wholeNumber()
            let most = try node.member("maxCount").wholeNumber()
            return .list(
                of: try type(try node.member("of"), languages),
                count: try range(Int(least), Int(most), node), unique: try node.optional("unique")?.text())
        case "text":
            try node.allow(only: common.union(["maxLength", "shapes", "example"]))
            var shapes: [String] = []
            for shape in try node.optional("shapes")?.elements() ?? [] { shapes.append(try shape.text()) }
            let example = shapes.isEmpty ? "" : try node.member("example").text()
            return .text(
                TextRule(
                    maxLength: Int(try node.member("maxLength").wholeNumber()), shapes: shapes, example: example))
        case "wholeNumber":
            try node.allow(only: common.union(["min", "max"]))
            return .wholeNumber(
                try range(try node.member("min").wholeNumber(), try node.member("max").wholeNumber(), node))
        case "boolean":
            try node.allow(only: common)
            return .boolean
        case "date":
            try node.allow(only: common.union(["min", "max"]))
            return .date(try range(try node.member("min").date(), try node.member("max").date(), node))
        case "choice":
            try node.allow(only: common.union(["options"]))
            var options: [Option] = []
            for (code, labels) in try node.member("options").members() {
                options.append(Option(code: code, labels: try labels.labels(languages)))
            }
            return .choice(options)
        default:
            throw try node.member("type").error(
                .wrongType, "There is no such type; use \(FieldType.names.sorted().joined(separator: ", ")).")
        }
    }

    private static func range<Bound: Comparable>(
        _ least: Bound, _ most: Bound, _ node: LawNode
    ) throws(LawError) -> ClosedRange<Bound> {
        guard least <= most else { throw node.error(.wrongType, "The least value is above the greatest.") }
        return least...most
    }
}
