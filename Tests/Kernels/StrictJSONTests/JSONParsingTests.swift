import StrictJSON
import Testing

@Suite("Reading JSON strictly")
struct JSONParsingTests {
    @Test("Whole numbers stay whole as far as 64 bits reach, every other number is a double")
    func numbers() throws {
        #expect(try JSONValue(parsing: "9223372036854775807") == .integer(.max))
        #expect(try JSONValue(parsing: "-9223372036854775808") == .integer(.min))
        #expect(try JSONValue(parsing: "9223372036854775808") == .double(9_223_372_036_854_775_808))
        #expect(try JSONValue(parsing: "-0") == .integer(0))
        #expect(try JSONValue(parsing: "1.0") == .double(1))
        #expect(try JSONValue(parsing: "1e2") == .double(100))
        #expect(try JSONValue(parsing: "-1.5E-3") == .double(-0.0015))
    }

    @Test(
        "A number that RFC 8259 does not write is refused",
        arguments: ["01", "-", "-a", "1.", "1.e1", ".5", "+1", "1e", "1e+", "0x10", "NaN", "Infinity", "--1", "-01"])
    func malformedNumbers(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("A number beyond the range of a double is refused, one too small for it becomes zero")
    func range() throws {
        #expect(refusal("1e999")?.code == .numberOutOfRange)
        #expect(try JSONValue(parsing: "1e-999") == .double(0))
    }

    @Test("Escapes, surrogate pairs and Arabic are read as the characters they mean")
    func strings() throws {
        #expect(try JSONValue(parsing: #""\"\\\/\b\f\n\r\t\u0633\u062C""#) == .string("\"\\/\u{8}\u{C}\n\r\tسج"))
        #expect(try JSONValue(parsing: #""a\uD83D\uDE00b""#) == "a😀b")
        #expect(try JSONValue(parsing: "\"سجلّ ⵙⵉⵊⵉⵍⵍ\"") == "سجلّ ⵙⵉⵊⵉⵍⵍ")
        #expect(try JSONValue(parsing: #""\u0000""#) == "\u{0}")
    }

    @Test(
        "Half of a surrogate pair is refused wherever it stands",
        arguments: [#""\uD83D""#, #""\uDE00""#, #""\uD83Dx""#, #""\uD83D\n""#, #""\uD83D\uD83D""#, #""\uDE00\uD83D""#])
    func loneSurrogates(text: String) {
        #expect(refusal(text)?.code == .loneSurrogate)
    }

    @Test("An unknown or unfinished escape is refused")
    func escapes() {
        #expect(refusal(#""\x41""#)?.code == .invalidEscape)
        #expect(refusal(#""\u12G4""#)?.code == .invalidEscape)
        #expect(refusal(#""\u12"#)?.code == .unexpectedEnd)
        #expect(refusal(#""\"#)?.code == .unexpectedEnd)
        #expect(refusal("\"a\nb\"")?.code == .malformedString)
    }

    @Test(
        "Ill-formed UTF-8 is refused at its first byte",
        arguments: [
            [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0x80], [0xC3], [0xE2, 0x82], [0xFF],
        ] as [[UInt8]])
    func malformedUTF8(bytes: [UInt8]) {
        let text: [UInt8] = [0x5B, 0x22, 0x61] + bytes + [0x22, 0x5D]
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.code == .invalidUTF8)
        #expect(error?.offset == 3)
        #expect(error?.path == "[0]")
    }

    @Test("A member name used twice is refused with its path, its line and its column")
    func duplicates() {
        let error = refusal("{\"members\":[{},\n  {\"birthDate\":1,\n   \"birthDate\":2}]}")
        #expect(error?.code == .duplicateKey)
        #expect(error?.path == "members[1].birthDate")
        #expect(error?.line == 3)
        #expect(error?.column == 4)
        #expect(refusal(#"{"a":1,"\u0061":2}"#)?.code == .duplicateKey)
    }

    @Test("A duplicate is found in a large object too")
    func duplicateAmongMany() {
        let members = (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(refusal("{\(members)}") == nil)
        #expect(refusal("{\(members),\"k57\":0}")?.path == "k57")
    }

    @Test("Nothing may follow the value or stand before it but white space")
    func trailing() throws {
        #expect(try JSONValue(parsing: " \t\r\n{} \n") == [:])
        #expect(refusal("{} {}")?.code == .trailingBytes)
        #expect(refusal("1,")?.code == .trailingBytes)
        #expect(refusal("\u{FEFF}{}")?.code == .unexpectedByte)
        #expect(refusal("")?.code == .unexpectedEnd)
        #expect(refusal("\u{A0}1")?.code == .unexpectedByte)
    }

    @Test(
        "Commas, colons and brackets stand exactly where the grammar has them",
        arguments: [
            "[1,]", "[,1]", "[1 2]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{'a':1}", "{,}", "[", "{", "{\"a\"",
            "{\"a\":",
            "[1", "tru", "truex", "nul", "// c\n1", "[1]]", "}",
        ])
    func grammar(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("Depth and length are limited where the caller says")
    func limits() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONValue(parsing: deep)
        #expect(refusal("[\(deep)]")?.code == .tooDeep)
        #expect(refusal(String(repeating: "[", count: 1_000_000))?.code == .tooDeep)
        let limits = JSONLimits(depth: 2, stringBytes: 3)
        _ = try JSONValue(parsing: "[\"abc\"]", limits: limits)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[\"abcd\"]", limits: limits) }
        #expect(error?.code == .stringTooLong)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[\"\\u0633\\u062C\"]", limits: limits) }
    }

    @Test("No prefix of a text and no changed byte stops the program")
    func damage() {
        let text = Array(#"{"a":[1,-2.5e3,"س\u0633\uD83D\uDE00",true,false,null,{"b":{}}]}"#.utf8)
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: text.prefix(count)) }
        }
        for place in text.indices {
            for byte in [0, 0x22, 0x2C, 0x5C, 0x7B, 0x7D, 0x80, 0xFF] as [UInt8] {
                var damaged = text
                damaged[place] = byte
                _ = try? JSONValue(parsing: damaged)
            }
        }
    }

    private func refusal(_ text: String) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONValue(parsing: text)
            return nil
        } catch {
            return error
        }
    }
}
