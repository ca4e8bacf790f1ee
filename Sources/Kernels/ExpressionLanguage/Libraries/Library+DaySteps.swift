internal import Quantities

extension FunctionLibrary {
    /// Days a number of days or months away: `plusDays`, `plusMonths`, `endOfMonth`.
    ///
    /// `plusMonths` keeps the day of the month, or takes the last one where the month is shorter. A day outside the years
    /// 1 to 9999 is an error.
    public static let daySteps = FunctionLibrary([
        Function("plusDays", [.date, .int], .date) { (values, _) throws(ExpressionError) in
            let (date, days) = try step(values)
            return try day { () throws(QuantityError) in try CivilDate(daysSinceEpoch: date.daysSinceEpoch + days) }
        },
        Function("plusMonths", [.date, .int], .date) { (values, _) throws(ExpressionError) in
            let (date, months) = try step(values)
            let count = date.year * 12 + date.month - 1 + months
            let (year, month) = (count / 12, count % 12 + 1)
            return try day { () throws(QuantityError) in
                guard count >= 12 else { throw .malformedDate }
                return try CivilDate(
                    year: year, month: month, day: min(date.day, CivilDate.days(inMonth: month, of: year)))
            }
        },
        Function("endOfMonth", [.date], .date) { (values, _) throws(ExpressionError) in
            guard let date = values[0].date else { throw .noOverload }
            return try day { () throws(QuantityError) in
                try CivilDate(
                    year: date.year, month: date.month, day: CivilDate.days(inMonth: date.month, of: date.year))
            }
        },
    ])

    private static func step(_ values: [Value]) throws(ExpressionError) -> (CivilDate, Int) {
        guard let date = values[0].date, let number = values[1].int, number.magnitude < 4_000_000 else {
            throw ExpressionError(.invalidArgument, "The day is too far away.")
        }
        return (date, Int(number))
    }

    private static func day(_ body: () throws(QuantityError) -> CivilDate) throws(ExpressionError) -> Value {
        do throws(QuantityError) { return .date(try body()) } catch { throw ExpressionError(quantity: error) }
    }
}
