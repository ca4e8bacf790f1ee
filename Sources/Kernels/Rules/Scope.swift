import ExpressionLanguage
import Quantities

/// What names mean for one household: facts, what was bound, and definitions computed when first needed.
struct Scope {
    private let definitions: [String: Definitions.Definition]
    private var values: [String: Value]

    init(_ values: [String: Value], _ definitions: Definitions) {
        self.values = values
        self.definitions = definitions.byName
    }

    /// The same names with more definitions.
    init(_ scope: Scope, _ definitions: Definitions) {
        values = scope.values
        self.definitions = definitions.byName
    }

    mutating func bind(_ name: String, _ value: Value) { values[name] = value }

    mutating func unbind(_ name: String) { values[name] = nil }

    mutating func evaluate(_ expression: RuleExpression) throws(LawError) -> Value {
        for name in expression.names where values[name] == nil {
            guard let definition = definitions[name] else { continue }
            values[name] = try evaluate(definition.expression)
        }
        return try expression.evaluate(values)
    }

    mutating func number(_ expression: RuleExpression) throws(LawError) -> Rational {
        guard let number = try evaluate(expression).rational else {
            throw expression.failed("The expression yields no number.")
        }
        return number
    }

    mutating func condition(_ expression: RuleExpression) throws(LawError) -> Bool {
        guard let holds = try evaluate(expression).bool else {
            throw expression.failed("The expression yields neither true nor false.")
        }
        return holds
    }
}
