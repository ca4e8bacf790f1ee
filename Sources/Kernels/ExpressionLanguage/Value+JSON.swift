internal import Quantities
public import StrictJSON

extension Value {
    /// A JSON value: whole numbers become `int`, other numbers `double`, objects maps by name.
    public init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .list(elements.map { Value($0) })
        case .object(let object):
            self = .map(ValueMap(fields: object.lazy.map { (key: $0.key, value: Value($0.value)) }))
        }
    }

    /// The value as JSON, by the language definition's "JSON Data Conversion".
    ///
    /// Exact fractions, dates, times and durations become strings, as does a whole number beyond 2^53 - 1 of type uint.
    /// Throws `invalidArgument` for a type, a map with keys that are no strings, or an absent optional.
    public var json: JSONValue {
        get throws(ExpressionError) {
            switch self {
            case .null: return .null
            case .bool(let value): return .bool(value)
            case .int(let value): return .integer(value)
            case .uint(let value): return Int64(exactly: value).map(JSONValue.integer) ?? .string(String(value))
            case .double(let value):
                return value.isFinite ? .double(value) : .string(DecimalText.shortest(value, style: .plain))
            case .string(let value): return .string(value)
            case .bytes(let value): return .string(Base64.encode(value))
            case .timestamp(let value): return .string(value.description)
            case .duration(let value): return .string(value.description)
            case .rational(let value): return .string(value.exactText)
            case .date(let value): return .string(value.description)
            case .optional(let value?): return try value.json
            case .list(let elements):
                var array: [JSONValue] = []
                for element in elements { array.append(try element.json) }
                return .array(array)
            case .map(let map):
                var object = JSONObject()
                for (index, key) in map.keys.enumerated() {
                    guard case .string(let name) = key else { throw Self.notJSON }
                    object[name] = try map.values[index].json
                }
                return .object(object)
            case .type, .optional: throw Self.notJSON
            }
        }
    }

    private static let notJSON = ExpressionError(
        .invalidArgument, "A result of this type has no JSON form; yield a number, a text, a list or a record.")
}
