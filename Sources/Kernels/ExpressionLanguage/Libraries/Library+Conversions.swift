extension FunctionLibrary {
    /// `int`, `uint`, `double`, `string`, `bytes`, `bool`, `dyn`, `type`, `timestamp`, `duration`.
    public static let conversions = FunctionLibrary(toNumbers + toTexts + toOthers)

    private static let malformed = ExpressionError(
        .invalidArgument, "The text is not a value of this type; test it before it is converted.")

    private static let toNumbers: [Function] = [
        Function("int", [.int], .int) { (values, _) in values[0] },
        Function("int", [.uint], .int) { (values, _) throws(ExpressionError) in
            guard let number = Int64(exactly: try values[0].asUInt) else { throw .overflow }
            return .int(number)
        },
        Function("int", [.double], .int) { (values, _) throws(ExpressionError) in
            let number = try values[0].asDouble
            // Both ends are left out: they are what larger numbers round to (cel-go does the same).
            guard number > -0x1p63, number < 0x1p63 else { throw .overflow }
            return .int(Int64(number))
        },
        Function("int", [.string], .int) { (values, _) throws(ExpressionError) in
            guard let number = Int64(try values[0].asString) else { throw malformed }
            return .int(number)
        },
        Function("int", [.timestamp], .int) { (values, _) throws(ExpressionError) in
            .int(try values[0].asTimestamp.seconds)
        },
        Function("uint", [.uint], .uint) { (values, _) in values[0] },
        Function("uint", [.int], .uint) { (values, _) throws(ExpressionError) in
            guard let number = UInt64(exactly: try values[0].asInt) else { throw .overflow }
            return .uint(number)
        },
        Function("uint", [.double], .uint) { (values, _) throws(ExpressionError) in
            let number = try values[0].asDouble
            guard number >= 0, number < 0x1p64 else { throw .overflow }
            return .uint(UInt64(number))
        },
        Function("uint", [.string], .uint) { (values, _) throws(ExpressionError) in
            guard let number = UInt64(try values[0].asString) else { throw malformed }
            return .uint(number)
        },
        Function("double", [.double], .double) { (values, _) in values[0] },
        Function("double", [.int], .double) { (values, _) throws(ExpressionError) in
            .double(Double(try values[0].asInt))
        },
        Function("double", [.uint], .double) { (values, _) throws(ExpressionError) in
            .double(Double(try values[0].asUInt))
        },
        Function("double", [.string], .double) { (values, _) throws(ExpressionError) in
            guard let number = Double(try values[0].asString) else { throw malformed }
            return .double(number)
        },
    ]

    private static let toTexts: [Function] = [
        Function("string", [.string], .string) { (values, _) in values[0] },
        Function("string", [.int], .string) { (values, _) throws(ExpressionError) in
            .string(String(try values[0].asInt))
        },
        Function("string", [.uint], .string) { (values, _) throws(ExpressionError) in
            .string(String(try values[0].asUInt))
        },
        Function("string", [.double], .string) { (values, _) throws(ExpressionError) in
            .string(DecimalText.shortest(try values[0].asDouble, style: .general))
        },
        Function("string", [.bool], .string) { (values, _) in .string(values[0].bool == true ? "true" : "false") },
        Function("string", [.bytes], .string) { (values, context) throws(ExpressionError) in
            let bytes = try values[0].asBytes
            try context.charge(bytes.count / 16)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ExpressionError(.invalidArgument, "The bytes are not valid UTF-8, so they make no string.")
            }
            return .string(text)
        },
        Function("string", [.timestamp], .string) { (values, _) throws(ExpressionError) in
            .string(try values[0].asTimestamp.description)
        },
        Function("string", [.duration], .string) { (values, _) throws(ExpressionError) in
            .string(try values[0].asDuration.description)
        },
        Function("bytes", [.bytes], .bytes) { (values, _) in values[0] },
        Function("bytes", [.string], .bytes) { (values, context) throws(ExpressionError) in
            let text = try values[0].asString
            try context.charge(text.utf8.count / 16)
            return .bytes(Array(text.utf8))
        },
    ]

    private static let toOthers: [Function] = [
        Function("bool", [.bool], .bool) { (values, _) in values[0] },
        Function("bool", [.string], .bool) { (values, _) throws(ExpressionError) in
            switch try values[0].asString {
            case "1", "t", "T", "true", "TRUE", "True": .bool(true)
            case "0", "f", "F", "false", "FALSE", "False": .bool(false)
            default: throw malformed
            }
        },
        Function("dyn", [.parameter("A")], .dyn) { (values, _) in values[0] },
        Function("type", [.parameter("A")], .type(.parameter("A"))) { (values, _) in .type(values[0].typeName) },
        Function("timestamp", [.timestamp], .timestamp) { (values, _) in values[0] },
        Function("timestamp", [.string], .timestamp) { (values, _) throws(ExpressionError) in
            .timestamp(try Timestamp(parsing: try values[0].asString))
        },
        Function("timestamp", [.int], .timestamp) { (values, _) throws(ExpressionError) in
            .timestamp(try Timestamp(seconds: try values[0].asInt))
        },
        Function("duration", [.duration], .duration) { (values, _) in values[0] },
        Function("duration", [.string], .duration) { (values, _) throws(ExpressionError) in
            .duration(try Duration(parsing: try values[0].asString))
        },
    ]
}
