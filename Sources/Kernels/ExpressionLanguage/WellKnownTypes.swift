/// The types that an expression can name, and the protobuf messages that stand for plain values.
enum WellKnownTypes {
    /// Names that denote types.
    static let denoted: [String: ValueType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
        "list": .list(.dyn), "map": .map(key: .dyn, value: .dyn), "null_type": .null, "type": .type(.dyn),
        "optional_type": .optional(.dyn), "rational": .rational, "date": .date,
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
        "google.protobuf.BoolValue": .wrapper(.bool), "google.protobuf.BytesValue": .wrapper(.bytes),
        "google.protobuf.DoubleValue": .wrapper(.double), "google.protobuf.FloatValue": .wrapper(.double),
        "google.protobuf.Int32Value": .wrapper(.int), "google.protobuf.Int64Value": .wrapper(.int),
        "google.protobuf.UInt32Value": .wrapper(.uint), "google.protobuf.UInt64Value": .wrapper(.uint),
        "google.protobuf.StringValue": .wrapper(.string), "google.protobuf.ListValue": .list(.dyn),
        "google.protobuf.Struct": .map(key: .string, value: .dyn), "google.protobuf.Value": .dyn,
        "google.protobuf.Any": .dyn,
    ]

    /// A message that can be written as `name{field: value}`.
    struct Message: Sendable {
        let fields: [String: ValueType]
        let result: ValueType
        let make: @Sendable ([String: Value]) throws(ExpressionError) -> Value
    }

    static let messages: [String: Message] = {
        var messages: [String: Message] = [:]
        func wrapper(
            _ name: String, _ type: ValueType, _ zero: Value,
            _ convert: @escaping @Sendable (Value) throws(ExpressionError) -> Value
        ) {
            messages["google.protobuf.\(name)Value"] = Message(fields: ["value": type], result: .wrapper(type)) {
                (fields) throws(ExpressionError) -> Value in
                guard let value = fields["value"] else { return zero }
                guard type.accepts(value) else { throw .noOverload }
                return try convert(value)
            }
        }
        wrapper("Bool", .bool, .bool(false)) { $0 }
        wrapper("Bytes", .bytes, .bytes([])) { $0 }
        wrapper("Double", .double, .double(0)) { $0 }
        wrapper("Float", .double, .double(0)) { (value) throws(ExpressionError) in
            .double(Double(Float(try value.asDouble)))
        }
        wrapper("Int32", .int, .int(0)) { (value) throws(ExpressionError) in
            guard Int32(exactly: try value.asInt) != nil else { throw .overflow }
            return value
        }
        wrapper("Int64", .int, .int(0)) { $0 }
        wrapper("UInt32", .uint, .uint(0)) { (value) throws(ExpressionError) in
            guard UInt32(exactly: try value.asUInt) != nil else { throw .overflow }
            return value
        }
        wrapper("UInt64", .uint, .uint(0)) { $0 }
        wrapper("String", .string, .string("")) { $0 }
        messages["google.protobuf.Timestamp"] = Message(
            fields: ["seconds": .int, "nanos": .int], result: .timestamp
        ) { (fields) throws(ExpressionError) -> Value in
            .timestamp(
                try Timestamp(
                    seconds: try (fields["seconds"] ?? .int(0)).asInt,
                    nanoseconds: try (fields["nanos"] ?? .int(0)).asInt))
        }
        messages["google.protobuf.Duration"] = Message(
            fields: ["seconds": .int, "nanos": .int], result: .duration
        ) { (fields) throws(ExpressionError) -> Value in
            .duration(
                try Duration(
                    seconds: try (fields["seconds"] ?? .int(0)).asInt,
                    nanoseconds: try (fields["nanos"] ?? .int(0)).asInt))
        }
        messages["google.protobuf.Struct"] = Message(
            fields: ["fields": .map(key: .string, value: .dyn)], result: .map(key: .string, value: .dyn)
        ) { (fields) throws(ExpressionError) -> Value in
            guard case .map(let map) = fields["fields"] ?? .map(.empty) else { throw .noOverload }
            guard map.keys.allSatisfy({ $0.string != nil }) else { throw .noOverload }
            return .map(map)
        }
        messages["google.protobuf.ListValue"] = Message(fields: ["values": .list(.dyn)], result: .list(.dyn)) {
            (fields) throws(ExpressionError) -> Value in
            .list(try (fields["values"] ?? .list([])).asList)
        }
        messages["google.protobuf.Value"] = Message(
            fields: [
                "null_value": .dyn, "number_value": .double, "string_value": .string, "bool_value": .bool,
                "struct_value": .map(key: .string, value: .dyn), "list_value": .list(.dyn),
            ], result: .dyn
        ) { (fields) throws(ExpressionError) -> Value in
            guard fields.count <= 1 else {
                throw ExpressionError(.invalidArgument, "google.protobuf.Value holds one value; set one field.")
            }
            guard let (name, value) = fields.first, name != "null_value" else { return .null }
            switch (name, value) {
            case ("number_value", .double), ("string_value", .string), ("bool_value", .bool), ("struct_value", .map),
                ("list_value", .list):
                return value
            default: throw .noOverload
            }
        }
        return messages
    }()
}

extension Environment {
    func message(named name: String) -> WellKnownTypes.Message? {
        for candidate in candidates(for: name) {
            if let message = WellKnownTypes.messages[candidate] { return message }
        }
        return nil
    }
}
