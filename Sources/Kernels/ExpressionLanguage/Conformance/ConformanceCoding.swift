internal import StrictJSON

/// Values and types of the suite's JSON (messages `cel.expr.Value` and `cel.expr.Type`).
enum ConformanceCoding {
    static func value(_ json: JSONValue) throws(ConformanceFault) -> Value {
        guard let object = json.object, let (form, content) = object.first(where: { _ in true }) else {
            throw .malformed("a value has no form")
        }
        switch form {
        case "null_value", "nullValue": return .null
        case "bool_value", "boolValue": return .bool(content.bool ?? false)
        case "int64_value", "int64Value": return .int(try signed(content))
        case "uint64_value", "uint64Value": return .uint(try unsigned(content))
        case "double_value", "doubleValue": return .double(try double(content))
        case "string_value", "stringValue": return .string(content.string ?? "")
        case "bytes_value", "bytesValue": return .bytes(try bytes(content))
        case "type_value", "typeValue": return .type(content.string ?? "")
        case "enum_value", "enumValue": return .int(try signed(content["value"] ?? .integer(0)))
        case "list_value", "listValue":
            var elements: [Value] = []
            for element in content["values"]?.array ?? [] { elements.append(try value(element)) }
            return .list(elements)
        case "map_value", "mapValue":
            var entries: [(key: Value, value: Value)] = []
            for entry in content["entries"]?.array ?? [] {
                entries.append((try value(entry["key"] ?? .null), try value(entry["value"] ?? .null)))
            }
            do throws(ExpressionError) { return .map(try ValueMap(entries)) } catch {
                throw .malformed("a map has bad keys")
            }
        case "object_value", "objectValue": return try message(content)
        default: throw .malformed("unknown form of value \(form)")
        }
    }

    /// A well-known message by the JSON mapping of `google.protobuf.Any`.
    private static func message(_ json: JSONValue) throws(ConformanceFault) -> Value {
        let url = json["@type"]?.string ?? ""
        let name = String(url.split(separator: "/").last ?? "")
        let content = json["value"] ?? .null
        do throws(ExpressionError) {
            switch name {
            case "google.protobuf.BoolValue": return .bool(content.bool ?? false)
            case "google.protobuf.StringValue": return .string(content.string ?? "")
            case "google.protobuf.Timestamp": return .timestamp(try Timestamp(parsing: content.string ?? ""))
            case "google.protobuf.Duration": return .duration(try Duration(parsing: content.string ?? ""))
            case "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue": return plain(content)
            default: break
            }
        } catch { throw .malformed("a value of \(name)") }
        switch name {
        case "google.protobuf.BytesValue": return .bytes(try bytes(content))
        case "google.protobuf.DoubleValue", "google.protobuf.FloatValue": return .double(try double(content))
        case "google.protobuf.Int32Value", "google.protobuf.Int64Value": return .int(try signed(content))
        case "google.protobuf.UInt32Value", "google.protobuf.UInt64Value": return .uint(try unsigned(content))
        case "google.protobuf.Any", "": throw .schema("google.protobuf.Any")
        default: throw .schema(name)
        }
    }

    /// All numbers of a `google.protobuf.Struct` are doubles.
    private static func plain(_ json: JSONValue) -> Value {
        switch json {
        case .integer(let number): return .double(Double(number))
        case .array(let elements): return .list(elements.map(plain))
        case .object(let object):
            return .map(ValueMap(fields: object.map { (key: $0.key, value: plain($0.value)) }))
        default: return Value(json)
        }
    }

    private static func signed(_ json: JSONValue) throws(ConformanceFault) -> Int64 {
        guard let number = json.integer ?? json.string.flatMap({ Int64($0) }) else { throw .malformed("an int64") }
        return number
    }

    private static func unsigned(_ json: JSONValue) throws(ConformanceFault) -> UInt64 {
        guard let number = json.integer.flatMap({ UInt64(exactly: $0) }) ?? json.string.flatMap({ UInt64($0) }) else {
            throw .malformed("a uint64")
        }
        return number
    }

    private static func double(_ json: JSONValue) throws(ConformanceFault) -> Double {
        guard let number = json.double ?? json.string.flatMap({ Double($0) }) else { throw .malformed("a double") }
        return number
    }

    private static func bytes(_ json: JSONValue) throws(ConformanceFault) -> [UInt8] {
        guard let octets = Base64.decode(json.string ?? "") else { throw .malformed("bytes that are no base64") }
        return octets
    }

    // MARK: Types

    static func type(_ json: JSONValue) throws(ConformanceFault) -> ValueType {
        guard let object = json.object, let (form, content) = object.first(where: { _ in true }) else {
            throw .malformed("a type has no form")
        }
        switch form {
        case "dyn": return .dyn
        case "null": return .null
        case "primitive": return try primitive(content)
        case "wrapper": return .wrapper(try primitive(content))
        case "well_known", "wellKnown":
            switch content.string {
            case "TIMESTAMP": return .timestamp
            case "DURATION": return .duration
            default: return .dyn
            }
        case "list_type", "listType": return .list(try type(content.member("elem_type") ?? .null))
        case "map_type", "mapType":
            return .map(
                key: try type(content.member("key_type") ?? .null),
                value: try type(content.member("value_type") ?? .null))
        case "type_param", "typeParam": return .parameter(content.string ?? "")
        case "type":
            if content.object?.isEmpty == true { return .type(.dyn) }
            return .type(try type(content))
        case "abstract_type", "abstractType":
            var parameters: [ValueType] = []
            for parameter in content.member("parameter_types")?.array ?? [] { parameters.append(try type(parameter)) }
            let name = content["name"]?.string ?? ""
            if name == "optional_type" { return .optional(parameters.first ?? .dyn) }
            return .opaque(name, parameters)
        case "message_type", "messageType":
            let name = content.string ?? ""
            if let known = WellKnownTypes.denoted[name] { return known }
            throw .schema(name)
        default: throw .malformed("unknown form of type \(form)")
        }
    }

    private static func primitive(_ json: JSONValue) throws(ConformanceFault) -> ValueType {
        switch json.string {
        case "BOOL": .bool
        case "INT64": .int
        case "UINT64": .uint
        case "DOUBLE": .double
        case "STRING": .string
        case "BYTES": .bytes
        default: throw .malformed("unknown primitive type")
        }
    }

    /// Declared functions, which have types but do nothing.
    static func functions(_ name: String, _ overloads: [JSONValue]) throws(ConformanceFault) -> FunctionLibrary {
        var functions: [Function] = []
        for overload in overloads {
            var parameters: [ValueType] = []
            for parameter in overload["params"]?.array ?? [] { parameters.append(try type(parameter)) }
            let isMember = overload.member("is_instance_function")?.bool ?? false
            let result = try type(overload.member("result_type") ?? .null)
            functions.append(
                Function(name, isMember: isMember, parameters, result) { (_, _) throws(ExpressionError) in
                    throw ExpressionError(.noMatchingOverload, "The function is declared without a body.")
                })
        }
        return FunctionLibrary(functions)
    }

    // MARK: Comparing and showing

    /// Whether values are the same, types included.
    static func agree(_ one: Value, _ other: Value) -> Bool {
        switch (one, other) {
        case (.double(let a), .double(let b)): return a == b || (a.isNaN && b.isNaN)
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy(agree)
        case (.map(let a), .map(let b)):
            guard a.count == b.count else { return false }
            return zip(a.keys, a.values).allSatisfy { key, value in
                b.keys.contains { agree($0, key) } && b[key].map { agree($0, value) } == true
            }
        case (.optional(let a), _): return a.map { agree($0, other) } ?? false
        default: return one.typeName == other.typeName && one == other
        }
    }

    static func shown(_ value: Value) -> String { "\(value)" }
}
