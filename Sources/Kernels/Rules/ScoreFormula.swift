import ExpressionLanguage
import Quantities

/// One version of a formula: for whom, from when, and which variable with which weight.
struct ScoreFormula: Sendable {
    let id: String
    let file: String
    let from: CivilDate
    let until: CivilDate?
    let labels: [String: String]
    let condition: RuleExpression
    let constant: ParameterReference
    let region: Region?
    let terms: [Term]

    struct Term: Sendable {
        let variable: Variable
        let weight: ParameterReference
    }

    struct Region: Sendable {
        let term: ParameterReference
        let labels: [String: String]
        let sentences: [String: String]
        let keyLabels: [String: [String: String]]
        let factPaths: [String]
    }

    init(_ root: LawNode, _ law: LawParts) throws(LawError) {
        try root.allow(only: ["id", "from", "until", "label", "when", "constant", "region", "terms"])
        file = root.file
        id = try root.member("id").text()
        from = try root.member("from").date()
        until = try root.optional("until")?.date()
        try law.checkPath(root, folder: "formulas", id: id, from: from)
        labels = try root.member("label").labels(law.languages)
        condition = try law.definitions.compile(try root.member("when"), yielding: [.bool])
        let constant = try law.reference(try root.member("constant"), from: from)
        try constant.checkTenDecimals()
        self.constant = constant
        if let node = try root.optional("region") {
            region = try Region(node, law, from: from)
        } else {
            region = nil
        }
        var terms: [Term] = []
        for (code, weight) in try root.member("terms").members() {
            guard let variable = law.variables[code] else {
                try weight.tolerate(
                    weight.error(
                        .unknownReference, "There is no variable of this name in variables/; add or correct it."))
                continue
            }
            terms.append(Term(variable: variable, weight: try law.reference(weight, from: from)))
        }
        self.terms = terms
    }

    /// Constant plus region term plus contributions. Throws `evaluationFailed` where the sum leaves a score's range.
    func score(_ scope: inout Scope, on date: CivilDate) throws(LawError) -> Score {
        let constant = try self.constant.value(on: date, &scope)
        let region = try self.region.map { region throws(LawError) in try region.term(&scope, on: date) }
        var terms: [ScoreTerm] = []
        terms.reserveCapacity(self.terms.count)
        for term in self.terms {
            terms.append(try term.variable.term(&scope, weight: try term.weight.value(on: date, &scope)))
        }
        do throws(QuantityError) {
            var sum = try FixedPoint(rounding: constant.value)
            if let region { sum = try sum + region.contribution }
            for term in terms { sum = try sum + term.contribution }
            return Score(
                formula: id, version: from, labels: labels, value: sum, constant: constant, region: region, terms: terms
            )
        } catch {
            throw LawError(.evaluationFailed, file: file, field: "terms", "The score leaves its range.")
        }
    }
}

extension ScoreFormula.Region {
    init(_ node: LawNode, _ law: LawParts, from: CivilDate) throws(LawError) {
        try node.allow(only: ["term", "label", "sentence"])
        term = try law.reference(try node.member("term"), from: from)
        guard let key = term.key, case .choice(let options)? = law.schema.field(key.expression.source)?.type else {
            throw try node.member("term").error(.wrongType, "The region's term is a table by a field that is a choice.")
        }
        try term.checkTenDecimals()
        labels = try node.member("label").labels(law.languages)
        sentences = try node.member("sentence").labels(law.languages, placeholders: ["region"])
        keyLabels = Dictionary(uniqueKeysWithValues: options.map { ($0.code, $0.labels) })
        factPaths = law.definitions.factPaths(key)
    }

    func term(_ scope: inout Scope, on date: CivilDate) throws(LawError) -> RegionTerm {
        let parameter = try term.value(on: date, &scope)
        let key = parameter.entry ?? ""
        guard let contribution = try? FixedPoint(rounding: parameter.value) else {
            throw LawError(.evaluationFailed, field: parameter.id, "The region's term leaves the range of a score.")
        }
        return RegionTerm(
            labels: labels, key: key, keyLabels: keyLabels[key] ?? [:], parameter: parameter,
            contribution: contribution, factPaths: factPaths, sentences: sentences)
    }
}

extension ParameterReference {
    /// A number that is added to or compared with a score has at most its ten decimals.
    func checkTenDecimals() throws(LawError) {
        for version in parameter.versions {
            let entries: [Parameter.Entry] =
                switch version.content {
                case .number(let entry): [entry]
                case .table(let table): Array(table.values)
                case .bands(let bands): bands.map(\.entry)
                }
            for entry in entries where (try? FixedPoint(decimal: entry.text)) == nil {
                throw LawError(
                    .wrongType, file: parameter.file, field: "values.\(version.from)", line: entry.line,
                    "A number that is added to or compared with a score has at most ten decimals.")
            }
        }
    }
}
