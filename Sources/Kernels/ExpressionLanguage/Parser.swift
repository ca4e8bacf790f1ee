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
        guard take(symbol) else {
            throw ExpressionError(.syntax, "A \"\(symbol)\" is missing here.", at: token.location)
        }
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
        guard nesting * 2 <= depthLimit else { throw tooDeep(token.location) }
        let condition = try disjunction()
        let location = token.location
        guard take("?") else { return condition }
        let yes = try disjunction()
        try require(":")
        let no = try expression()
        return try node(.call("_?_:_", target: nil, [condition, yes, no]), at: location)
    }

    private mutating func disjunction() throws(ExpressionError) -> SyntaxNode {
        var terms = [try conjunction()]
        let location = token.location
        while take("||") { terms.append(try conjunction()) }
        return terms.count == 1 ? terms[0] : try node(.logical(isAnd: false, terms), at: location)
    }

    private mutating func conjunction() throws(ExpressionError) -> SyntaxNode {
        var terms = [try relation()]
        let location = token.location
        while take("&&") { terms.append(try relation()) }
        return terms.count == 1 ? terms[0] : try node(.logical(isAnd: true, terms), at: location)
    }

    private static let relations: Set<String> = ["<", "<=", ">=", ">", "==", "!="]

    private mutating func relation() throws(ExpressionError) -> SyntaxNode {
        var left = try addition()
        while true {
            let location = token.location
            switch token.kind {
            case .symbol(let symbol) where Self.relations.contains(symbol):
                _ = take()
                left = try node(.call("_\(symbol)_", target: nil, [left, try addition()]), at: location)
            case .identifier("in"):
                _ = take()
                left = try node(.call("in", target: nil, [left, try addition()]), at: location)
            default: return left
            }
        }
    }

    private mutating func addition() throws(ExpressionError) -> SyntaxNode {
        var left = try multiplication()
        while case .symbol(let symbol) = token.kind, symbol == "+" || symbol == "-" {
            let location = take().location
            left = try node(.call("_\(symbol)_", target: nil, [left, try multiplication()]), at: location)
        }
        return left
    }

    private mutating func multiplication() throws(ExpressionError) -> SyntaxNode {
        var left = try unary()
        while case .symbol(let symbol) = token.kind, symbol == "*" || symbol == "/" || symbol == "%" {
            let location = take().location
            left = try node(.call("_\(symbol)_", target: nil, [left, try unary()]), at: location)
        }
        return left
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
