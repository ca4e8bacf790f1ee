extension JSONParser {
    /// RFC 8259, section 7; the first byte is the opening quotation mark.
    mutating func string() throws(JSONError) -> String {
        let opening = position
        position += 1
        let start = position
        while position < end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                try checkLength(position - start, at: opening)
                let text = try decoded(start..<position)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start, opening: opening) }
            guard byte >= 0x20 else { throw controlCharacter() }
            position += 1
        }
        throw fault(.unexpectedEnd, "The text ends inside a string.")
    }

    private mutating func stringWithEscapes(from start: Int, opening: Int) throws(JSONError) -> String {
        var text = ""
        var chunk = start
        while position < end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                text += try decoded(chunk..<position)
                try checkLength(text.utf8.count, at: opening)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") {
                text += try decoded(chunk..<position)
                try checkLength(text.utf8.count, at: opening)
                text.unicodeScalars.append(try escape())
                chunk = position
            } else {
                guard byte >= 0x20 else { throw controlCharacter() }
                position += 1
            }
        }
        throw fault(.unexpectedEnd, "The text ends inside a string.")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = position
        position += 2
        guard position <= end else { throw fault(.unexpectedEnd, "The text ends inside a string.", at: end) }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw fault(.invalidEscape, "JSON has no such escape after a backslash.", at: start)
        }
        let high = try hexadecimal(from: start)
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800...0xDBFF).contains(high), position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw fault(.loneSurrogate, "Half of a surrogate pair stands alone.", at: start) }
        position += 2
        let low = try hexadecimal(from: start)
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        else { throw fault(.loneSurrogate, "Half of a surrogate pair stands alone.", at: start) }
        return scalar
    }

    private mutating func hexadecimal(from start: Int) throws(JSONError) -> UInt32 {
        guard position + 4 <= end else { throw fault(.unexpectedEnd, "The text ends inside an escape.", at: end) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch bytes[position] {
            case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case let byte where byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"):
                digit = byte - UInt8(ascii: "a") + 10
            case let byte where byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "F"):
                digit = byte - UInt8(ascii: "A") + 10
            default: throw fault(.invalidEscape, "Four hexadecimal digits are expected after \\u.", at: start)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func checkLength(_ count: Int, at opening: Int) throws(JSONError) {
        guard count <= limits.stringBytes else {
            throw fault(.stringTooLong, "The string has more than \(limits.stringBytes) bytes.", at: opening)
        }
    }

    private func controlCharacter() -> JSONError {
        fault(.malformedString, "A control character stands bare in a string; write it as an escape.")
    }

    private func decoded(_ range: Range<Int>) throws(JSONError) -> String {
        let slice = UnsafeBufferPointer(rebasing: bytes[range])
        if let text = String(validating: slice, as: UTF8.self) { return text }
        throw fault(.invalidUTF8, "The string is not well-formed UTF-8.", at: range.lowerBound + Self.wellFormed(slice))
    }

    /// How many bytes at the start are well-formed (The Unicode Standard, table 3-7).
    private static func wellFormed(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0...0x7F: length = 1
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: length = 4
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return index
            }
            guard index + length <= bytes.count else { return index }
            if length > 1, !second.contains(bytes[index + 1]) { return index }
            for offset in 2..<max(length, 2) where !(0x80...0xBF).contains(bytes[index + offset]) { return index }
            index += length
        }
        return index
    }
}
