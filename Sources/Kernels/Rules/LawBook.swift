import ExpressionLanguage
public import Quantities
public import StrictJSON

/// A country's law as data: the facts that are asked, the formulas of the score, the programmes and their numbers by date.
///
/// Made once from all files, every expression compiled and checked; then asked for any household and any day. Two books
/// with the same `digest` give the same answers.
public struct LawBook: Sendable {
    /// SHA-256 in lowercase hexadecimal over the YAML files in the order of their paths: for each, path, line feed, number
    /// of bytes in decimal, line feed, text.
    public let digest: String
    /// The languages in which every text of the law exists, the country's first choice first.
    public let languages: [String]
    /// The name of this law by language.
    public let title: [String: String]
    let parts: LawParts
    let messages: FactMessages
    let wording: ExplanationWording
    let changeWording: ChangeWording
    let sentences: LawSentences
    /// Versions of the damping, earliest first; empty for a law without.
    let damping: [DampingRule]
    /// The option that applies in place of the one the law chooses.
    var chosenDamping: String?
    /// Versions by id, earliest first.
    let formulas: [[ScoreFormula]]
    /// In the order in which decisions are listed; versions earliest first.
    let programmes: [[ProgrammeRule]]
    /// Programmes that are answered on application only, in the order of `law.yaml`.
    let further: [[ProgrammeRule]]
    /// The cases of the law's own tests.
    public let cases: [LawCase]
    let caseHousehold: CaseHousehold?
    /// The lines of top-level fields, by `file#field`.
    let lines: [String: Int]
}

extension LawBook {
    /// Checks a declaration by the schema of the facts.
    ///
    /// Without `annexes`, what the schema lets stand beside the fields (`provenance`, `history`, `standing`) is refused
    /// like any unknown field: for declarations whose sources and history the register itself keeps. Throws
    /// `FactsRefusal` with every problem, each with its path, code and message.
    public func facts(from json: JSONValue, annexes allowed: Bool = true) throws(FactsRefusal) -> Facts {
        var reader = FactsReader(schema: parts.schema, messages: messages)
        var problems: [FactProblem] = []
        let (fields, annexes) = allowed ? annexes(of: json, &problems) : (json, FactsAnnexes())
        let values = reader.read(fields)
        problems = reader.problems + problems
        guard problems.isEmpty, let reference = values[parts.schema.reference]?.string,
            let date = values[parts.schema.date]?.date
        else { throw FactsRefusal(problems: problems) }
        return Facts(
            json: json, householdRef: reference, asOf: date, values: values, annexes: annexes,
            declaredSource: parts.schema.sources.first?.code)
    }

    /// Computes the score and every programme's decision by the rules in force on the facts' day.
    ///
    /// Throws `notInForce` before the first formula or programme, `noSingleFormula` where none or several cover the
    /// household, `evaluationFailed` where a rule cannot be computed.
    public func assess(_ facts: Facts) throws(LawError) -> Assessment {
        let facts = try damped(facts)
        var scope = Scope(facts.values, parts.definitions)
        let score = try formula(for: facts, &scope).score(&scope, on: facts.asOf)
        var decisions: [Decision] = []
        for versions in programmes {
            guard let rule = versions.last(where: { $0.from <= facts.asOf }) else { continue }
            if let until = rule.until, until < facts.asOf { continue }
            decisions.append(
                try rule.decide(score, scope, on: facts.asOf, relief: relief(for: rule.id, facts)))
        }
        return Assessment(
            householdRef: facts.householdRef, asOf: facts.asOf, score: score, decisions: decisions, lawDigest: digest,
            wording: wording)
    }

    func formula(for facts: Facts, _ scope: inout Scope) throws(LawError) -> ScoreFormula {
        var applying: [ScoreFormula] = []
        var inForce = false
        for versions in formulas {
            guard let formula = versions.last(where: { $0.from <= facts.asOf }) else { continue }
            if let until = formula.until, until < facts.asOf { continue }
            inForce = true
            if try scope.condition(formula.condition) { applying.append(formula) }
        }
        guard inForce else {
            let first = formulas.compactMap(\.first?.from).min().map { "the first begins on \($0)" } ?? "there is none"
            throw LawError(.notInForce, "No formula of the score is in force on \(facts.asOf): \(first).")
        }
        guard applying.count == 1 else {
            let ids = applying.map(\.id).joined(separator: ", ")
            throw LawError(
                .noSingleFormula,
                applying.isEmpty
                    ? "No formula covers the household; correct the formulas' `when`."
                    : "Several formulas cover the household (\(ids)); correct their `when`.")
        }
        return applying[0]
    }

    /// What a parameter says on a day.
    ///
    /// `id` is a parameter's id, or that of a table's or bands' entry: `formula.urban.region.06`, `contribution.1`.
    /// Throws `unknownParameter`, `notInForce` before its first value, `wrongType` for a table or bands as a whole.
    public func parameter(_ id: String, on date: CivilDate) throws(LawError) -> ParameterValue {
        if let parameter = parts.parameters[id] { return try parameter.value(entry: nil, on: date) }
        if let point = id.lastIndex(of: "."), let parameter = parts.parameters[String(id[..<point])] {
            return try parameter.value(entry: String(id[id.index(after: point)...]), on: date)
        }
        throw LawError(.unknownParameter, field: id, "The law has no parameter of this id.")
    }

    /// The ids of all parameters, sorted.
    public var parameterIDs: [String] { parts.parameters.keys.sorted() }
}
