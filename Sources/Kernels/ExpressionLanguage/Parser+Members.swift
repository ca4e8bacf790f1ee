extension Parser {
    /// A primary expression with everything that follows it by `.`, `[` and `{`.
    mutating func member() throws(ExpressionError) -> SyntaxNode {
        var operand = try primary()
        while case .symbol(let symbol) = token.kind {
            if symbol == "." {
                operand = try dotted(operand)
            } else if symbol == "[" {
                operand = try indexed(operand)
            } else if symbol == "{", let name = operand.qualifiedName {
                operand = try message(name, operand)
            } else {
                break
            }
        }
        return operand
    }

    private mutating func dotted(_ operand: SyntaxNode) throws(ExpressionError) -> SyntaxNode {
        let location = take().location
        let isOptional = take("?")
        let isQuoted = if case .quotedIdentifier = token.kind { true } else { false }
        let name = try fieldName()
        if !isOptional, !isQuoted, take("(") {
            let arguments = try arguments()
            return try expandMember(name, target: operand, arguments, at: location)
        }
        return try node(.select(operand, field: name, isOptional ? .optional : .plain), at: location)
    }

    private mutating func indexed(_ operand: SyntaxNode) throws(ExpressionError) -> SyntaxNode {
        let location = take().location
        let isOptional = take("?")
        let index = try expression()
        try require("]")
        return try node(.call(isOptional ? "_[?_]" : "_[_]", target: nil, [operand, index]), at: location)
    }

    private mutating func message(_ name: String, _ operand: SyntaxNode) throws(ExpressionError) -> SyntaxNode {
        _ = take()
        return try node(.message(name, try messageFields()), at: operand.location)
    }

    private mutating func primary() throws(ExpressionError) -> SyntaxNode {
        switch token.kind {
        case .symbol("("):
            _ = take()
            let inner = try expression()
            try require(")")
            return inner
        case .symbol("["), .symbol("{"): return try collection()
        case .identifier, .symbol("."): return try named()
        default: return try number()
        }
    }

    private mutating func collection() throws(ExpressionError) -> SyntaxNode {
        let opening = take()
        let isList = opening.kind == .symbol("[")
        return try node(isList ? .list(try listElements()) : .map(try mapEntries()), at: opening.location)
    }

    /// A literal that is not a word.
    private mutating func number() throws(ExpressionError) -> SyntaxNode {
        let token = take()
        let location = token.location
        switch token.kind {
        case .integer(let magnitude):
            guard let value = Int64(exactly: magnitude) else { throw Self.numberTooLarge(location) }
            return try node(.literal(.int(value)), at: location)
        case .unsigned(let value): return try node(.literal(.uint(value)), at: location)
        case .double(let text): return try node(.literal(.double(try Self.double(text, at: location))), at: location)
        case .string(let text): return try node(.literal(.string(text)), at: location)
        case .bytes(let bytes): return try node(.literal(.bytes(bytes)), at: location)
        case .symbol("-"): return try negativeNumber(at: location)
        default: throw ExpressionError(.syntax, "An expression is missing here.", at: location)
        }
    }

    /// A word, a variable or a call of a global function.
    private mutating func named() throws(ExpressionError) -> SyntaxNode {
        let location = token.location
        let isRooted = take(".")
        let word = take()
        if !isRooted, let literal = Self.literal(word.kind) { return try node(.literal(literal), at: location) }
        let name = (isRooted ? "." : "") + (try Self.plainName(word))
        guard take("(") else { return try node(.identifier(name), at: location) }
        let arguments = try arguments()
        return try expandGlobal(name, arguments, at: location)
    }

    private static func literal(_ kind: Token.Kind) -> Value? {
        switch kind {
        case .identifier("true"): .bool(true)
        case .identifier("false"): .bool(false)
        case .identifier("null"): .null
        default: nil
        }
    }

    private static func plainName(_ token: Token) throws(ExpressionError) -> String {
        guard case .identifier(let word) = token.kind else {
            throw ExpressionError(.syntax, "A name is missing here.", at: token.location)
        }
        if ReservedWord.others.contains(word) || ReservedWord.literals.contains(word) {
            throw ExpressionError(.syntax, "\"\(word)\" is a reserved word; use another name.", at: token.location)
        }
        return word
    }

    private mutating func negativeNumber(at location: SourceLocation) throws(ExpressionError) -> SyntaxNode {
        switch take().kind {
        case .integer(let magnitude):
            guard magnitude <= Int64.min.magnitude else { throw Self.numberTooLarge(location) }
            let value = magnitude == Int64.min.magnitude ? Int64.min : -Int64(magnitude)
            return try node(.literal(.int(value)), at: location)
        case .double(let text):
            return try node(.literal(.double(-(try Self.double(text, at: location)))), at: location)
        default: throw ExpressionError(.syntax, "A number is missing after this minus.", at: location)
        }
    }

    private static func numberTooLarge(_ location: SourceLocation) -> ExpressionError {
        ExpressionError(.syntax, "This whole number does not fit an int; add u for a uint.", at: location)
    }

    private static func double(_ text: String, at location: SourceLocation) throws(ExpressionError) -> Double {
        guard let value = Double(text), value.isFinite else {
            throw ExpressionError(.syntax, "This number is too large for a double; use a smaller one.", at: location)
        }
        return value
    }
}

extension SyntaxNode {
    /// `a.b.c` where the node is a chain of plain names, nil otherwise; a dot in front is kept.
    var qualifiedName: String? {
        switch kind {
        case .identifier(let name): name
        case .select(let operand, let field, .plain): operand.qualifiedName.map { "\($0).\(field)" }
        default: nil
        }
    }
}
