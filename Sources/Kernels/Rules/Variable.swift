import ExpressionLanguage
import Quantities

/// What kind of value a variable of the score has, and so how it is shown.
public enum ValueKind: String, Hashable, Sendable, Codable {
    /// 1 or 0.
    case yesNo
    case number
    /// Some of a whole, as an exact fraction.
    case share
    /// An amount of the country's currency a year.
    case moneyPerYear
}

/// One variable of the score: how it is computed from the facts and how it is put into words.
struct Variable: Sendable {
    let code: String
    let kind: ValueKind
    let labels: [String: String]
    let rule: Rule
    let wording: Wording
    let factPaths: [String]

    enum Rule: Sendable {
        case value(RuleExpression)
        case share(part: RuleExpression, whole: RuleExpression)
    }

    enum Wording: Sendable {
        case sentence([String: String])
        case answers(yes: [String: String], no: [String: String])
    }

    init(_ code: String, _ node: LawNode, _ definitions: Definitions, languages: [String]) throws(LawError) {
        self.code = code
        guard let kind = ValueKind(rawValue: try node.member("kind").text()) else {
            throw try node.member("kind").error(.wrongType, "A kind is yesNo, number, share or moneyPerYear.")
        }
        self.kind = kind
        labels = try node.member("label").labels(languages)
        let paths: [String]
        switch kind {
        case .yesNo:
            try node.allow(only: ["kind", "is", "label", "ifYes", "ifNo"])
            let rule = try definitions.compile(try node.member("is"), yielding: [.bool])
            self.rule = .value(rule)
            wording = .answers(
                yes: try node.member("ifYes").labels(languages), no: try node.member("ifNo").labels(languages))
            paths = definitions.factPaths(rule)
        case .number, .moneyPerYear:
            try node.allow(only: ["kind", "unit", "is", "label", "sentence"])
            let rule = try definitions.compile(try node.member("is"), yielding: [.int, .rational])
            self.rule = .value(rule)
            wording = .sentence(try node.member("sentence").labels(languages, placeholders: ["value"]))
            paths = definitions.factPaths(rule)
        case .share:
            try node.allow(only: ["kind", "part", "whole", "label", "sentence"])
            let part = try definitions.compile(try node.member("part"), yielding: [.int])
            let whole = try definitions.compile(try node.member("whole"), yielding: [.int])
            rule = .share(part: part, whole: whole)
            wording = .sentence(try node.member("sentence").labels(languages, placeholders: ["part", "whole"]))
            paths = definitions.factPaths(part) + definitions.factPaths(whole)
        }
        var unique: [String] = []
        for path in paths where !unique.contains(path) { unique.append(path) }
        factPaths = unique.filter { path in !unique.contains { $0 != path && $0.hasPrefix(path + "[") } }
    }

    /// The term of a score: the exact value times the weight, rounded once.
    func term(_ scope: inout Scope, weight: ParameterValue) throws(LawError) -> ScoreTerm {
        let value: Rational
        var share: ScoreTerm.Share?
        var sentences: [String: String]
        switch (rule, wording) {
        case (.value(let rule), .answers(let yes, let no)):
            let holds = try scope.condition(rule)
            value = holds ? .one : .zero
            sentences = holds ? yes : no
        case (.value(let rule), .sentence(let texts)):
            value = try scope.number(rule)
            sentences = texts
        case (.share(let part, let whole), .sentence(let texts)):
            guard let some = try scope.evaluate(part).int, let all = try scope.evaluate(whole).int, all > 0 else {
                throw whole.failed("A share needs a whole of at least one.")
            }
            guard let fraction = try? Rational(Int128(some), over: Int128(all)) else {
                throw part.failed("The share could not be computed.")
            }
            value = fraction
            share = ScoreTerm.Share(part: some, whole: all)
            sentences = texts
        case (.share(let part, _), .answers):
            throw part.failed("A share has one sentence.")
        }
        do throws(QuantityError) {
            let contribution = try FixedPoint(rounding: try weight.value * value)
            return ScoreTerm(
                code: code, labels: labels, kind: kind, value: value, share: share, coefficient: weight,
                contribution: contribution, factPaths: factPaths, sentences: sentences)
        } catch {
            throw LawError(.evaluationFailed, field: code, "The contribution leaves the range of a score.")
        }
    }
}
