import ExpressionLanguage
public import Quantities
import StrictJSON

extension LawBook {
    /// The tree behind a household's score and behind each programme's answer: inputs with who said so, numbers with
    /// their source, every step and result. The score first, then the programmes in the order of the law.
    ///
    /// Throws as `assess` does, and `unknownLanguage`.
    public func reasoning(_ facts: Facts, language: String) throws(LawError) -> [Reasoning] {
        let facts = try damped(facts)
        let assessment = try assess(facts)
        let explanation = try Explanation(assessment, language: language)
        var teller = ReasoningTeller(law: self, facts: facts, language: language)
        var scope = Scope(facts.values, parts.definitions)
        let formula = try formula(for: facts, &scope)
        var roots = [try teller.tell(formula, assessment, explanation, &scope)]
        for (decision, words) in zip(assessment.decisions, explanation.decisions) {
            let versions = programmes.first { $0.first?.id == decision.programme } ?? []
            guard let rule = versions.last(where: { $0.from <= facts.asOf }) else { continue }
            roots.append(try teller.tell(rule, decision, words, assessment.score, scope))
        }
        return roots
    }
}

/// Puts one household's answers into a tree.
private struct ReasoningTeller {
    let law: LawBook
    let facts: Facts
    let language: String

    mutating func tell(
        _ formula: ScoreFormula, _ assessment: Assessment, _ explanation: Explanation, _ scope: inout Scope
    ) throws(LawError) -> Reasoning {
        let score = assessment.score
        var root = Reasoning(
            kind: .score, id: formula.id, sentence: explanation.summary, value: score.value.description)
        root.children.append(parameter(score.constant))
        if let region = score.region {
            var node = Reasoning(
                kind: .term, id: "region", sentence: sentence(of: "region", explanation),
                value: region.contribution.description)
            node.children = inputs(region.factPaths) + [parameter(region.parameter)]
            root.children.append(node)
        }
        for (term, rule) in zip(score.terms, formula.terms) {
            var node = Reasoning(
                kind: .term, id: term.code, sentence: sentence(of: term.code, explanation),
                value: term.contribution.description)
            let expressions = rule.variable.rule.expressions
            node.expression = expressions.map(\.expression.source).joined(separator: " / ")
            var step = Reasoning(
                kind: .step, id: term.code, sentence: "",
                value: term.share.map { "\($0.part)/\($0.whole)" } ?? exact(.rational(term.value)))
            step.expression = node.expression
            step.children = try steps(expressions, law.parts.definitions, &scope) + inputs(term.factPaths)
            node.children = [step, parameter(term.coefficient)]
            root.children.append(node)
        }
        return root
    }

    mutating func tell(
        _ rule: ProgrammeRule, _ decision: Decision, _ words: Explanation.DecisionInWords, _ score: Score,
        _ facts: Scope
    ) throws(LawError) -> Reasoning {
        var root = Reasoning(
            kind: .programme, id: rule.id, sentence: words.headline, value: decision.eligible ? "true" : "false")
        let bound = try rule.bound(score, facts, [:], on: self.facts.asOf, law.relief(for: rule.id, self.facts))
        var scope = bound.scope
        var threshold = parameter(decision.threshold)
        threshold.children.append(
            Reasoning(kind: .step, id: "distance", sentence: words.position, value: decision.distance.description))
        root.children.append(threshold)
        for reason in rule.reasons {
            let holds = try scope.condition(reason.condition)
            var node = Reasoning(
                kind: .ground, id: reason.code,
                sentence: law.sentences(
                    holds ? .groundHolds : .groundFails, language, ["ground": reason.labels[language] ?? reason.code]),
                value: holds ? "true" : "false")
            node.expression = reason.condition.expression.source
            node.children =
                try steps([reason.condition], rule.definitions, &scope)
                + parameters(rule.definitions.names(behind: reason.condition), bound)
                + inputs(rule.definitions.factPaths(reason.condition))
            root.children.append(node)
        }
        if let amount = rule.amount, decision.eligible {
            var node = Reasoning(
                kind: .amount, id: amount.member, sentence: words.amount ?? "",
                value: decision.amount.map { "\($0.perMonth)" })
            node.expression = amount.value.expression.source
            let used = Set(bound.values.map(\.name).filter { rule.needs($0, for: amount, bound.scope) })
            node.children =
                try steps([amount.value], rule.definitions, &scope) + parameters(used, bound)
                + inputs(rule.definitions.factPaths(amount.value))
            root.children.append(node)
        }
        return root
    }

    private func sentence(of code: String, _ explanation: Explanation) -> String {
        guard let term = explanation.terms.first(where: { $0.code == code }) else { return "" }
        return [term.sentence, term.effect, term.provisional ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The named results behind expressions, each with those that it rests on.
    private func steps(
        _ expressions: [RuleExpression], _ definitions: Definitions, _ scope: inout Scope
    ) throws(LawError) -> [Reasoning] {
        var nodes: [Reasoning] = []
        for name in Set(expressions.flatMap(\.names)).sorted() {
            guard let definition = definitions.byName[name] else { continue }
            let value = try scope.evaluate(definition.expression)
            let words = law.words(value, language)
            var node = Reasoning(
                kind: .step, id: name,
                sentence: words.isEmpty
                    ? ""
                    : law.sentences(.step, language, ["name": definition.meaning[language] ?? name, "value": words]),
                value: exact(value))
            node.expression = definition.expression.expression.source
            node.children = try steps([definition.expression], definitions, &scope)
            nodes.append(node)
        }
        return nodes
    }

    private func parameters(_ names: Set<String>, _ bound: ProgrammeRule.Bound) -> [Reasoning] {
        bound.values.filter { names.contains($0.name) }.map { parameter($0.value) }
    }

    private func parameter(_ value: ParameterValue) -> Reasoning {
        let words = law.wording.languages[language]
        let label = value.labels[language] ?? value.id
        var sentence = law.sentences(
            .number, language,
            ["name": label, "value": words?.numbers.decimal(value.text) ?? value.text, "source": value.source])
        if value.status == .provisional {
            sentence += " " + Template.filled(words?.provisional ?? "", ["parameter": label])
        }
        var node = Reasoning(kind: .parameter, id: value.id, sentence: sentence, value: value.text)
        node.source = value.source
        node.status = value.status
        return node
    }

    /// Facts by path; a path through a list stands for each of its elements.
    private func inputs(_ paths: [String]) -> [Reasoning] { paths.flatMap(expanded).map(input) }

    private func expanded(_ path: String) -> [String] {
        guard let range = path.firstRange(of: "[].") else {
            return [path.hasSuffix("[]") ? String(path.dropLast(2)) : path]
        }
        let list = String(path[..<range.lowerBound])
        let count = facts.json[list]?.array?.count ?? 0
        return (0..<count).map { "\(list)[\($0)].\(path[range.upperBound...])" }
    }

    private func input(_ path: String) -> Reasoning {
        let fact = law.fact(at: path, in: facts.json)
        let value = Self.value(at: path, in: facts.json)
        let source = facts.source(of: path)
        let label = source.flatMap { code in law.parts.schema.sources.first { $0.code == code }?.labels[language] }
        var sentence = ""
        if let fact, let value, case let words = law.words(value, fact, language), !words.isEmpty {
            sentence = law.sentences(
                .input, language, ["fact": law.name(of: fact, language), "value": words, "source": label ?? ""])
        }
        var node = Reasoning(kind: .input, id: path, sentence: sentence, value: value.flatMap(Self.text))
        node.provenance = source
        return node
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .object: nil
        case .array(let elements) where elements.contains(where: { $0.object != nil }): "\(elements.count)"
        case .string(let text): text
        default: value.serialized()
        }
    }

    private static func value(at path: String, in json: JSONValue) -> JSONValue? {
        var value: JSONValue? = json
        for part in path.split(separator: ".") {
            let name = part.prefix { $0 != "[" }
            value = value?[String(name)]
            guard part.hasSuffix("]"), let place = Int(part.dropFirst(name.count + 1).dropLast()) else { continue }
            value = value?.array.flatMap { $0.indices.contains(place) ? $0[place] : nil }
        }
        return value
    }

    private func exact(_ value: Value) -> String? {
        switch value {
        case .bool(let flag): return flag ? "true" : "false"
        case .date(let date): return date.description
        case .string(let text): return text
        case .null: return "null"
        case .list(let elements): return "[\(elements.compactMap(exact).joined(separator: ", "))]"
        case .map: return law.words(value, language)
        default:
            guard let number = value.rational else { return nil }
            return number.wholeNumber.map { "\($0)" } ?? "\(number.numerator)/\(number.denominator)"
        }
    }
}
