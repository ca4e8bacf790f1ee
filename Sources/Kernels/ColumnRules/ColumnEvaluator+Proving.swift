import Rules

extension ColumnEvaluator {
    /// Derives the range of every step from the ranges of the columns.
    static func prove(_ places: [LawPlan.Place], _ plan: LawPlan, _ frame: Frame) throws(FrameError)
        -> [ClosedRange<Int64>]
    {
        var ranges = [ClosedRange<Int128>](repeating: 0...0, count: plan.steps.count)
        let (fewest, most) = (Int128(frame.size.lowerBound), Int128(frame.size.upperBound))
        for place in places {
            let range: ClosedRange<Int128>
            switch plan.steps[place] {
            case .constant(let value): range = Int128(value)...Int128(value)
            case .household(let column), .member(let column):
                range = Int128(frame.ranges[column].lowerBound)...Int128(frame.ranges[column].upperBound)
            case .add(let a, let b):
                range = ranges[a].lowerBound + ranges[b].lowerBound...ranges[a].upperBound + ranges[b].upperBound
            case .subtract(let a, let b):
                range = ranges[a].lowerBound - ranges[b].upperBound...ranges[a].upperBound - ranges[b].lowerBound
            case .multiply(let a, let b):
                let products = [
                    ranges[a].lowerBound * ranges[b].lowerBound, ranges[a].lowerBound * ranges[b].upperBound,
                    ranges[a].upperBound * ranges[b].lowerBound, ranges[a].upperBound * ranges[b].upperBound,
                ]
                range = products.min()!...products.max()!
            case .quotient(let a, let b):
                guard ranges[b].lowerBound > 0 else { throw FrameError("A divisor can be zero\(names(b, plan)).") }
                let least = ranges[b].lowerBound
                range = min(ranges[a].lowerBound / least, 0) - 1...max(ranges[a].upperBound / least, 0) + 1
            case .less, .lessOrEqual, .equal, .and, .or, .not: range = 0...1
            case .choose(_, let a, let b):
                range =
                    min(ranges[a].lowerBound, ranges[b].lowerBound)...max(ranges[a].upperBound, ranges[b].upperBound)
            case .age(let a):
                guard ranges[a].lowerBound > 10_000, ranges[a].upperBound < 100_000_000 else {
                    throw FrameError("A date is outside the calendar\(names(a, plan)).")
                }
                // The older, the earlier: the bounds' ages are the ages' bounds.
                func age(_ birth: Int128) -> Int128 {
                    (Int128(plan.packedDate) + 100_000_000 - birth) / 10_000 - 10_000
                }
                range = age(ranges[a].upperBound)...age(ranges[a].lowerBound)
            case .dayNumber(let a):
                guard ranges[a].lowerBound > 10_000, ranges[a].upperBound < 100_000_000 else {
                    throw FrameError("A date is outside the calendar\(names(a, plan)).")
                }
                range = -1_000_000...4_000_000
            case .rank: range = 0...most
            case .sum(let filter, let a) where ranges[filter] == 1...1 && ranges[a] == 1...1:
                range = min(fewest, most)...most
            case .sum(_, let a): range = min(ranges[a].lowerBound * most, 0)...max(ranges[a].upperBound * most, 0)
            case .first(_, let a): range = min(ranges[a].lowerBound, 0)...max(ranges[a].upperBound, 0)
            }
            guard range.lowerBound > Int128(Int64.min), range.upperBound <= Int128(Int64.max) else {
                throw FrameError("A value is too large to be computed exactly\(names(place, plan)).")
            }
            ranges[place] = range
        }
        return ranges.map { Int64($0.lowerBound)...Int64($0.upperBound) }
    }

    private static func names(_ place: LawPlan.Place, _ plan: LawPlan) -> String {
        let columns = needed([place], plan).compactMap { place -> String? in
            switch plan.steps[place] {
            case .household(let column), .member(let column): plan.columns[column].name
            default: nil
            }
        }
        return columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))"
    }
}
