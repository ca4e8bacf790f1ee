extension FunctionLibrary {
    /// `optional.of`, `optional.ofNonZeroValue`, `optional.none`, `or`, `orValue`, `hasValue`, `value`,
    /// `optional.unwrap`, `unwrapOpt`; `optMap` and `optFlatMap` are macros.
    public static let optionals: FunctionLibrary = {
        let a = ValueType.parameter("A")
        return FunctionLibrary([
            Function("optional.of", [a], .optional(a)) { (values, _) in .optional(values[0]) },
            Function("optional.ofNonZeroValue", [a], .optional(a)) { (values, _) in
                .optional(values[0].isZero ? nil : values[0])
            },
            Function("optional.none", [], .optional(a)) { (_, _) in .optional(nil) },
            Function("optional.unwrap", [.list(.optional(a))], .list(a)) { (values, _) throws(ExpressionError) in
                try unwrap(values[0])
            },
            .member("unwrapOpt", [.list(.optional(a))], .list(a)) { (values, _) throws(ExpressionError) in
                try unwrap(values[0])
            },
            .member("hasValue", [.optional(a)], .bool) { (values, _) throws(ExpressionError) in
                .bool(try values[0].asOptional != nil)
            },
            .member("value", [.optional(a)], a) { (values, _) throws(ExpressionError) in
                guard let value = try values[0].asOptional else {
                    throw ExpressionError(.invalidArgument, "The optional has no value; use orValue() or hasValue().")
                }
                return value
            },
            .member("or", [.optional(a), .optional(a)], .optional(a)) { (values, _) throws(ExpressionError) in
                try values[0].asOptional == nil ? values[1] : values[0]
            },
            .member("orValue", [.optional(a), a], a) { (values, _) throws(ExpressionError) in
                try values[0].asOptional ?? values[1]
            },
        ])
    }()

    private static func unwrap(_ list: Value) throws(ExpressionError) -> Value {
        var present: [Value] = []
        for element in try list.asList {
            if let value = (try element.asOptional) { present.append(value) }
        }
        return .list(present)
    }

    /// `base64.encode` and `base64.decode`.
    public static let encoders = FunctionLibrary([
        Function("base64.encode", [.bytes], .string) { (values, context) throws(ExpressionError) in
            let bytes = try values[0].asBytes
            try context.charge(bytes.count / 8)
            return .string(Base64.encode(bytes))
        },
        Function("base64.decode", [.string], .bytes) { (values, context) throws(ExpressionError) in
            let text = try values[0].asString
            try context.charge(text.utf8.count / 8)
            guard let bytes = Base64.decode(text) else {
                throw ExpressionError(.invalidArgument, "The text is not base64 (RFC 4648, standard alphabet).")
            }
            return .bytes(bytes)
        },
    ])
}
