import ExpressionLanguage
import Quantities

/// One version of a programme's rule: threshold, grounds of refusal and amount.
struct ProgrammeRule: Sendable {
    let id: String
    let file: String
    let from: CivilDate
    let until: CivilDate?
    let labels: [String: String]
    let output: [String]
    /// nil for a programme that does not look at the score.
    let threshold: ParameterReference?
    /// What an applicant declares besides the household's facts; nil for a programme that needs nothing more.
    let application: ApplicationSchema?
    /// Programmes whose answer to the household this one needs, by the name under which expressions see it.
    let uses: [Use]
    /// Days that follow from the application, such as the one by which an answer is due.
    let dates: [DateEffect]
    let parameters: [(name: String, reference: ParameterReference)]
    let definitions: Definitions
    let reasons: [Reason]
    let amount: Amount?

    struct Reason: Sendable {
        let code: String
        let condition: RuleExpression
        let labels: [String: String]
    }

    struct Use: Sendable {
        let name: String
        let programme: String
        let line: Int?
    }

    struct DateEffect: Sendable {
        let name: String
        let value: RuleExpression
        let labels: [String: String]
        let sentences: [String: String]
    }

    struct Amount: Sendable {
        let member: String
        let unit: String
        let value: RuleExpression
        let sentences: [String: String]
        /// The names it may depend on.
        let reads: Set<String>
    }

    init(_ root: LawNode, _ law: LawParts) throws(LawError) {
        try root.allow(only: [
            "id", "from", "until", "label", "output", "threshold", "parameters", "definitions", "reasons", "amount",
            "application", "uses", "dates",
        ])
        file = root.file
        id = try root.member("id").text()
        let from = try root.member("from").date()
        self.from = from
        until = try root.optional("until")?.date()
        try law.checkPath(root, folder: "programmes", id: id, from: from)
        labels = try root.member("label").labels(law.languages)
        var definitions = law.definitions
        if let node = try root.optional("threshold") {
            let reference = try law.reference(node, from: from)
            try reference.checkTenDecimals()
            threshold = reference
            try definitions.declare("score", as: .rational, at: root)
            try definitions.declare("threshold", as: .rational, at: root)
        } else {
            threshold = nil
        }
        if let node = try root.optional("application") {
            guard let schema = law.applications[try node.text()] else {
                throw node.error(.unknownReference, "There is no file applications/\(try node.text()).yaml; add it.")
            }
            application = schema
            definitions.addChoices(schema.optionCodes)
            try definitions.declare("application", as: schema.valueType, at: node)
        } else {
            application = nil
        }
        var uses: [Use] = []
        for (name, node) in try root.optional("uses")?.members() ?? [] {
            uses.append(Use(name: name, programme: try node.text(), line: node.line))
            try definitions.declare(name, as: .record(["eligible": .bool, "amount": .rational]), at: node)
        }
        self.uses = uses
        var parameters: [(name: String, reference: ParameterReference)] = []
        for (name, node) in try root.optional("parameters")?.members() ?? [] {
            let reference = try ParameterReference(
                node, parameters: law.parameters, from: from, definitions: definitions, schema: law.schema)
            try definitions.declare(name, as: .rational, at: node)
            parameters.append((name, reference))
        }
        if let node = try root.optional("definitions") { try definitions.add([node], languages: law.languages) }
        self.parameters = parameters
        self.definitions = definitions

        var reasons: [Reason] = []
        for node in try root.member("reasons").elements() {
            try node.allow(only: ["code", "when", "label"])
            reasons.append(
                Reason(
                    code: try node.member("code").text(),
                    condition: try definitions.compile(try node.member("when"), yielding: [.bool]),
                    labels: try node.member("label").labels(law.languages)))
        }
        self.reasons = reasons
        if let node = try root.optional("amount") {
            amount = try Amount(node, definitions, law.languages)
        } else {
            amount = nil
        }
        dates = try (try root.optional("dates")?.members() ?? []).map { name, node throws(LawError) in
            try node.allow(only: ["is", "label", "sentence"])
            return DateEffect(
                name: name, value: try definitions.compile(try node.member("is"), yielding: [.date]),
                labels: try node.member("label").labels(law.languages),
                sentences: try node.member("sentence").labels(law.languages, placeholders: ["date"]))
        }
        let named = dates.map(\.name) + [amount?.member].compactMap(\.self)
        output = try Self.output(try root.member("output"), named)
    }

    private static func output(_ node: LawNode, _ named: [String]) throws(LawError) -> [String] {
        var names: [String] = []
        for element in try node.elements() { names.append(try element.text()) }
        let expected = Set(["eligible", "reasons"] + named)
        guard names.count == expected.count, Set(names) == expected else {
            throw node.error(.wrongType, "Name each of \(expected.sorted().joined(separator: ", ")) once, in order.")
        }
        return names
    }
}

extension ProgrammeRule {
    /// Everything it computes: grounds, amount, days.
    var expressions: [RuleExpression] {
        reasons.map(\.condition) + [amount?.value].compactMap(\.self) + dates.map(\.value)
    }
}

extension ProgrammeRule.Amount {
    init(_ node: LawNode, _ definitions: Definitions, _ languages: [String]) throws(LawError) {
        try node.allow(only: ["member", "unit", "is", "sentence"])
        member = try node.member("member").text()
        unit = try node.member("unit").text()
        value = try definitions.compile(try node.member("is"), yielding: [.int, .rational])
        sentences = try node.member("sentence").labels(languages, placeholders: ["amount"])
        reads = definitions.names(behind: value)
    }

    /// A whole number of units. Throws `evaluationFailed` for a fraction, which the rule must round itself, or less than 0.
    func perMonth(_ scope: inout Scope) throws(LawError) -> Int64 {
        guard let whole = try scope.number(value).wholeNumber, whole >= 0 else {
            throw value.failed("An amount must be a whole number from 0; say in the rule how it is rounded.")
        }
        return whole
    }
}
