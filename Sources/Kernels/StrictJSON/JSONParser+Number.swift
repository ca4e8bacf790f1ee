extension JSONParser {
    /// RFC 8259, section 6; the first byte is a minus or a digit.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        let negative = bytes[position] == UInt8(ascii: "-")
        if negative { position += 1 }
        let firstDigit = position
        var whole: Int64? = 0
        while position < end, let digit = digit(bytes[position]) {
            whole = Self.appending(digit, to: whole, negative: negative)
            position += 1
        }
        guard position > firstDigit else { throw malformed("A digit is expected after the minus sign.") }
        if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            throw fault(.malformedNumber, "A number does not begin with a superfluous zero.", at: firstDigit)
        }
        var isWhole = true
        if position < end, bytes[position] == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            try digits("A digit is expected after the decimal point.")
        }
        if position < end, bytes[position] == UInt8(ascii: "e") || bytes[position] == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if position < end, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits("A digit is expected in the exponent.")
        }
        if isWhole, let whole { return .integer(whole) }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw fault(.numberOutOfRange, "The number is too large.", at: start)
        }
        return .double(value)
    }

    private mutating func digits(_ message: String) throws(JSONError) {
        let start = position
        while position < end, digit(bytes[position]) != nil { position += 1 }
        guard position > start else { throw malformed(message) }
    }

    private func malformed(_ message: String) -> JSONError {
        position < end ? fault(.malformedNumber, message) : fault(.unexpectedEnd, "The text ends too early. \(message)")
    }

    private func digit(_ byte: UInt8) -> Int64? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int64(byte - UInt8(ascii: "0")) : nil
    }

    private static func appending(_ digit: Int64, to whole: Int64?, negative: Bool) -> Int64? {
        guard let whole else { return nil }
        let (tenfold, overflow) = whole.multipliedReportingOverflow(by: 10)
        guard !overflow else { return nil }
        let (sum, carried) =
            negative ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
        return carried ? nil : sum
    }
}
