/// What a parser accepts at most.
public struct JSONLimits: Hashable, Sendable {
    /// How many arrays and objects may stand inside each other; the parser is recursive, so keep it below a thousand.
    public var depth: Int
    /// The longest string or member name, in bytes of UTF-8 after unescaping.
    public var stringBytes: Int

    public init(depth: Int = 64, stringBytes: Int = 1 << 20) {
        self.depth = depth
        self.stringBytes = stringBytes
    }
}

extension JSONValue {
    /// Parses one JSON text in UTF-8, strictly by RFC 8259.
    ///
    /// Refuses duplicate member names, anything after the value but white space, a byte order mark, ill-formed UTF-8,
    /// lone surrogates in escapes, numbers beyond a double's range and what exceeds `limits`. Throws `JSONError` with the
    /// byte's place and the member's path.
    public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        let contiguous = bytes.withContiguousStorageIfAvailable { Self.parse($0, limits) }
        let result = contiguous ?? Array(bytes).withUnsafeBufferPointer { Self.parse($0, limits) }
        self = try result.get()
    }

    /// Parses the UTF-8 of `text`; see `init(parsing:limits:)` for bytes.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(parsing: text.utf8, limits: limits)
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits
    ) -> Result<JSONValue, JSONError> {
        var parser = JSONParser(bytes: bytes, limits: limits)
        do throws(JSONError) {
            return .success(try parser.document())
        } catch {
            return .failure(error)
        }
    }
}

/// A recursive-descent parser over bytes that outlive it.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let end: Int
    let limits: JSONLimits
    var position = 0
    var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
        end = bytes.count
    }

    mutating func document() throws(JSONError) -> JSONValue {
        skipWhiteSpace()
        let value = try value()
        skipWhiteSpace()
        guard position == end else {
            throw fault(.trailingBytes, "Something follows the end of the JSON value; send one value.")
        }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        guard position < end else { throw fault(.unexpectedEnd, "The text ends where a value is expected.") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        case 0xEF where position == 0:
            throw fault(.unexpectedByte, "The text begins with a byte order mark; remove it.")
        default: throw fault(.unexpectedByte, "This byte cannot begin a JSON value.")
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try descend()
        var object = JSONObject()
        skipWhiteSpace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return object
        }
        while true {
            guard position < end, bytes[position] == UInt8(ascii: "\"") else {
                throw unexpected("A member name in double quotes is expected here.")
            }
            let start = position
            let key = try string()
            do throws(JSONError) {
                skipWhiteSpace()
                guard take(UInt8(ascii: ":")) else { throw unexpected("A colon is expected after a member name.") }
                skipWhiteSpace()
                let value = try value()
                guard object.append(value, for: key) else {
                    throw fault(.duplicateKey, "This member name is used twice in one object; send it once.", at: start)
                }
            } catch {
                throw error.within(.member(key))
            }
            skipWhiteSpace()
            if take(UInt8(ascii: ",")) {
                skipWhiteSpace()
            } else if take(UInt8(ascii: "}")) {
                depth -= 1
                return object
            } else {
                throw unexpected("A comma or a closing brace is expected here.")
            }
        }
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try descend()
        var elements: [JSONValue] = []
        skipWhiteSpace()
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return elements
        }
        while true {
            do throws(JSONError) {
                elements.append(try value())
            } catch {
                throw error.within(.element(elements.count))
            }
            skipWhiteSpace()
            if take(UInt8(ascii: ",")) {
                skipWhiteSpace()
            } else if take(UInt8(ascii: "]")) {
                depth -= 1
                return elements
            } else {
                throw unexpected("A comma or a closing bracket is expected here.")
            }
        }
    }

    private mutating func descend() throws(JSONError) {
        position += 1
        depth += 1
        guard depth <= limits.depth else {
            throw fault(.tooDeep, "Arrays and objects stand more than \(limits.depth) deep.", at: position - 1)
        }
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        var matched = 0
        while matched < count, position + matched < end, bytes[position + matched] == word.utf8Start[matched] {
            matched += 1
        }
        position += matched
        guard matched == count else { throw unexpected("Only the words true, false and null are allowed here.") }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhiteSpace() {
        while position < end {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }
}

extension JSONParser {
    func fault(_ code: JSONError.Code, _ message: String, at offset: Int? = nil) -> JSONError {
        let offset = offset ?? position
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, end) where bytes[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return JSONError(code: code, offset: offset, line: line, column: offset - lineStart + 1, message: message)
    }

    func unexpected(_ message: String) -> JSONError {
        position < end ? fault(.unexpectedByte, message) : fault(.unexpectedEnd, "The text ends too early. \(message)")
    }
}

extension JSONError {
    func within(_ step: JSONPathStep) -> JSONError {
        var error = self
        error.path = step.prepended(to: path)
        return error
    }
}
