import StrictJSON

extension JSONObject {
    // One overload a type: a long literal of mixed members takes the type checker minutes.
    mutating func add(_ key: String, _ value: Bool) { self[key] = .bool(value) }
    mutating func add(_ key: String, _ value: Int) { self[key] = .integer(Int64(value)) }
    mutating func add(_ key: String, _ value: Int64) { self[key] = .integer(value) }
    mutating func add(_ key: String, _ value: String) { self[key] = .string(value) }
    mutating func add(_ key: String, _ value: JSONObject) { self[key] = .object(value) }
    mutating func add(_ key: String, _ values: [JSONValue]) { self[key] = .array(values) }

    mutating func add(_ key: String, orNull value: String?) {
        let text: JSONValue = value.map { .string($0) } ?? .null
        self[key] = text
    }

    /// Leaves the member out where there is no value.
    mutating func add(_ key: String, ifAny value: String?) {
        if let value { add(key, value) }
    }
}
