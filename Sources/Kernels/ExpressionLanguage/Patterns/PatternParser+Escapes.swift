extension PatternParser {
    mutating func escape() throws(ExpressionError) -> PatternNode {
        let letter = try next()
        switch letter {
        case "A": return .require(.textStart)
        case "z": return .require(.textEnd)
        case "b": return .require(.wordBoundary)
        case "B": return .require(.noWordBoundary)
        case "Q": return literal()
        default: break
        }
        if let set = try namedClass(letter) { return .take(set) }
        return .take(.one(try escapedScalar(letter), ignoresCase: flags.ignoresCase))
    }

    /// Everything up to `\E` as it stands.
    private mutating func literal() -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = peek {
            if scalar == "\\", place + 1 < scalars.count, scalars[place + 1] == "E" {
                place += 2
                break
            }
            nodes.append(.take(.one(scalar, ignoresCase: flags.ignoresCase)))
            place += 1
        }
        return .sequence(nodes)
    }

    mutating func namedClass(_ letter: Unicode.Scalar) throws(ExpressionError) -> ScalarSet? {
        switch letter {
        case "d", "D": return negated(.digit, letter == "D")
        case "w", "W": return negated(.word, letter == "W")
        case "s", "S": return negated(.space, letter == "S")
        case "p", "P":
            var name = ""
            if take("{") {
                while let scalar = peek, scalar != "}" {
                    name.unicodeScalars.append(scalar)
                    place += 1
                }
                guard take("}") else { throw malformed("an unknown class") }
            } else {
                name.unicodeScalars.append(try next())
            }
            let isNegated = name.hasPrefix("^")
            guard let set = ScalarSet.unicode(isNegated ? String(name.dropFirst()) : name) else {
                throw malformed("an unknown class")
            }
            return negated(set, (letter == "P") != isNegated)
        default: return nil
        }
    }

    private func negated(_ set: ScalarSet, _ isNegated: Bool) -> ScalarSet {
        var set = set
        set.isNegated = isNegated
        return set
    }

    mutating func escapedScalar(_ letter: Unicode.Scalar) throws(ExpressionError) -> Unicode.Scalar {
        switch letter {
        case "a": return "\u{07}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "x":
            var digits = ""
            if take("{") {
                while let scalar = peek, scalar != "}", digits.count < 8 {
                    digits.unicodeScalars.append(scalar)
                    place += 1
                }
                guard take("}") else { throw malformed("an escape is not closed") }
            } else {
                for _ in 0..<2 { digits.unicodeScalars.append(try next()) }
            }
            guard digits.unicodeScalars.allSatisfy(Lexer.isHexDigit), let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw malformed("an escape names no character") }
            return scalar
        case "0"..."7":
            var digits = ""
            digits.unicodeScalars.append(letter)
            while digits.count < 3, let scalar = peek, scalar >= "0", scalar <= "7" {
                digits.unicodeScalars.append(scalar)
                place += 1
            }
            // A single digit other than 0 would be a back-reference.
            guard letter == "0" || digits.count > 1, let value = UInt32(digits, radix: 8),
                let scalar = Unicode.Scalar(value)
            else { throw malformed("back-references are not possible") }
            return scalar
        default:
            guard letter.isASCII, letter == "_" || !ScalarSet.word.contains(letter) else {
                throw malformed("an unknown escape")
            }
            return letter
        }
    }
}
