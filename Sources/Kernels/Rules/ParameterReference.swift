import ExpressionLanguage
import Quantities

/// A rule's use of a parameter: the number itself, a table's entry by a key, or a band by a number.
struct ParameterReference: Sendable {
    /// With all its versions.
    let parameter: Parameter
    private let by: RuleExpression?

    /// Reads a parameter id, `{table: id, by: key expression}` or `{bands: id, by: number expression}`.
    ///
    /// Throws `unknownReference` for a parameter that is not there or of another kind, `notInForce` for one that begins
    /// after the rule does.
    init(
        _ node: LawNode, parameters: [String: Parameter], from: CivilDate, definitions: Definitions, schema: FactsSchema
    ) throws(LawError) {
        let idNode: LawNode
        let kind: Parameter.Kind
        if node.isText {
            (idNode, kind, by) = (node, .number, nil)
        } else {
            try node.allow(only: ["table", "bands", "by"])
            let table = try node.optional("table")
            kind = table == nil ? .bands : .table
            if let table { idNode = table } else { idNode = try node.member("bands") }
            let types: [ValueType] = table == nil ? [.int, .rational] : [.string]
            by = try definitions.compile(try node.member("by"), yielding: types)
        }
        let id = try idNode.text()
        do throws(LawError) {
            let found = try Self.found(parameters[id], kind, from, idNode)
            try Self.checkKeys(found, by, schema)
            parameter = found
        } catch {
            try node.tolerate(error)
            parameter = Parameter(placeholder: id, file: node.file, languages: [])
        }
    }

    private static func found(
        _ parameter: Parameter?, _ kind: Parameter.Kind, _ from: CivilDate, _ node: LawNode
    ) throws(LawError) -> Parameter {
        guard let parameter else {
            throw node.error(.unknownReference, "There is no parameter of this id; add its file or correct the id.")
        }
        guard !parameter.isPlaceholder else { return parameter }
        guard parameter.kind == kind else {
            throw node.error(
                .unknownReference,
                "The parameter is a \(parameter.kind.rawValue), not a \(kind.rawValue). Name it as what it is.")
        }
        guard parameter.versions[0].from <= from else {
            throw node.error(.notInForce, "The parameter begins after \(from), when the rule begins; add a value.")
        }
        return parameter
    }

    /// A table looked up by a choice must have an entry for each of its codes.
    private static func checkKeys(
        _ parameter: Parameter, _ by: RuleExpression?, _ schema: FactsSchema
    ) throws(LawError) {
        guard let by, case .choice(let options)? = schema.field(by.expression.source)?.type else { return }
        for version in parameter.versions {
            guard case .table(let table) = version.content else { continue }
            for option in options where table[option.code] == nil {
                throw LawError(
                    .missingField, file: parameter.file, field: "values.\(version.from).table.\(option.code)",
                    line: version.line,
                    "The table has no entry for this code of \(by.expression.source); add it.")
            }
        }
    }

    func value(on date: CivilDate, _ scope: inout Scope) throws(LawError) -> ParameterValue {
        guard let by else { return try parameter.number(on: date) }
        if parameter.kind == .bands { return try parameter.band(of: try scope.number(by), on: date) }
        guard let key = try scope.evaluate(by).string else { throw by.failed("The expression yields no text.") }
        return try parameter.entry(key, on: date)
    }

    /// The expression that chooses the entry.
    var key: RuleExpression? { by }
}
