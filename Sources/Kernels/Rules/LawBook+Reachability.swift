import ExpressionLanguage
import Quantities

extension LawBook {
    /// Parts of one rule that can never decide anything: grounds that always or never hold, or say twice the same, and
    /// names that nothing reads.
    func unreachable(_ rule: ProgrammeRule) -> [LawError] {
        var findings: [LawError] = []
        var codes: Set<String> = []
        var conditions: [String: String] = [:]
        for reason in rule.reasons {
            func found(_ message: String) {
                let condition = reason.condition
                findings.append(
                    LawError(
                        .unreachable, file: rule.file, field: condition.field, line: condition.line, message))
            }
            if !codes.insert(reason.code).inserted {
                found("There is another ground \(reason.code); give each its own code, or remove one.")
            }
            let source = reason.condition.expression.source.filter { !$0.isWhitespace }
            if let other = conditions.updateValue(reason.code, forKey: source) {
                found("The ground \(reason.code) says the same as \(other), so it adds nothing. Correct or remove one.")
            }
            switch Truth(reason.condition.expression.syntax).always {
            case true?:
                found("The ground \(reason.code) always holds, so nobody is ever entitled. Correct the condition.")
            case false?: found("The ground \(reason.code) never holds. Correct or remove it.")
            case nil: break
            }
        }
        return findings + unread(rule)
    }

    private func unread(_ rule: ProgrammeRule) -> [LawError] {
        var names: Set<String> = []
        for expression in rule.expressions + rule.parameters.compactMap(\.reference.key) {
            names.formUnion(rule.definitions.names(behind: expression))
        }
        var findings: [LawError] = []
        for (name, reference) in rule.parameters where !names.contains(name) {
            findings.append(
                LawError(
                    .unreachable, file: rule.file, field: "parameters.\(name)", line: line("parameters", in: rule.file),
                    "The rule names \(reference.parameter.id) and never uses it. Use it in a ground or the amount, or "
                        + "remove it."))
        }
        for (name, definition) in rule.definitions.byName.sorted(by: { $0.key < $1.key })
        where parts.definitions.byName[name] == nil && !names.contains(name) {
            findings.append(
                LawError(
                    .unreachable, file: definition.expression.file, field: "definitions.\(name)",
                    line: definition.expression.line, "Nothing uses this definition. Use it in the rule, or remove it.")
            )
        }
        return findings
    }

    /// Days on which a parameter has no value although a later version exists, or two values.
    var parameterDates: [LawError] {
        var findings: [LawError] = []
        for (_, parameter) in parts.parameters.sorted(by: { $0.key < $1.key }) {
            func found(_ code: LawError.Code, _ version: Parameter.Version, _ message: String) {
                findings.append(
                    LawError(
                        code, file: parameter.file, field: "values.\(version.from).until", line: version.line, message))
            }
            for version in parameter.versions {
                guard let until = version.until, until < version.from else { continue }
                found(.unreachable, version, "The value ends before it begins. Correct one of the dates.")
            }
            for (earlier, later) in zip(parameter.versions, parameter.versions.dropFirst()) {
                guard let until = earlier.until else { continue }
                let distance = later.from.daysSinceEpoch - until.daysSinceEpoch
                if distance > 1 {
                    found(
                        .gapInDates, earlier,
                        "There is no value between \(until) and \(later.from). Move one of the dates, or remove `until`."
                    )
                } else if distance < 1 {
                    found(
                        .overlapInDates, earlier,
                        "The value still holds on \(later.from), when the next one begins. Let it end the day before, or "
                            + "remove `until`.")
                }
            }
        }
        return findings
    }

    /// Whether on each day exactly one formula covers each code of the choice that the formulas ask for.
    ///
    /// Silent where their conditions look at more than one choice.
    var coverage: [LawError] {
        var asked: Set<String> = []
        for formula in formulas.joined() { asked.formUnion(parts.definitions.names(behind: formula.condition)) }
        guard asked.count == 1, let name = asked.first, case .choice(let options)? = parts.schema.field(name)?.type,
            let start = formulas.compactMap(\.first?.from).min()
        else { return [] }
        var days: Set<CivilDate> = [start]
        for formula in formulas.joined() {
            days.insert(formula.from)
            if let until = formula.until, let next = try? CivilDate(daysSinceEpoch: until.daysSinceEpoch + 1) {
                days.insert(next)
            }
        }
        var findings: [LawError] = []
        for day in days.sorted() {
            let holding = formulas.compactMap { versions in
                versions.last { $0.from <= day }.flatMap { ($0.until.map { day <= $0 } ?? true) ? $0 : nil }
            }
            for option in options {
                func covers(_ formula: ScoreFormula) -> Bool {
                    (try? formula.condition.evaluate([name: .string(option.code)]).bool) == true
                }
                let covering = holding.filter(covers)
                guard covering.count != 1 else { continue }
                let place =
                    covering.first ?? formulas.joined().last { $0.from <= day && covers($0) } ?? formulas[0].first
                let who = "where \(name) is \(option.code)"
                findings.append(
                    LawError(
                        covering.isEmpty ? .gapInDates : .overlapInDates, file: place?.file, field: "when",
                        line: place.flatMap { line("when", in: $0.file) },
                        covering.isEmpty
                            ? "On \(day) no formula covers households \(who). Add one, or correct `when`, `from` or `until`."
                            : "On \(day) several formulas cover households \(who): "
                                + "\(covering.map(\.id).joined(separator: ", ")). Correct `when`, `from` or `until`."))
            }
        }
        return findings
    }

    func line(_ field: String, in file: String) -> Int? { lines["\(file)#\(field)"] }
}

/// What can be said of a condition without facts: constants, and terms that exclude or exhaust one another.
struct Truth {
    let always: Bool?

    init(_ node: SyntaxNode) { always = Self.value(node) }

    private static func value(_ node: SyntaxNode) -> Bool? {
        switch node.kind {
        case .literal(let literal): return literal.bool
        case .logical(let isAnd, let terms):
            var known = isAnd
            for term in terms {
                guard let value = value(term) else {
                    known = !isAnd
                    continue
                }
                if value != isAnd { return value }
            }
            if known == isAnd { return isAnd }
            return opposed(terms, isAnd) ? !isAnd : nil
        case .call("!_", _, let arguments):
            return arguments.first.flatMap(value).map { !$0 }
        case .call(let name, let target, let arguments):
            return comparison(name, (target.map { [$0] } ?? []) + arguments)
        default: return nil
        }
    }

    private static func comparison(_ name: String, _ sides: [SyntaxNode]) -> Bool? {
        guard sides.count == 2, ["_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"].contains(name) else { return nil }
        let isEqual = ["_==_", "_<=_", "_>=_"].contains(name)
        if case .literal(let left) = sides[0].kind, case .literal(let right) = sides[1].kind {
            if let a = left.int, let b = right.int {
                switch name {
                case "_<_": return a < b
                case "_<=_": return a <= b
                case "_>_": return a > b
                case "_>=_": return a >= b
                case "_==_": return a == b
                default: return a != b
                }
            }
            guard let a = left.string, let b = right.string, name == "_==_" || name == "_!=_" else { return nil }
            return (a == b) == (name == "_==_")
        }
        return text(sides[0]) == text(sides[1]) ? isEqual : nil
    }

    /// Two terms of which one is the other's opposite, or which set one name equal to two different texts.
    private static func opposed(_ terms: [SyntaxNode], _ isAnd: Bool) -> Bool {
        for (place, first) in terms.enumerated() {
            for second in terms.dropFirst(place + 1) {
                if text(first) == negated(second) || text(second) == negated(first) { return true }
                guard isAnd, case .call("_==_", nil, let a) = first.kind, case .call("_==_", nil, let b) = second.kind,
                    a.count == 2, b.count == 2, text(a[0]) == text(b[0]),
                    case .literal(let x) = a[1].kind, case .literal(let y) = b[1].kind, let left = x.string,
                    let right = y.string
                else { continue }
                if left != right { return true }
            }
        }
        return false
    }

    private static func negated(_ node: SyntaxNode) -> String {
        let opposites = [
            "_<_": "_>=_", "_>=_": "_<_", "_>_": "_<=_", "_<=_": "_>_", "_==_": "_!=_", "_!=_": "_==_",
        ]
        if case .call(let name, nil, let sides) = node.kind, sides.count == 2, let opposite = opposites[name] {
            return "\(opposite)(\(text(sides[0])),\(text(sides[1])))"
        }
        if case .call("!_", nil, let inner) = node.kind, inner.count == 1 { return text(inner[0]) }
        return "!_(\(text(node)))"
    }

    /// The same for the same expression, whatever its spaces and brackets.
    private static func text(_ node: SyntaxNode) -> String {
        switch node.kind {
        case .literal(let value):
            return
                "\(value.string.map { "\"\($0)\"" } ?? value.int.map { "\($0)" } ?? "\(value.bool.map { "\($0)" } ?? "?\(ObjectIdentifier(node))")")"
        case .identifier(let name): return name
        case .select(let operand, let field, _): return "\(text(operand)).\(field)"
        case .logical(let isAnd, let terms): return "\(isAnd ? "and" : "or")(\(terms.map(text).joined(separator: ",")))"
        case .list(let elements): return "[\(elements.map { text($0.value) }.joined(separator: ","))]"
        case .call(let name, let target, let arguments):
            let all = (target.map { [$0] } ?? []) + arguments
            return "\(name)(\(all.map(text).joined(separator: ",")))"
        default: return "?\(ObjectIdentifier(node))"
        }
    }
}
