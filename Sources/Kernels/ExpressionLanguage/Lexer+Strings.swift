extension Lexer {
    /// How a quoted literal begins.
    struct StringPrefix {
        var isBytes = false
        var isRaw = false
        /// Of the letters before the quote.
        var length = 0
    }

    func stringPrefix() -> StringPrefix? {
        var prefix = StringPrefix()
        if peek() == "b" || peek() == "B" {
            prefix.isBytes = true
            prefix.length += 1
        }
        if peek(prefix.length) == "r" || peek(prefix.length) == "R" {
            prefix.isRaw = true
            prefix.length += 1
        }
        return peek(prefix.length) == "\"" || peek(prefix.length) == "'" ? prefix : nil
    }

    /// The content of a literal; the lexer stands on its opening quote.
    mutating func quoted(_ prefix: StringPrefix, from start: SourceLocation) throws(ExpressionError) -> Token.Kind {
        guard let quote = peek() else { throw unclosed(start) }
        let isTriple = peek(1) == quote && peek(2) == quote
        advance(isTriple ? 3 : 1)
        var text = String.UnicodeScalarView()
        var bytes: [UInt8] = []
        while true {
            guard let scalar = peek() else { throw unclosed(start) }
            if scalar == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                advance(isTriple ? 3 : 1)
                return prefix.isBytes ? .bytes(bytes) : .string(String(text))
            }
            if !isTriple, scalar == "\n" || scalar == "\r" { throw unclosed(start) }
            let content: Escaped
            if scalar == "\\", !prefix.isRaw {
                content = try escape(isBytes: prefix.isBytes)
            } else {
                advance()
                content = .scalar(scalar)
            }
            switch content {
            case .scalar(let scalar) where prefix.isBytes: bytes.append(contentsOf: String(Character(scalar)).utf8)
            case .scalar(let scalar): text.append(scalar)
            case .octet(let byte) where prefix.isBytes: bytes.append(byte)
            case .octet(let byte): text.append(Unicode.Scalar(byte))
            }
        }
    }

    private enum Escaped {
        case scalar(Unicode.Scalar)
        /// A code below 256: a scalar in a string, an octet in bytes.
        case octet(UInt8)
    }

    private mutating func escape(isBytes: Bool) throws(ExpressionError) -> Escaped {
        let start = location
        let malformed = ExpressionError(
            .syntax, "This escape sequence is not known; write \\\\ for a backslash, or a raw string r\"…\".", at: start
        )
        advance()
        guard let letter = peek() else { throw malformed }
        if let plain = Self.simpleEscapes[letter] {
            advance()
            return .scalar(plain)
        }
        switch letter {
        case "x", "X":
            advance()
            guard let value = digits(2, radix: 16) else { throw malformed }
            return .octet(UInt8(value))
        case "0", "1", "2", "3":
            guard let value = digits(3, radix: 8) else { throw malformed }
            return .octet(UInt8(value))
        case "u" where !isBytes, "U" where !isBytes:
            advance()
            guard var value = digits(letter == "u" ? 4 : 8, radix: 16) else { throw malformed }
            if letter == "u", (0xD800...0xDBFF).contains(value), peek() == "\\", peek(1) == "u" {
                advance(2)
                guard let low = digits(4, radix: 16), (0xDC00...0xDFFF).contains(low) else { throw malformed }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else { throw malformed }
            return .scalar(scalar)
        default: throw malformed
        }
    }

    private mutating func digits(_ count: Int, radix: Int) -> UInt32? {
        var text = ""
        for _ in 0..<count {
            guard let scalar = peek(), Self.isHexDigit(scalar) else { return nil }
            text.unicodeScalars.append(scalar)
            advance()
        }
        return UInt32(text, radix: radix)
    }

    private func unclosed(_ start: SourceLocation) -> ExpressionError {
        ExpressionError(.syntax, "This text is not closed; put its quote at the end of it.", at: start)
    }

    private static let simpleEscapes: [Unicode.Scalar: Unicode.Scalar] = [
        "\\": "\\", "?": "?", "\"": "\"", "'": "'", "`": "`", "a": "\u{07}", "b": "\u{08}", "f": "\u{0C}", "n": "\n",
        "r": "\r", "t": "\t", "v": "\u{0B}",
    ]
}
