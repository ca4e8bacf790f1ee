internal import Quantities

/// What the operators do with two values of any types.
enum Operators {
    typealias Binary = @Sendable (Value, Value, EvaluationContext) throws(ExpressionError) -> Value

    static let binary: [String: Binary] = [
        "_+_": add, "_-_": subtract, "_*_": multiply, "_/_": divide, "_%_": remainder,
        "_==_": { (a, b, _) in .bool(a == b) }, "_!=_": { (a, b, _) in .bool(a != b) },
        "_<_": { (a, b, _) throws(ExpressionError) in .bool(try Value.order(a, b) == .less) },
        "_>_": { (a, b, _) throws(ExpressionError) in .bool(try Value.order(a, b) == .greater) },
        "_<=_": { (a, b, _) throws(ExpressionError) in
            let order = try Value.order(a, b)
            return .bool(order == .less || order == .same)
        },
        "_>=_": { (a, b, _) throws(ExpressionError) in
            let order = try Value.order(a, b)
            return .bool(order == .greater || order == .same)
        },
        "in": { (a, b, context) throws(ExpressionError) in .bool(try Access.contains(a, in: b, context)) },
        "_[_]": { (a, b, _) throws(ExpressionError) in try Access.element(b, of: a) },
        "_[?_]": { (a, b, _) throws(ExpressionError) in try Access.optionalElement(b, of: a) },
    ]

    private static let divisionByZero = ExpressionError(
        .divisionByZero, "Division by zero; test the divisor before.")

    @Sendable
    private static func add(_ a: Value, _ b: Value, _ context: EvaluationContext) throws(ExpressionError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)):
            let (sum, overflow) = x.addingReportingOverflow(y)
            guard !overflow else { throw .overflow }
            return .int(sum)
        case (.uint(let x), .uint(let y)):
            let (sum, overflow) = x.addingReportingOverflow(y)
            guard !overflow else { throw .overflow }
            return .uint(sum)
        case (.double(let x), .double(let y)): return .double(x + y)
        case (.string(let x), .string(let y)):
            try context.charge((x.utf8.count + y.utf8.count) / 16)
            return .string(x + y)
        case (.bytes(let x), .bytes(let y)):
            try context.charge((x.count + y.count) / 16)
            return .bytes(x + y)
        case (.list(let x), .list(let y)):
            try context.charge(x.count + y.count)
            return .list(x + y)
        case (.timestamp(let x), .duration(let y)), (.duration(let y), .timestamp(let x)):
            return .timestamp(try x.adding(y))
        case (.duration(let x), .duration(let y)): return .duration(try x.adding(y))
        default: return try exact(a, b) { (x, y) throws(QuantityError) in try x + y }
        }
    }

    @Sendable
    private static func subtract(_ a: Value, _ b: Value, _: EvaluationContext) throws(ExpressionError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)):
            let (difference, overflow) = x.subtractingReportingOverflow(y)
            guard !overflow else { throw .overflow }
            return .int(difference)
        case (.uint(let x), .uint(let y)):
            let (difference, overflow) = x.subtractingReportingOverflow(y)
            guard !overflow else { throw .overflow }
            return .uint(difference)
        case (.double(let x), .double(let y)): return .double(x - y)
        case (.timestamp(let x), .timestamp(let y)): return .duration(try x.since(y))
        case (.timestamp(let x), .duration(let y)): return .timestamp(try x.subtracting(y))
        case (.duration(let x), .duration(let y)): return .duration(try x.subtracting(y))
        default: return try exact(a, b) { (x, y) throws(QuantityError) in try x - y }
        }
    }

    @Sendable
    private static func multiply(_ a: Value, _ b: Value, _: EvaluationContext) throws(ExpressionError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)):
            let (product, overflow) = x.multipliedReportingOverflow(by: y)
            guard !overflow else { throw .overflow }
            return .int(product)
        case (.uint(let x), .uint(let y)):
            let (product, overflow) = x.multipliedReportingOverflow(by: y)
            guard !overflow else { throw .overflow }
            return .uint(product)
        case (.double(let x), .double(let y)): return .double(x * y)
        default: return try exact(a, b) { (x, y) throws(QuantityError) in try x * y }
        }
    }

    @Sendable
    private static func divide(_ a: Value, _ b: Value, _: EvaluationContext) throws(ExpressionError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)):
            guard y != 0 else { throw divisionByZero }
            let (quotient, overflow) = x.dividedReportingOverflow(by: y)
            guard !overflow else { throw .overflow }
            return .int(quotient)
        case (.uint(let x), .uint(let y)):
            guard y != 0 else { throw divisionByZero }
            return .uint(x / y)
        case (.double(let x), .double(let y)): return .double(x / y)
        default: return try exact(a, b) { (x, y) throws(QuantityError) in try x / y }
        }
    }

    @Sendable
    private static func remainder(_ a: Value, _ b: Value, _: EvaluationContext) throws(ExpressionError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)):
            guard y != 0 else { throw divisionByZero }
            let (rest, overflow) = x.remainderReportingOverflow(dividingBy: y)
            guard !overflow else { throw .overflow }
            return .int(rest)
        case (.uint(let x), .uint(let y)):
            guard y != 0 else { throw divisionByZero }
            return .uint(x % y)
        default: throw .noOverload
        }
    }

    /// Arithmetic of exact fractions, one of which may be an int.
    private static func exact(
        _ a: Value, _ b: Value, _ body: (Rational, Rational) throws(QuantityError) -> Rational
    ) throws(ExpressionError) -> Value {
        switch (a, b) {
        case (.rational, .rational), (.rational, .int), (.int, .rational):
            guard let x = a.rational, let y = b.rational else { throw .noOverload }
            do throws(QuantityError) { return .rational(try body(x, y)) } catch {
                throw ExpressionError(quantity: error)
            }
        default: throw .noOverload
        }
    }

    static func negate(_ value: Value) throws(ExpressionError) -> Value {
        switch value {
        case .int(let number):
            guard number != .min else { throw .overflow }
            return .int(-number)
        case .double(let number): return .double(-number)
        case .rational(let number): return .rational(number.negated)
        case .duration(let span):
            guard span.nanoseconds != .min else { throw .overflow }
            return .duration(Duration(nanoseconds: -span.nanoseconds))
        default: throw .noOverload
        }
    }
}

extension ExpressionError {
    init(quantity error: QuantityError) {
        switch error {
        case .overflow: self = .overflow
        case .divisionByZero: self.init(.divisionByZero, "Division by zero; test the divisor before.")
        case .malformedNumber: self.init(.invalidArgument, "Not a decimal number; write it like -0.0319.")
        case .malformedDate: self.init(.invalidArgument, "Not a day of the calendar; write it like 2024-02-29.")
        }
    }
}
