import ExpressionLanguage
import Quantities

/// An expression of the law, compiled once, that knows the file and field it stands in.
struct RuleExpression: Sendable {
    let expression: Expression
    let file: String
    let field: String
    let line: Int?
    /// The names it reads, each a fact, a definition or a parameter.
    let names: [String]

    /// Compiles the text at `node`.
    ///
    /// Throws `invalidExpression` where it cannot be read, its types do not fit `environment`, or it yields none of
    /// `types` (any type when empty); `unknownReference` where it compares with a word that is no code of any choice.
    init(
        _ node: LawNode, in environment: Environment, yielding types: [ValueType], choices: Set<String>
    ) throws(LawError) {
        do throws(LawError) {
            expression = try Self.compiled(node, in: environment, yielding: types, choices: choices)
        } catch {
            try node.tolerate(error)
            guard let neutral = try? Expression(Self.neutral(types), in: environment) else { throw error }
            expression = neutral
        }
        file = node.file
        line = node.line
        field = node.path
        names = expression.variables.sorted()
    }

    private static func compiled(
        _ node: LawNode, in environment: Environment, yielding types: [ValueType], choices: Set<String>
    ) throws(LawError) -> Expression {
        let source = try node.text()
        let expression: Expression
        do throws(ExpressionError) {
            expression = try Expression(source, in: environment)
        } catch {
            throw node.error(.invalidExpression, "The expression is not valid; correct it. \(error)")
        }
        // While faults are collected, a name that could not be read has any type.
        let isOpen = node.faults != nil && expression.resultType == .dyn
        guard types.isEmpty || types.contains(expression.resultType) || isOpen else {
            throw node.error(
                .invalidExpression,
                "The expression yields \(expression.resultType); it must yield "
                    + types.map(\.description).joined(separator: " or ") + ".")
        }
        for word in Self.words(in: source) where !choices.contains(word) {
            throw node.error(.unknownReference, "No choice of the facts has the code \"\(word)\"; correct the word.")
        }
        return expression
    }

    /// What stands in for an expression that cannot be read, while faults are collected.
    private static func neutral(_ types: [ValueType]) -> String {
        if types.contains(.bool) { return "false" }
        if types.contains(.string) { return "\"\"" }
        if types.contains(.date) { return "date(\"2000-01-01\")" }
        return types.isEmpty ? "dyn(0)" : "0"
    }

    func evaluate(_ values: [String: Value]) throws(LawError) -> Value {
        do throws(ExpressionError) {
            return try expression.evaluate(Bindings(values))
        } catch {
            throw failed("The expression could not be computed. \(error)")
        }
    }

    func misplaced(_ message: String) -> LawError {
        LawError(.wrongType, file: file, field: field, line: line, message)
    }

    func failed(_ message: String) -> LawError {
        LawError(.evaluationFailed, file: file, field: field, line: line, message)
    }

    /// The quoted texts that are words: letters and digits, beginning with a letter.
    ///
    /// The type checker sees only that a choice is a text; this finds `"seniorExecutve"`.
    private static func words(in source: String) -> [String] {
        var words: [String] = []
        var quote: Character?
        var word = ""
        for character in source {
            if let open = quote {
                if character == open {
                    quote = nil
                    if word.first?.isLetter == true, word.allSatisfy({ $0.isLetter || $0.isNumber }) {
                        words.append(word)
                    }
                } else {
                    word.append(character)
                }
            } else if character == "\"" || character == "'" {
                quote = character
                word = ""
            }
        }
        return words
    }
}
