extension FunctionLibrary {
    /// The operators' types, for the checker; `Operators` evaluates the binary ones directly.
    static let operators: FunctionLibrary = {
        var functions: [Function] = []
        func declare(_ name: String, _ forms: [([ValueType], ValueType)]) {
            let body = Operators.binary[name]
            for (parameters, result) in forms {
                functions.append(
                    Function(name, parameters, result) { (values, context) throws(ExpressionError) in
                        guard let body, values.count == 2 else { throw .noOverload }
                        return try body(values[0], values[1], context)
                    })
            }
        }
        let numbers: [ValueType] = [.int, .uint, .double]
        let exact: [[ValueType]] = [[.rational, .rational], [.rational, .int], [.int, .rational]]
        let a = ValueType.parameter("A")
        let b = ValueType.parameter("B")

        var sums: [([ValueType], ValueType)] = (numbers + [.string, .bytes, .list(a), .duration]).map {
            ([$0, $0], $0)
        }
        sums += exact.map { ($0, .rational) }
        declare("_+_", sums + [([.timestamp, .duration], .timestamp), ([.duration, .timestamp], .timestamp)])

        var differences: [([ValueType], ValueType)] = (numbers + [.duration]).map { ([$0, $0], $0) }
        differences += exact.map { ($0, .rational) }
        declare(
            "_-_", differences + [([.timestamp, .timestamp], .duration), ([.timestamp, .duration], .timestamp)])

        var products: [([ValueType], ValueType)] = numbers.map { ([$0, $0], $0) }
        products += exact.map { ($0, .rational) }
        declare("_*_", products)
        declare("_/_", products)
        declare("_%_", [([.int, .int], .int), ([.uint, .uint], .uint)])

        var orders: [([ValueType], ValueType)] = [ValueType.bool, .string, .bytes, .timestamp, .duration, .date].map {
            ([$0, $0], .bool)
        }
        for one in numbers { orders += numbers.map { ([one, $0], .bool) } }
        orders += exact.map { ($0, .bool) }
        for name in ["_<_", "_<=_", "_>_", "_>=_"] { declare(name, orders) }

        let equalities: [([ValueType], ValueType)] = [
            ([a, a], .bool), ([.rational, .int], .bool), ([.int, .rational], .bool),
        ]
        declare("_==_", equalities)
        declare("_!=_", equalities)
        declare("in", [([a, .list(a)], .bool), ([a, .map(key: a, value: b)], .bool)])
        declare(
            "_[_]",
            [
                ([.list(a), .int], a), ([.map(key: a, value: b), a], b),
                ([.optional(.list(a)), .int], .optional(a)), ([.optional(.map(key: a, value: b)), a], .optional(b)),
            ])
        declare(
            "_[?_]",
            [
                ([.list(a), .int], .optional(a)), ([.map(key: a, value: b), a], .optional(b)),
                ([.optional(.list(a)), .int], .optional(a)), ([.optional(.map(key: a, value: b)), a], .optional(b)),
            ])
        declare("_?_:_", [([.bool, a, a], a)])

        functions.append(
            Function("!_", [.bool], .bool) { (values, _) throws(ExpressionError) in
                guard case .bool(let flag) = values[0] else { throw .noOverload }
                return .bool(!flag)
            })
        for type in [ValueType.int, .double, .rational, .duration] {
            functions.append(
                Function("-_", [type], type) { (values, _) throws(ExpressionError) in try Operators.negate(values[0]) })
        }
        return FunctionLibrary(functions)
    }()
}
