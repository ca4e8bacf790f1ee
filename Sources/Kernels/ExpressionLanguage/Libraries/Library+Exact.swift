internal import Quantities

extension FunctionLibrary {
    /// Exact fractions: `rational`, `ratio`, `sum`, `average`, `isWhole`, and `int`, `string` of them.
    ///
    /// Rules of law compute with these, never with binary floating point; arithmetic that would leave 128 bits is an error.
    public static let exact: FunctionLibrary = {
        var functions: [Function] = [
            Function("rational", [.rational], .rational) { (values, _) in values[0] },
            Function("rational", [.int], .rational) { (values, _) throws(ExpressionError) in
                .rational(Rational(try values[0].asInt))
            },
            Function("rational", [.string], .rational) { (values, _) throws(ExpressionError) in
                let text = try values[0].asString
                return try quantity { () throws(QuantityError) in .rational(try Rational(decimal: text)) }
            },
            Function("isWhole", [.rational], .bool) { (values, _) in .bool(values[0].rational?.denominator == 1) },
            .member("isWhole", [.rational], .bool) { (values, _) in .bool(values[0].rational?.denominator == 1) },
            Function("int", [.rational], .int) { (values, _) throws(ExpressionError) in
                guard let whole = values[0].rational?.wholeNumber else {
                    throw ExpressionError(
                        .invalidArgument, "The number has a fraction or leaves 64 bits; test it with isWhole().")
                }
                return .int(whole)
            },
            Function("string", [.rational], .string) { (values, _) in .string(values[0].rational?.exactText ?? "") },
        ]
        for numerator in [ValueType.int, .rational] {
            for denominator in [ValueType.int, .rational] {
                functions.append(
                    Function("ratio", [numerator, denominator], .rational) { (values, _) throws(ExpressionError) in
                        guard let a = values[0].rational, let b = values[1].rational else { throw .noOverload }
                        return try quantity { () throws(QuantityError) in .rational(try a / b) }
                    })
            }
        }
        for isMember in [false, true] {
            for element in [ValueType.int, .rational] {
                functions.append(
                    Function("sum", isMember: isMember, [.list(element)], .rational) {
                        (values, context) throws(ExpressionError) in
                        .rational(try sum(try values[0].asList, context))
                    })
                functions.append(
                    Function("average", isMember: isMember, [.list(element)], .rational) {
                        (values, context) throws(ExpressionError) in
                        let list = try values[0].asList
                        guard !list.isEmpty else {
                            throw ExpressionError(
                                .divisionByZero, "The average of an empty list does not exist; test its size() before.")
                        }
                        let total = try sum(list, context)
                        return try quantity { () throws(QuantityError) in
                            .rational(try total / Rational(Int64(list.count)))
                        }
                    })
            }
        }
        return FunctionLibrary(functions)
    }()

    private static func sum(_ list: [Value], _ context: EvaluationContext) throws(ExpressionError) -> Rational {
        try context.charge(list.count)
        var total = Rational.zero
        for element in list {
            guard let number = element.rational else { throw .noOverload }
            do throws(QuantityError) { total = try total + number } catch { throw ExpressionError(quantity: error) }
        }
        return total
    }

    private static func quantity(_ body: () throws(QuantityError) -> Value) throws(ExpressionError) -> Value {
        do throws(QuantityError) { return try body() } catch { throw ExpressionError(quantity: error) }
    }

    /// Days of the calendar: `date`, `completedYears`, `daysBetween`, `year`, `month`, `day`.
    public static let dates: FunctionLibrary = {
        @Sendable func pair(_ values: [Value]) throws(ExpressionError) -> (CivilDate, CivilDate) {
            guard let first = values[0].date, let second = values[1].date else { throw .noOverload }
            return (first, second)
        }
        func part(_ name: String, _ body: @escaping @Sendable (CivilDate) -> Int) -> Function {
            .member(name, [.date], .int) { (values, _) throws(ExpressionError) in
                guard let date = values[0].date else { throw .noOverload }
                return .int(Int64(body(date)))
            }
        }
        var functions: [Function] = [
            Function("date", [.date], .date) { (values, _) in values[0] },
            Function("date", [.string], .date) { (values, _) throws(ExpressionError) in
                let text = try values[0].asString
                return try quantity { () throws(QuantityError) in .date(try CivilDate(iso8601: text)) }
            },
            Function("string", [.date], .string) { (values, _) in .string(values[0].date?.description ?? "") },
            Function("daysBetween", [.date, .date], .int) { (values, _) throws(ExpressionError) in
                let (from, to) = try pair(values)
                return .int(Int64(to.daysSinceEpoch - from.daysSinceEpoch))
            },
            part("year") { $0.year }, part("month") { $0.month }, part("day") { $0.day },
        ]
        for isMember in [false, true] {
            functions.append(
                Function("completedYears", isMember: isMember, [.date, .date], .int) {
                    (values, _) throws(ExpressionError) in
                    let (birth, day) = try pair(values)
                    return .int(Int64(birth.completedYears(on: day)))
                })
        }
        return FunctionLibrary(functions)
    }()
}

extension Rational {
    /// `7`, or `-3/7` in lowest terms.
    var exactText: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
