/// Turns tokens into a tree, by recursive descent over the grammar of the CEL language definition.
struct Parser {
    private let tokens: [Token]
    private var place = 0
    private var nesting = 0
    private let depthLimit: Int

    /// Throws `syntax` or `tooDeep`.
    static func parse(_ source: String, depthLimit: Int) throws(ExpressionError) -> SyntaxNode {
        var parser = Parser(tokens: try Lexer.tokens(of: source), depthLimit: depthLimit)
        let node = try parser.expression()
        guard parser.token.kind == .end else {
            throw ExpressionError(
                .syntax, "The expression should end here; an operator or a bracket is missing before it.",
                at: parser.token.location)
        }
        return node
    }

    private init(tokens: [Token], depthLimit: Int) {
        self.tokens = tokens
        self.depthLimit = depthLimit
    }

    var token: Token { tokens[place] }

    private func peek(_ ahead: Int) -> Token.Kind { tokens[min(place + ahead, tokens.count - 1)].kind }

    mutating func take() -> Token {
        let token = tokens[place]
        if place < tokens.count - 1 { place += 1 }
        return token
    }

    mutating func take(_ symbol: String) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        _ = take()
        return true
    }

    mutating func require(_ symbol: String) throws(ExpressionError) {
        guard take(symbol) else { throw missing(symbol) }
    }

    private func missing(_ symbol: String) -> ExpressionError {
        ExpressionError(.syntax, "A \"\(symbol)\" is missing here.", at: token.location)
    }

    /// A node, refused where the tree becomes too deep to be walked safely.
    func node(_ kind: SyntaxNode.Kind, at location: SourceLocation) throws(ExpressionError) -> SyntaxNode {
        let node = SyntaxNode(kind, at: location)
        guard node.depth <= depthLimit else { throw tooDeep(location) }
        return node
    }

    private func tooDeep(_ location: SourceLocation) -> ExpressionError {
        ExpressionError(
            .tooDeep, "The expression is nested deeper than \(depthLimit) levels; split it into several.", at: location)
    }

    mutating func expression() throws(ExpressionError) -> SyntaxNode {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= depthLimit else { throw tooDeep(token.location) }
        let condition = try operation(1)
        let location = token.location
        guard take("?") else { return condition }
        let yes = try operation(1)
        try require(":")
        let no = try expression()
        return try node(.call("_?_:_", target: nil, [condition, yes, no]), at: location)
    }

    /// The operators with two sides by how strongly they bind (CEL language definition, "Syntax").
    private static let binding: [String: Int] = [
        "||": 1, "&&": 2, "<": 3, "<=": 3, ">=": 3, ">": 3, "==": 3, "!=": 3, "in": 3, "+": 4, "-": 4, "*": 5, "/": 5,
        "%": 5,
    ]

    private var binaryOperator: (symbol: String, strength: Int)? {
        switch token.kind {
        case .symbol(let symbol): Self.binding[symbol].map { (symbol, $0) }
        case .identifier("in"): ("in", 3)
        default: nil
        }
    }

    /// Operands joined by operators that bind at least so strongly.
    ///
    /// One function for all strengths, because a function for each would need far more stack at every bracket.
    private mutating func operation(_ least: Int) throws(ExpressionError) -> SyntaxNode {
        var left = try unary()
        while let (symbol, strength) = binaryOperator, strength >= least {
            let location = take().location
            if strength <= 2 {
                left = try logical(left, symbol, strength, at: location)
            } else {
                let right = try operation(strength + 1)
                left = try node(.call(symbol == "in" ? "in" : "_\(symbol)_", target: nil, [left, right]), at: location)
            }
        }
        return left
    }

    /// All terms of a chain of one logical operator, the first of which is already taken.
    private mutating func logical(
        _ first: SyntaxNode, _ symbol: String, _ strength: Int, at location: SourceLocation
    ) throws(ExpressionError) -> SyntaxNode {
        var terms = [first]
        repeat { terms.append(try operation(strength + 1)) } while take(symbol)
        return try node(.logical(isAnd: symbol == "&&", terms), at: location)
    }

    private mutating func unary() throws(ExpressionError) -> SyntaxNode {
        var operators: [(name: String, location: SourceLocation)] = []
        if token.kind == .symbol("!") {
            while token.kind == .symbol("!") { operators.append(("!_", take().location)) }
        } else {
            while token.kind == .symbol("-") {
                // The last minus belongs to a number, so that the smallest int can be written.
                if isNumber(peek(1)) { break }
                operators.append(("-_", take().location))
            }
        }
        var operand = try member()
        for (name, location) in operators.reversed() {
            operand = try node(.call(name, target: nil, [operand]), at: location)
        }
        return operand
    }

    private func isNumber(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .integer, .double: true
        default: false
        }
    }

    // MARK: Lists of expressions

    /// Arguments after an opening parenthesis, which is already taken.
    mutating func arguments() throws(ExpressionError) -> [SyntaxNode] {
        var arguments: [SyntaxNode] = []
        if take(")") { return arguments }
        repeat { arguments.append(try expression()) } while take(",")
        try require(")")
        return arguments
    }

    mutating func listElements() throws(ExpressionError) -> [SyntaxNode.Element] {
        var elements: [SyntaxNode.Element] = []
        while token.kind != .symbol("]") {
            let isOptional = take("?")
            elements.append(SyntaxNode.Element(value: try expression(), isOptional: isOptional))
            guard take(",") else { break }
        }
        try require("]")
        return elements
    }

    mutating func mapEntries() throws(ExpressionError) -> [SyntaxNode.Entry] {
        var entries: [SyntaxNode.Entry] = []
        while token.kind != .symbol("}") {
            let isOptional = take("?")
            let key = try expression()
            try require(":")
            entries.append(SyntaxNode.Entry(key: key, value: try expression(), isOptional: isOptional))
            guard take(",") else { break }
        }
        try require("}")
        return entries
    }

    mutating func messageFields() throws(ExpressionError) -> [SyntaxNode.Field] {
        var fields: [SyntaxNode.Field] = []
        while token.kind != .symbol("}") {
            let isOptional = take("?")
            let location = token.location
            let name = try fieldName()
            try require(":")
            let value = try expression()
            fields.append(SyntaxNode.Field(name: name, value: value, isOptional: isOptional, location: location))
            guard take(",") else { break }
        }
        try require("}")
        return fields
    }

    mutating func fieldName() throws(ExpressionError) -> String {
        let token = token
        switch token.kind {
        case .identifier(let name) where !ReservedWord.literals.contains(name):
            _ = take()
            return name
        case .quotedIdentifier(let name):
            _ = take()
            return name
        default:
            throw ExpressionError(.syntax, "The name of a field is missing here.", at: token.location)
        }
    }
}
