/// One lexical element of an expression.
struct Token: Sendable {
    enum Kind: Hashable, Sendable {
        case identifier(String)
        /// A field name in backquotes.
        case quotedIdentifier(String)
        case integer(magnitude: UInt64)
        case unsigned(UInt64)
        /// The text of a floating-point number.
        case double(String)
        case string(String)
        case bytes([UInt8])
        /// An operator or a bracket.
        case symbol(String)
        case end
    }

    let kind: Kind
    let location: SourceLocation
}

/// Words of the grammar that cannot name a variable or a global function.
enum ReservedWord {
    static let literals: Set<String> = ["true", "false", "null", "in"]
    static let others: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
}
