import ExpressionLanguage
public import Quantities

extension LawBook {
    /// What is wrong with a law that can be read: units, dates, and parts that no rule can use. Empty for a clean law.
    ///
    /// Faults that keep the law from being read at all are thrown by `init(files:)`, with file and line as here.
    public var findings: [LawError] { findings(of: .wholly) }

    /// How much of a law was read.
    enum Reading { case wholly, partly }

    /// What nothing uses is left out for a law that was read in part.
    func findings(of reading: Reading) -> [LawError] {
        var findings: [LawError] = []
        for versions in formulas { findings += dates(versions.map { ($0.file, $0.from, $0.until) }) }
        for versions in programmes + further {
            findings += dates(versions.map { ($0.file, $0.from, $0.until) })
            for rule in versions { findings += units(rule) + unreachable(rule) }
        }
        for formula in formulas.joined() { findings += units(formula) }
        return findings + parameterDates + coverage + (reading == .wholly ? unused : [])
    }

    /// Versions follow one another without a day between them and without a day that two of them claim.
    private func dates(_ versions: [(file: String, from: CivilDate, until: CivilDate?)]) -> [LawError] {
        var findings: [LawError] = []
        for version in versions {
            if let until = version.until, until < version.from {
                findings.append(
                    LawError(
                        .unreachable, file: version.file, field: "until", line: line("until", in: version.file),
                        "It ends on \(until), before it begins on \(version.from), so it never holds. Correct one date."
                    ))
            }
        }
        for (earlier, later) in zip(versions, versions.dropFirst()) {
            guard let until = earlier.until else { continue }
            let distance = later.from.daysSinceEpoch - until.daysSinceEpoch
            if distance > 1 {
                findings.append(
                    LawError(
                        .gapInDates, file: earlier.file, field: "until", line: line("until", in: earlier.file),
                        "Nothing holds between \(until) and \(later.from), when \(later.file) begins. Move one of the "
                            + "dates, or remove `until`: a version ends when the next one begins."))
            } else if distance < 1 {
                findings.append(
                    LawError(
                        .overlapInDates, file: earlier.file, field: "until", line: line("until", in: earlier.file),
                        "It still holds on \(later.from), when \(later.file) begins. Let it end the day before, or remove "
                            + "`until`."))
            }
        }
        return findings
    }

    private func units(_ rule: ProgrammeRule) -> [LawError] {
        var units: [String: String] = [:]
        if let threshold = rule.threshold {
            units["threshold"] = threshold.parameter.unit
            units["score"] = scoreUnit
        }
        for (name, reference) in rule.parameters { units[name] = reference.parameter.unit }
        let checker = LawUnits(units: units, definitions: rule.definitions.byName)
        var findings: [LawError] = []
        for reason in rule.reasons {
            do throws(LawError) { _ = try checker.unit(of: reason.condition) } catch { findings.append(error) }
        }
        if let amount = rule.amount {
            do throws(LawError) {
                if let unit = try checker.unit(of: amount.value), unit != amount.unit {
                    findings.append(
                        LawError(
                            .unitMismatch, file: rule.file, field: "amount.unit", line: line("amount", in: rule.file),
                            "The amount is said to be in \(amount.unit), but is computed in \(unit). Correct one of them."
                        ))
                }
            } catch { findings.append(error) }
        }
        return findings
    }

    /// The unit of a formula's constant.
    private var scoreUnit: String? { formulas.first?.first?.constant.parameter.unit }

    private func units(_ formula: ScoreFormula) -> [LawError] {
        let unit = formula.constant.parameter.unit
        let others = [formula.region?.term.parameter].compactMap(\.self) + formula.terms.map(\.weight.parameter)
        return others.filter { !$0.isPlaceholder && !$0.unit.hasPrefix(unit) }.map { parameter in
            LawError(
                .unitMismatch, file: parameter.file, field: "unit", line: line("unit", in: parameter.file),
                "The weight is in \(parameter.unit), but the formula \(formula.file) counts in \(unit). "
                    + "A weight's unit begins with the formula's.")
        }
    }

    /// Parameters, variables and definitions that nothing uses.
    private var unused: [LawError] {
        var parameters: Set<String> = []
        var variables: Set<String> = []
        var names: Set<String> = []
        func note(_ reference: ParameterReference, _ definitions: Definitions) {
            parameters.insert(reference.parameter.id)
            if let key = reference.key { names.formUnion(definitions.names(behind: key)) }
        }
        for formula in formulas.joined() {
            note(formula.constant, parts.definitions)
            if let region = formula.region { note(region.term, parts.definitions) }
            names.formUnion(parts.definitions.names(behind: formula.condition))
            for term in formula.terms {
                note(term.weight, parts.definitions)
                variables.insert(term.variable.code)
                for rule in term.variable.rule.expressions { names.formUnion(parts.definitions.names(behind: rule)) }
            }
        }
        for rule in (programmes + further).joined() {
            if let threshold = rule.threshold { note(threshold, rule.definitions) }
            for (_, reference) in rule.parameters { note(reference, rule.definitions) }
            let expressions = rule.expressions
            for expression in expressions { names.formUnion(rule.definitions.names(behind: expression)) }
        }
        for option in damping.flatMap(\.options) { for number in option.references { note(number, parts.definitions) } }
        var findings: [LawError] = []
        for (id, parameter) in parts.parameters.sorted(by: { $0.key < $1.key }) where !parameters.contains(id) {
            findings.append(
                LawError(
                    .unreachable, file: parameter.file, field: "id", line: 1,
                    "No rule uses this parameter. Name it in a rule, or remove the file."))
        }
        for (code, variable) in parts.variables.sorted(by: { $0.key < $1.key }) where !variables.contains(code) {
            findings.append(
                LawError(
                    .unreachable, file: variable.rule.expressions[0].file, field: code,
                    line: variable.rule.expressions[0].line,
                    "No formula uses this variable. Give it a weight in a formula, or remove it."))
        }
        for (name, definition) in parts.definitions.byName.sorted(by: { $0.key < $1.key }) where !names.contains(name) {
            findings.append(
                LawError(
                    .unreachable, file: definition.expression.file, field: name, line: definition.expression.line,
                    "Nothing uses this definition. Use it in a rule, or remove it."))
        }
        return findings
    }
}

extension Variable.Rule {
    /// One, or part and whole.
    var expressions: [RuleExpression] {
        switch self {
        case .value(let expression): [expression]
        case .share(let part, let whole): [part, whole]
        }
    }
}
