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
    let threshold: ParameterReference
    let parameters: [(name: String, reference: ParameterReference)]
    let definitions: Definitions
    let reasons: [Reason]
    let amount: Amount?

    struct Reason: Sendable {
        let code: String
        let condition: RuleExpression
        let labels: [String: String]
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
        ])
        file = root.file
        id = try root.member("id").text()
        let from = try root.member("from").date()
        self.from = from
        until = try root.optional("until")?.date()
        try law.checkPath(root, folder: "programmes", id: id, from: from)
        labels = try root.member("label").labels(law.languages)
        threshold = try law.reference(try root.member("threshold"), from: from)
        try threshold.checkTenDecimals()

        var definitions = law.definitions
        try definitions.declare("score", as: .rational, at: root)
        try definitions.declare("threshold", as: .rational, at: root)
        var parameters: [(name: String, reference: ParameterReference)] = []
        for (name, node) in try root.optional("parameters")?.members() ?? [] {
            let reference = try ParameterReference(
                node, parameters: law.parameters, from: from, definitions: definitions, schema: law.schema)
            try definitions.declare(name, as: .rational, at: node)
            parameters.append((name, reference))
        }
        if let node = try root.optional("definitions") { try definitions.add(node, languages: law.languages) }
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
        output = try Self.output(try root.member("output"), amount: amount?.member)
    }

    private static func output(_ node: LawNode, amount: String?) throws(LawError) -> [String] {
        var names: [String] = []
        for element in try node.elements() { names.append(try element.text()) }
        let expected = Set(["eligible", "reasons"] + [amount].compactMap(\.self))
        guard names.count == expected.count, Set(names) == expected else {
            throw node.error(.wrongType, "Name each of \(expected.sorted().joined(separator: ", ")) once, in order.")
        }
        return names
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

extension ProgrammeRule {
    func decide(_ score: Score, _ facts: Scope, on date: CivilDate) throws(LawError) -> Decision {
        var scope = Scope(facts, definitions)
        let threshold = try self.threshold.value(on: date, &scope)
        let distance: FixedPoint
        do throws(QuantityError) {
            distance = try FixedPoint(rounding: threshold.value) - score.value
            scope.bind("score", .rational(try score.value.rational))
        } catch {
            throw LawError(.evaluationFailed, file: file, field: "threshold", "The score cannot be compared.")
        }
        scope.bind("threshold", .rational(threshold.value))
        var values: [(name: String, value: ParameterValue)] = []
        for (name, reference) in parameters {
            let value = try reference.value(on: date, &scope)
            scope.bind(name, .rational(value.value))
            values.append((name, value))
        }
        let bound = scope
        var reasons: [Decision.Reason] = []
        for reason in self.reasons where try scope.condition(reason.condition) {
            reasons.append(Decision.Reason(code: reason.code, labels: reason.labels))
        }
        let eligible = reasons.isEmpty
        var decisive = [threshold]
        var amount: Decision.Amount?
        if let rule = self.amount {
            let perMonth = eligible ? try rule.perMonth(&scope) : 0
            amount = Decision.Amount(
                member: rule.member, unit: rule.unit, perMonth: perMonth, sentences: rule.sentences)
            if eligible { decisive += values.filter { needs($0.name, for: rule, bound) }.map(\.value) }
        }
        return Decision(
            programme: id, version: from, labels: labels, eligible: eligible, reasons: reasons, amount: amount,
            threshold: threshold, distance: distance, parameters: decisive, output: output)
    }

    /// Whether the amount was computed with a parameter: without it, it cannot be.
    private func needs(_ name: String, for rule: Amount, _ scope: Scope) -> Bool {
        guard rule.reads.contains(name) else { return false }
        var scope = scope
        scope.unbind(name)
        return (try? scope.evaluate(rule.value)) == nil
    }
}
