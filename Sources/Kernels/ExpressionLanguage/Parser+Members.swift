extension Parser {
    /// A primary expression with everything that follows it by `.`, `[` and `{`.
    mutating func member() throws(ExpressionError) -> SyntaxNode {
        var operand = try primary()
        while true {
            let location = token.location
            if take(".") {
                let isOptional = take("?")
                let isQuoted = if case .quotedIdentifier = token.kind { true } else { false }
                let name = try fieldName()
                if !isOptional, !isQuoted, take("(") {
                    let arguments = try arguments()
                    operand = try expandMember(name, target: operand, arguments, at: location)
                } else {
                    operand = try node(.select(operand, field: name, isOptional ? .optional : .plain), at: location)
                }
            } else if take("[") {
                let isOptional = take("?")
                let index = try expression()
                try require("]")
                operand = try node(.call(isOptional ? "_[?_]" : "_[_]", target: nil, [operand, index]), at: location)
            } else if token.kind == .symbol("{"), let name = operand.qualifiedName {
                _ = take()
                operand = try node(.message(name, try messageFields()), at: operand.location)
            } else {
                return operand
            }
        }
    }

    private mutating func primary() throws(ExpressionError) -> SyntaxNode {
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
        case .symbol("("):
            let inner = try expression()
            try require(")")
            return inner
        case .symbol("["): return try node(.list(try listElements()), at: location)
        case .symbol("{"): return try node(.map(try mapEntries()), at: location)
        case .symbol("."):
            guard case .identifier(let name) = self.token.kind else { break }
            return try named("." + name, take(), at: location)
        case .identifier(let name): return try named(name, token, at: location)
        default: break
        }
        throw ExpressionError(.syntax, "An expression is missing here.", at: location)
    }

    private mutating func named(_ name: String, _ token: Token, at location: SourceLocation) throws(ExpressionError)
        -> SyntaxNode
    {
        guard case .identifier(let word) = token.kind else {
            throw ExpressionError(.syntax, "A name is missing here.", at: location)
        }
        switch name {
        case "true": return try node(.literal(.bool(true)), at: location)
        case "false": return try node(.literal(.bool(false)), at: location)
        case "null": return try node(.literal(.null), at: location)
        default: break
        }
        if ReservedWord.others.contains(word) || ReservedWord.literals.contains(word) {
            throw ExpressionError(.syntax, "\"\(word)\" is a reserved word; use another name.", at: location)
        }
        guard take("(") else { return try node(.identifier(name), at: location) }
        let arguments = try arguments()
        return try expandGlobal(name, arguments, at: location)
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
