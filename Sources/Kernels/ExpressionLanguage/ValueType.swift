/// The static type of an expression or a variable.
///
/// `dyn` fits everything and postpones the check to evaluation. `record` is a map with string keys whose names and types
/// are known, so that a misspelt field is found before evaluation.
public indirect enum ValueType: Hashable, Sendable {
    case dyn
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case timestamp
    case duration
    case rational
    case date
    case list(ValueType)
    case map(key: ValueType, value: ValueType)
    case record([String: ValueType])
    case optional(ValueType)
    /// A value of the type or null.
    case wrapper(ValueType)
    /// The type of a type as a value.
    case type(ValueType)
    /// Another type, known by name and parameters only.
    case opaque(String, [ValueType])
    /// A type that a function leaves open, by its name in the function's declaration.
    case parameter(String)
}

extension ValueType: CustomStringConvertible {
    /// The notation of the language: `map(string, list(int))`.
    public var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .rational: "rational"
        case .date: "date"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .record(let fields): "record(\(fields.keys.sorted().joined(separator: ", ")))"
        case .optional(let value): "optional(\(value))"
        case .wrapper(let value): "wrapper(\(value))"
        case .type(let value): "type(\(value))"
        case .opaque(let name, let parameters):
            parameters.isEmpty ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .parameter(let name): name
        }
    }
}

extension ValueType {
    /// The name of the type's values at evaluation (`Value.typeName`); `dyn` and open types have none.
    var runtimeName: String? {
        switch self {
        case .null: "null_type"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list: "list"
        case .map, .record: "map"
        case .optional: "optional_type"
        case .type: "type"
        case .opaque(let name, _): name
        case .dyn, .parameter, .wrapper: nil
        case .bool, .int, .uint, .double, .string, .bytes, .rational, .date: description
        }
    }

    /// Whether a function's parameter of this type takes `value`; what is inside lists and maps is not looked at.
    func accepts(_ value: Value) -> Bool {
        switch (self, value) {
        case (.dyn, _), (.parameter, _), (.int, .int), (.string, .string), (.bool, .bool), (.uint, .uint),
            (.double, .double), (.null, .null), (.bytes, .bytes), (.timestamp, .timestamp), (.duration, .duration),
            (.rational, .rational), (.date, .date), (.list, .list), (.map, .map), (.record, .map),
            (.optional, .optional), (.type, .type), (.wrapper, .null):
            true
        case (.wrapper(let type), _): type.accepts(value)
        default: false
        }
    }
}
