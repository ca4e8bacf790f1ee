public import StrictJSON

/// One case of the official conformance suite (google/cel-spec, `tests/simple`), as JSON of its `SimpleTest` message.
///
/// Members: `file`, `section`, `name`, `expr`; what is expected: `value`, `typed_result` or `eval_error`, and `true` where
/// none is given; optional `container`, `type_env`, `bindings`, `disable_check`, `check_only`.
public struct ConformanceCase: Sendable {
    public let file: String
    public let section: String
    public let name: String
    public let expression: String
    let container: String
    let disablesCheck: Bool
    let isCheckOnly: Bool
    let typeEnvironment: [JSONValue]
    let bindings: [(name: String, value: JSONValue)]
    let expectation: Expectation

    enum Expectation: Sendable {
        case value(JSONValue)
        case typed(result: JSONValue?, type: JSONValue)
        case error
        case yes
        /// A form of result that this language has no notion of.
        case unsupported(String)
    }

    /// What came of running a case.
    public enum Outcome: Hashable, Sendable {
        case passed
        case failed(String)
        case skipped(String)
    }

    /// `file/section/name`; not unique in the suite.
    public var fullName: String { "\(file)/\(section)/\(name)" }

    /// Reads one line of a file of cases. Throws `JSONError`, also for a missing member.
    public init(line: String) throws(JSONError) {
        try self.init(try JSONValue(parsing: line, limits: JSONLimits(depth: 512)))
    }

    /// Throws `JSONError` with code `missingMember` or `wrongType`.
    public init(_ json: JSONValue) throws(JSONError) {
        let cursor = JSONCursor(json)
        expression = try cursor["expr"].string()
        name = try cursor["name"].ifPresent?.string() ?? ""
        file = try cursor["file"].ifPresent?.string() ?? ""
        section = try cursor["section"].ifPresent?.string() ?? ""
        container = try cursor["container"].ifPresent?.string() ?? ""
        disablesCheck = json.member("disable_check")?.bool ?? false
        isCheckOnly = json.member("check_only")?.bool ?? false
        typeEnvironment = json.member("type_env")?.array ?? []
        bindings = json.member("bindings")?.object?.map { (name: $0.key, value: $0.value) } ?? []
        if let value = json.member("value") {
            expectation = .value(value)
        } else if let typed = json.member("typed_result") {
            expectation = .typed(result: typed.member("result"), type: typed.member("deduced_type") ?? .null)
        } else if let type = json.member("deduced_type") {
            expectation = .typed(result: nil, type: type)
        } else if json["eval_error"] != nil || json["evalError"] != nil || json.member("any_eval_errors") != nil {
            expectation = .error
        } else if json.member("unknown") != nil || json.member("any_unknowns") != nil {
            expectation = .unsupported("an unknown result is expected; this evaluator has no unknown values")
        } else {
            expectation = .yes
        }
    }
}

extension JSONValue {
    /// A member by its name in the message definition, or in the camel case of the protobuf JSON mapping.
    func member(_ name: String) -> JSONValue? {
        if let found = self[name] { return found }
        let words = name.split(separator: "_")
        return self[words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }]
    }
}
