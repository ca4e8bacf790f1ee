/// A place in a parsed document that knows its path, for reading members of known types.
///
/// Stepping to a member that is absent is no error; reading it as a type is: `cursor["head"]["ref"].string()` throws a
/// `JSONError` with code `missingMember` or `wrongType` and the path `head.ref`.
public struct JSONCursor: Sendable {
    /// The value found, nil where the member is absent.
    public let value: JSONValue?
    /// Where it is, like `members[2].birthDate`.
    public let path: String

    /// Stands on a whole document, or on a part of one known by `path`.
    public init(_ value: JSONValue?, path: String = "") {
        self.value = value
        self.path = path
    }

    public subscript(key: String) -> JSONCursor {
        JSONCursor(value?[key], path: JSONPathStep.member(key).appended(to: path))
    }

    public subscript(index: Int) -> JSONCursor {
        JSONCursor(value?[index], path: JSONPathStep.element(index).appended(to: path))
    }

    /// The cursor itself, or nil where the member is absent or null.
    public var ifPresent: JSONCursor? { value == nil || value == .null ? nil : self }

    public func string() throws(JSONError) -> String { try read("a text", \.string) }
    public func integer() throws(JSONError) -> Int64 { try read("a whole number", \.integer) }
    public func double() throws(JSONError) -> Double { try read("a number", \.double) }
    public func bool() throws(JSONError) -> Bool { try read("true or false", \.bool) }
    public func object() throws(JSONError) -> JSONObject { try read("an object", \.object) }

    /// The elements, each with its path.
    public func elements() throws(JSONError) -> [JSONCursor] {
        let array = try read("a list", \.array)
        return array.enumerated().map {
            JSONCursor($0.element, path: JSONPathStep.element($0.offset).appended(to: path))
        }
    }

    /// Refuses an object that has any member not named here (code `unknownMember`).
    public func allow(only names: Set<String>) throws(JSONError) {
        for key in try object().keys where !names.contains(key) {
            throw JSONError(
                code: .unknownMember, path: JSONPathStep.member(key).appended(to: path),
                message: "There is no such member here; remove it.")
        }
    }

    private func read<T>(_ expected: String, _ part: (JSONValue) -> T?) throws(JSONError) -> T {
        guard let value else {
            throw JSONError(code: .missingMember, path: path, message: "Missing; send \(expected).")
        }
        guard let part = part(value) else {
            throw JSONError(code: .wrongType, path: path, message: "Send \(expected), not \(value.kind.rawValue).")
        }
        return part
    }
}
