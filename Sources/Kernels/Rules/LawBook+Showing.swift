import ExpressionLanguage
public import Quantities

/// One line of a rule as it stands on a day: a heading, a ground, a number with its source.
public struct LawLine: Hashable, Sendable {
    /// How far it is set in: 0 for headings.
    public let level: Int
    public let text: String
}

extension LawBook {
    /// A programme, a formula, a variable, a definition or a parameter as it stands on a day, line by line.
    ///
    /// Every number is shown with its source and status. Throws `unknownReference` for an id the law does not have,
    /// `notInForce` outside its versions, `unknownLanguage`.
    public func show(_ id: String, on date: CivilDate, language: String) throws(LawError) -> [LawLine] {
        guard languages.contains(language) else {
            throw LawError(
                .unknownLanguage, "The law has no texts in this language; it has \(languages.joined(separator: ", ")).")
        }
        if let versions = (programmes + further).first(where: { $0.first?.id == id }) {
            guard let rule = versions.last(where: { $0.from <= date }), rule.until.map({ date <= $0 }) ?? true else {
                throw LawError(.notInForce, field: id, "The programme is not in force on \(date).")
            }
            return try show(rule, date, language)
        }
        if let versions = formulas.first(where: { $0.first?.id == id }) {
            guard let formula = versions.last(where: { $0.from <= date }) else {
                throw LawError(.notInForce, field: id, "The formula is not in force on \(date).")
            }
            return try show(formula, date, language)
        }
        if let variable = parts.variables[id] { return show(variable, language) }
        if let definition = parts.definitions.byName[id] {
            return [
                LawLine(level: 0, text: "\(definition.meaning[language] ?? id) (\(id))"),
                LawLine(level: 1, text: definition.expression.expression.source),
            ]
        }
        if let parameter = parts.parameters[id] { return try show(parameter, date, language) }
        throw LawError(
            .unknownReference, field: id,
            "The law has no such rule; it has the programmes \(programmeIDs.joined(separator: ", ")), the formulas "
                + "\(formulas.compactMap(\.first?.id).joined(separator: ", ")), and the parameters of the folder parameters/."
        )
    }

    private func show(_ rule: ProgrammeRule, _ date: CivilDate, _ language: String) throws(LawError) -> [LawLine] {
        var lines = [
            LawLine(
                level: 0, text: "\(rule.labels[language] ?? rule.id) (\(rule.id), \(period(rule.from, rule.until)))")
        ]
        if let threshold = rule.threshold { lines += try show(threshold.parameter, date, language, level: 1) }
        for use in rule.uses { lines.append(LawLine(level: 1, text: "\(use.name) = \(use.programme)")) }
        for reason in rule.reasons {
            lines.append(LawLine(level: 1, text: "\(reason.code): \(reason.labels[language] ?? "")"))
            lines.append(LawLine(level: 2, text: reason.condition.expression.source))
        }
        if let amount = rule.amount {
            lines.append(
                LawLine(level: 1, text: "\(amount.member) (\(amount.unit)): \(amount.sentences[language] ?? "")"))
            lines.append(LawLine(level: 2, text: amount.value.expression.source))
        }
        let own = rule.definitions.byName.filter { parts.definitions.byName[$0.key] == nil }
        for (name, definition) in own.sorted(by: { $0.key < $1.key }) {
            lines.append(LawLine(level: 1, text: "\(name): \(definition.meaning[language] ?? "")"))
            lines.append(LawLine(level: 2, text: definition.expression.expression.source))
        }
        for (_, reference) in rule.parameters { lines += try show(reference.parameter, date, language, level: 1) }
        for effect in rule.dates {
            lines.append(LawLine(level: 1, text: "\(effect.name): \(effect.labels[language] ?? "")"))
            lines.append(LawLine(level: 2, text: effect.value.expression.source))
        }
        return lines
    }

    private func show(_ formula: ScoreFormula, _ date: CivilDate, _ language: String) throws(LawError) -> [LawLine] {
        var lines = [
            LawLine(
                level: 0,
                text:
                    "\(formula.labels[language] ?? formula.id) (\(formula.id), \(period(formula.from, formula.until)))"),
            LawLine(level: 1, text: formula.condition.expression.source),
        ]
        lines += try show(formula.constant.parameter, date, language, level: 1)
        if let region = formula.region { lines += try show(region.term.parameter, date, language, level: 1) }
        for term in formula.terms {
            lines += show(term.variable, language).map { LawLine(level: $0.level + 1, text: $0.text) }
            lines += try show(term.weight.parameter, date, language, level: 2)
        }
        return lines
    }

    private func show(_ variable: Variable, _ language: String) -> [LawLine] {
        let source = variable.rule.expressions.map(\.expression.source).joined(separator: " / ")
        return [
            LawLine(level: 0, text: "\(variable.labels[language] ?? variable.code) (\(variable.code))"),
            LawLine(level: 1, text: source),
        ]
    }

    private func show(
        _ parameter: Parameter, _ date: CivilDate, _ language: String, level: Int = 0
    ) throws(LawError) -> [LawLine] {
        let version = try parameter.version(on: date)
        let head = "\(parameter.labels[language] ?? parameter.id) (\(parameter.id))"
        switch version.content {
        case .number(let entry):
            return [
                LawLine(level: level, text: "\(head): \(entry.text) \(parameter.unit)"),
                LawLine(level: level + 1, text: source(entry, version.from)),
            ]
        case .table(let table):
            return [LawLine(level: level, text: "\(head), \(parameter.unit)")]
                + table.sorted { $0.key < $1.key }.map { key, entry in
                    LawLine(level: level + 1, text: "\(key): \(entry.text), \(source(entry, version.from))")
                }
        case .bands(let bands):
            return [LawLine(level: level, text: "\(head), \(parameter.unit)")]
                + bands.map { band in
                    LawLine(
                        level: level + 1,
                        text: "\(band.upToText.map { "≤ \($0)" } ?? "…"): \(band.entry.text), "
                            + source(band.entry, version.from))
                }
        }
    }

    private func source(_ entry: Parameter.Entry, _ from: CivilDate) -> String {
        "\(entry.status.rawValue), \(from): \(entry.source)"
    }

    private func period(_ from: CivilDate, _ until: CivilDate?) -> String {
        "\(from) – \(until.map { "\($0)" } ?? "…")"
    }
}
