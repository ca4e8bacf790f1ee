extension FunctionLibrary {
    /// `math.greatest`, `math.least`, rounding, signs, bits (cel-go, `ext/README.md`, "Math").
    public static let math = FunctionLibrary(extremes + doubles + signs + bits)

    private static let extremes: [Function] = {
        var functions: [Function] = []
        let numbers: [ValueType] = [.int, .uint, .double]
        for (name, isGreatest) in [("math.greatest", true), ("math.least", false)] {
            for one in numbers {
                functions.append(Function(name, [one], one) { (values, _) in values[0] })
                for other in numbers {
                    functions.append(
                        Function(name, [one, other], one == other ? one : .dyn) { (values, _) throws(ExpressionError) in
                            try extreme(values, isGreatest)
                        })
                }
            }
            for element in numbers + [.dyn] {
                functions.append(
                    Function(name, [.list(element)], element) { (values, context) throws(ExpressionError) in
                        let list = try values[0].asList
                        try context.charge(list.count / 16)
                        return try extreme(list, isGreatest)
                    })
            }
        }
        return functions
    }()

    private static func extreme(_ numbers: [Value], _ isGreatest: Bool) throws(ExpressionError) -> Value {
        guard var best = numbers.first else {
            throw ExpressionError(.invalidArgument, "The list has no number; test its size() before.")
        }
        for number in numbers {
            switch number {
            case .int, .uint, .double: break
            default: throw .noOverload
            }
            let order = Value.numericOrder(number, best)
            if isGreatest ? order == .greater : order == .less { best = number }
        }
        return best
    }

    private static let doubles: [Function] = {
        func rounding(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Function {
            Function("math.\(name)", [.double], .double) { (values, _) throws(ExpressionError) in
                .double(body(try values[0].asDouble))
            }
        }
        func test(_ name: String, _ body: @escaping @Sendable (Double) -> Bool) -> Function {
            Function("math.\(name)", [.double], .bool) { (values, _) throws(ExpressionError) in
                .bool(body(try values[0].asDouble))
            }
        }
        return [
            rounding("ceil") { $0.rounded(.up) }, rounding("floor") { $0.rounded(.down) },
            rounding("round") { $0.rounded(.toNearestOrAwayFromZero) }, rounding("trunc") { $0.rounded(.towardZero) },
            rounding("sqrt") { $0.squareRoot() },
            Function("math.sqrt", [.int], .double) { (values, _) throws(ExpressionError) in
                .double(Double(try values[0].asInt).squareRoot())
            },
            Function("math.sqrt", [.uint], .double) { (values, _) throws(ExpressionError) in
                .double(Double(try values[0].asUInt).squareRoot())
            },
            test("isNaN") { $0.isNaN }, test("isInf") { $0.isInfinite }, test("isFinite") { $0.isFinite },
        ]
    }()

    private static let signs: [Function] = [
        Function("math.abs", [.int], .int) { (values, _) throws(ExpressionError) in
            let number = try values[0].asInt
            guard number != .min else { throw .overflow }
            return .int(abs(number))
        },
        Function("math.abs", [.uint], .uint) { (values, _) in values[0] },
        Function("math.abs", [.double], .double) { (values, _) throws(ExpressionError) in
            .double(try values[0].asDouble.magnitude)
        },
        Function("math.sign", [.int], .int) { (values, _) throws(ExpressionError) in
            .int(try values[0].asInt.signum())
        },
        Function("math.sign", [.uint], .uint) { (values, _) throws(ExpressionError) in
            .uint(try values[0].asUInt.signum())
        },
        Function("math.sign", [.double], .double) { (values, _) throws(ExpressionError) in
            let number = try values[0].asDouble
            return .double(number.isNaN ? number : number > 0 ? 1 : number < 0 ? -1 : 0)
        },
    ]

    private static let bits: [Function] = {
        var functions: [Function] = []
        func both(
            _ name: String, _ signed: @escaping @Sendable (Int64, Int64) -> Int64,
            _ unsigned: @escaping @Sendable (UInt64, UInt64) -> UInt64
        ) {
            functions.append(
                Function("math.\(name)", [.int, .int], .int) { (values, _) throws(ExpressionError) in
                    .int(signed(try values[0].asInt, try values[1].asInt))
                })
            functions.append(
                Function("math.\(name)", [.uint, .uint], .uint) { (values, _) throws(ExpressionError) in
                    .uint(unsigned(try values[0].asUInt, try values[1].asUInt))
                })
        }
        both("bitAnd", { $0 & $1 }, { $0 & $1 })
        both("bitOr", { $0 | $1 }, { $0 | $1 })
        both("bitXor", { $0 ^ $1 }, { $0 ^ $1 })
        functions += [
            Function("math.bitNot", [.int], .int) { (values, _) throws(ExpressionError) in
                .int(~(try values[0].asInt))
            },
            Function("math.bitNot", [.uint], .uint) { (values, _) throws(ExpressionError) in
                .uint(~(try values[0].asUInt))
            },
        ]
        func shift(_ name: String, _ body: @escaping @Sendable (UInt64, Int64) -> UInt64) {
            for type in [ValueType.int, .uint] {
                functions.append(
                    Function("math.\(name)", [type, .int], type) { (values, _) throws(ExpressionError) in
                        let places = try values[1].asInt
                        guard places >= 0 else {
                            throw ExpressionError(.invalidArgument, "Bits are shifted by 0 or more places.")
                        }
                        if case .int(let number) = values[0] {
                            return .int(Int64(bitPattern: body(UInt64(bitPattern: number), places)))
                        }
                        return .uint(body(try values[0].asUInt, places))
                    })
            }
        }
        // Swift's smart shifts yield 0 from 64 places on; on the unsigned pattern the sign is not extended.
        shift("bitShiftLeft") { $0 << $1 }
        shift("bitShiftRight") { $0 >> $1 }
        return functions
    }()
}
