/// Reads the tokens of an expression (CEL language definition, "Syntax").
struct Lexer {
    private(set) var scalars: [Unicode.Scalar]
    var place = 0
    private var line: Int32 = 1
    private var column: Int32 = 1

    init(_ source: String) {
        scalars = Array(source.unicodeScalars)
    }

    var location: SourceLocation { SourceLocation(line: line, column: column) }

    func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        place + ahead < scalars.count ? scalars[place + ahead] : nil
    }

    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where place < scalars.count {
            if scalars[place] == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
            place += 1
        }
    }

    /// All tokens, the last being `end`. Throws `syntax`.
    static func tokens(of source: String) throws(ExpressionError) -> [Token] {
        var lexer = Lexer(source)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private mutating func next() throws(ExpressionError) -> Token {
        skipBlanks()
        let start = location
        guard let first = peek() else { return Token(kind: .end, location: start) }
        if let prefix = stringPrefix() {
            advance(prefix.length)
            return Token(kind: try quoted(prefix, from: start), location: start)
        }
        if Self.startsIdentifier(first) { return Token(kind: .identifier(word()), location: start) }
        if Self.isDigit(first) || (first == "." && peek(1).map(Self.isDigit) == true) {
            return Token(kind: try number(from: start), location: start)
        }
        if first == "`" { return Token(kind: try backquoted(from: start), location: start) }
        if let symbol = symbol(first) {
            advance(symbol.utf8.count)
            return Token(kind: .symbol(symbol), location: start)
        }
        throw ExpressionError(.syntax, "This character has no meaning here; remove it.", at: start)
    }

    /// The operator or bracket that begins with `first`, where the lexer stands.
    private func symbol(_ first: Unicode.Scalar) -> String? {
        switch first {
        case "&", "|": peek(1) == first ? (first == "&" ? "&&" : "||") : nil
        case "=": peek(1) == "=" ? "==" : nil
        case "!", "<", ">": String(Character(first)) + (peek(1) == "=" ? "=" : "")
        case "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "+", "-", "*", "/", "%": String(Character(first))
        default: nil
        }
    }

    private mutating func skipBlanks() {
        while let scalar = peek() {
            if scalar == "/", peek(1) == "/" {
                while peek() != nil, peek() != "\n" { advance() }
            } else if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{0C}" {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func word() -> String {
        var text = String.UnicodeScalarView()
        while let scalar = peek(), Self.startsIdentifier(scalar) || Self.isDigit(scalar) {
            text.append(scalar)
            advance()
        }
        return String(text)
    }

    private mutating func backquoted(from start: SourceLocation) throws(ExpressionError) -> Token.Kind {
        advance()
        var text = String.UnicodeScalarView()
        while let scalar = peek(), scalar != "`" {
            guard Self.startsIdentifier(scalar) || Self.isDigit(scalar) || " .-/".unicodeScalars.contains(scalar) else {
                throw ExpressionError(
                    .syntax, "A name in backquotes has letters, digits and _ . - / only; use [\"…\"] instead.",
                    at: start)
            }
            text.append(scalar)
            advance()
        }
        guard peek() != nil, !text.isEmpty else {
            throw ExpressionError(.syntax, "A name in backquotes is not closed or empty; close it with `.", at: start)
        }
        advance()
        return .quotedIdentifier(String(text))
    }

    private mutating func number(from start: SourceLocation) throws(ExpressionError) -> Token.Kind {
        if peek() == "0", peek(1) == "x" || peek(1) == "X" {
            advance(2)
            let digits = run(of: Self.isHexDigit)
            return try integer(digits, radix: 16, from: start)
        }
        var text = run(of: Self.isDigit)
        var isDouble = false
        if peek() == ".", let next = peek(1), Self.isDigit(next) {
            isDouble = true
            advance()
            text += "." + run(of: Self.isDigit)
        }
        if peek() == "e" || peek() == "E" {
            let signed = peek(1) == "+" || peek(1) == "-"
            if let digit = peek(signed ? 2 : 1), Self.isDigit(digit) {
                isDouble = true
                text += "e"
                advance()
                if signed, let sign = peek() {
                    text.unicodeScalars.append(sign)
                    advance()
                }
                text += run(of: Self.isDigit)
            }
        }
        guard isDouble else { return try integer(text, radix: 10, from: start) }
        try refuseLetter(from: start)
        return .double(text.hasPrefix(".") ? "0" + text : text)
    }

    private mutating func integer(
        _ digits: String, radix: Int, from start: SourceLocation
    ) throws(ExpressionError) -> Token.Kind {
        let unsigned = peek() == "u" || peek() == "U"
        if unsigned { advance() }
        try refuseLetter(from: start)
        guard !digits.isEmpty, let magnitude = UInt64(digits, radix: radix) else {
            throw ExpressionError(.syntax, "This whole number does not fit 64 bits; use a smaller one.", at: start)
        }
        return unsigned ? .unsigned(magnitude) : .integer(magnitude: magnitude)
    }

    private func refuseLetter(from start: SourceLocation) throws(ExpressionError) {
        if let next = peek(), Self.startsIdentifier(next) {
            throw ExpressionError(.syntax, "A number runs into a name; put a blank between them.", at: start)
        }
    }

    private mutating func run(of belongs: (Unicode.Scalar) -> Bool) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = peek(), belongs(scalar) {
            text.append(scalar)
            advance()
        }
        return String(text)
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    static func isHexDigit(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || (scalar >= "a" && scalar <= "f") || (scalar >= "A" && scalar <= "F")
    }

    static func startsIdentifier(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z")
    }
}
