public import Quantities

/// A value of the language: what variables hold and expressions yield.
///
/// Strings are compared by Unicode scalars and never normalised. `rational` and `date` are opaque types of this
/// system, beside those of the CEL language definition ("Values").
public enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([Value])
    case map(ValueMap)
    case timestamp(Timestamp)
    case duration(Duration)
    /// A type as a value, by its name: `int`, `list`, `google.protobuf.Timestamp`.
    case type(String)
    indirect case optional(Value?)
    indirect case rational(Rational)
    indirect case date(CivilDate)
}

extension Value {
    /// The name of the value's type, as the function `type` yields it.
    public var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        case .optional: "optional_type"
        case .rational: "rational"
        case .date: "date"
        }
    }

    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var int: Int64? { if case .int(let value) = self { value } else { nil } }
    public var double: Double? { if case .double(let value) = self { value } else { nil } }
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var list: [Value]? { if case .list(let value) = self { value } else { nil } }
    public var map: ValueMap? { if case .map(let value) = self { value } else { nil } }
    public var date: CivilDate? { if case .date(let value) = self { value } else { nil } }

    /// The exact number, also of an `int`; nil for every other type.
    public var rational: Rational? {
        switch self {
        case .rational(let value): value
        case .int(let value): Rational(value)
        default: nil
        }
    }

    /// Whether the value is the empty or zero one of its type (`optional.ofNonZeroValue`).
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.isEmpty
        case .bytes(let value): value.isEmpty
        case .list(let value): value.isEmpty
        case .map(let value): value.count == 0
        case .timestamp(let value): value.seconds == 0 && value.nanoseconds == 0
        case .duration(let value): value.nanoseconds == 0
        case .optional(let value): value == nil
        case .rational(let value): value.numerator == 0
        case .type, .date: false
        }
    }
}
