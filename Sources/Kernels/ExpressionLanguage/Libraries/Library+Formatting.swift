internal import Quantities

extension FunctionLibrary {
    /// `string.format(list)` with `%s`, `%d`, `%f`, `%e`, `%x`, `%X`, `%o`, `%b` and `%%`
    /// (cel-spec, `doc/extensions/strings.md`).
    public static let formatting = FunctionLibrary([
        .member("format", [.string, .list(.dyn)], .string) { (values, context) throws(ExpressionError) in
            .string(try Formatter.format(try values[0].asString, try values[1].asList, context))
        }
    ])
}

/// Puts values into the places of a format text.
enum Formatter {
    static func format(
        _ format: String, _ arguments: [Value], _ context: EvaluationContext
    ) throws(ExpressionError) -> String {
        var result = ""
        var rest = Array(format.unicodeScalars)[...]
        var next = 0
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            if rest.first == "%" {
                rest.removeFirst()
                result.append("%")
                continue
            }
            let precision = try precision(&rest)
            guard let verb = rest.popFirst() else { throw malformed }
            guard next < arguments.count else {
                throw ExpressionError(.invalidArgument, "The format has more places than there are values; add values.")
            }
            let text = try text(of: arguments[next], verb, precision ?? 6)
            try context.charge(1 + text.utf8.count / 16)
            result += text
            next += 1
        }
        return result
    }

    private static let malformed = ExpressionError(
        .invalidArgument, "The format has an unknown place; use %s, %d, %f, %e, %x, %X, %o, %b or %%.")

    private static func precision(_ rest: inout ArraySlice<Unicode.Scalar>) throws(ExpressionError) -> Int? {
        guard rest.first == "." else { return nil }
        rest.removeFirst()
        var digits = ""
        while let scalar = rest.first, Lexer.isDigit(scalar) {
            digits.unicodeScalars.append(scalar)
            rest.removeFirst()
        }
        guard let number = Int(digits), number <= 1000 else { throw malformed }
        return number
    }

    private static func text(
        of value: Value, _ verb: Unicode.Scalar, _ precision: Int
    ) throws(ExpressionError) -> String {
        switch verb {
        case "s": return try plain(value)
        case "d":
            switch value {
            case .int(let number): return String(number)
            case .uint(let number): return String(number)
            case .double(let number): return DecimalText.shortest(number, style: .plain)
            case .rational(let number): return number.exactText
            default: throw refused(value, "%d")
            }
        case "f", "e":
            let number: Double
            switch value {
            case .int(let whole): number = Double(whole)
            case .uint(let whole): number = Double(whole)
            case .double(let double): number = double
            default: throw refused(value, "%f and %e")
            }
            return verb == "f"
                ? DecimalText.fixed(number, precision: precision) : DecimalText.scientific(number, precision: precision)
        case "x", "X": return try hexadecimal(value, uppercase: verb == "X")
        case "o":
            switch value {
            case .int(let number): return String(number, radix: 8)
            case .uint(let number): return String(number, radix: 8)
            default: throw refused(value, "%o")
            }
        case "b":
            switch value {
            case .int(let number): return String(number, radix: 2)
            case .uint(let number): return String(number, radix: 2)
            case .bool(let flag): return flag ? "1" : "0"
            default: throw refused(value, "%b")
            }
        default: throw malformed
        }
    }

    private static func hexadecimal(_ value: Value, uppercase: Bool) throws(ExpressionError) -> String {
        let bytes: [UInt8]
        switch value {
        case .int(let number): return String(number, radix: 16, uppercase: uppercase)
        case .uint(let number): return String(number, radix: 16, uppercase: uppercase)
        case .string(let text): bytes = Array(text.utf8)
        case .bytes(let octets): bytes = octets
        default: throw refused(value, "%x")
        }
        var text = ""
        for byte in bytes {
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16, uppercase: uppercase)
        }
        return text
    }

    private static func plain(_ value: Value) throws(ExpressionError) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number): return DecimalText.shortest(number, style: .plain)
        case .string(let text): return text
        case .bytes(let bytes): return utf8(bytes)
        case .timestamp(let instant): return instant.description
        case .duration(let span): return span.description
        case .type(let name): return name
        case .rational(let number): return number.exactText
        case .date(let date): return date.description
        case .list(let elements):
            var parts: [String] = []
            for element in elements { parts.append(try plain(element)) }
            return "[\(parts.joined(separator: ", "))]"
        case .map(let map):
            var parts: [(key: String, value: String)] = []
            for (index, key) in map.keys.enumerated() { parts.append((try plain(key), try plain(map.values[index]))) }
            parts.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return "{\(parts.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        case .optional: throw refused(value, "%s")
        }
    }

    /// Text with one replacement character for each run of octets that are no UTF-8.
    private static func utf8(_ bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        var decoder = UTF8()
        var octets = bytes.makeIterator()
        var wasBroken = false
        while true {
            switch decoder.decode(&octets) {
            case .scalarValue(let scalar):
                text.append(scalar)
                wasBroken = false
            case .error:
                if !wasBroken { text.append("\u{FFFD}") }
                wasBroken = true
            case .emptyInput: return String(text)
            }
        }
    }

    private static func refused(_ value: Value, _ verb: String) -> ExpressionError {
        ExpressionError(.invalidArgument, "\(verb) does not format a value of type \(value.typeName).")
    }
}
