public import Quantities

/// The law of one day as whole-number steps over columns, from which every evaluator of many households is made.
///
/// Compiled from the same expressions that `LawBook.assess` evaluates one household at a time. A step has the number of
/// its place in `steps` and reads only earlier ones. Truth is 1 and 0; a choice is its place in the list of the facts'
/// schema, null −1; a date is year × 10,000 + month × 100 + day; a fraction is two steps, numerator and a denominator
/// above zero. Arithmetic is exact as long as no step leaves 64 bits, which each evaluator checks or proves.
public struct LawPlan: Sendable {
    public typealias Place = Int

    public enum Step: Hashable, Sendable {
        case constant(Int64)
        /// A column of households, by its place in `columns`.
        case household(Int)
        /// A column of members.
        case member(Int)
        case add(Place, Place)
        case subtract(Place, Place)
        case multiply(Place, Place)
        /// The quotient rounded half to even; the divisor is above zero.
        case quotient(Place, Place)
        case less(Place, Place)
        case lessOrEqual(Place, Place)
        case equal(Place, Place)
        case and(Place, Place)
        case or(Place, Place)
        case not(Place)
        case choose(Place, then: Place, otherwise: Place)
        /// Completed years from a date of birth to the day of the plan; negative before birth.
        case age(Place)
        /// The number of a day, by which days are counted.
        case dayNumber(Place)
        /// The place, from 0, of a member among those of its household for which `filter` holds, by `order`.
        case rank(filter: Place, order: [Place])
        /// Over the members of a household for which `filter` holds.
        case sum(filter: Place, Place)
        /// Of the first member, in the order of the declaration, for which `filter` holds; 0 where there is none.
        case first(filter: Place, Place)
    }

    /// One input of the plan.
    public struct Column: Hashable, Sendable {
        /// The fact's path below the declaration or the member; `path#sum`, `path#count` of a list of numbers.
        public let name: String
        public let ofMembers: Bool
        public let kind: ColumnKind
    }

    public enum ColumnKind: Hashable, Sendable {
        case number
        case yesNo
        case date
        /// The codes, by place.
        case choice([String])
        /// The place of the text among those of its household's members, in the order of Unicode scalars.
        case textOrder
        case sumOfList
        case countOfList
    }

    public struct Term: Sendable {
        public let code: String
        /// In units of 10^-10.
        public let contribution: Place
    }

    public struct Formula: Sendable {
        public let id: String
        public let condition: Place
        public let region: Place?
        public let terms: [Term]
        /// In units of 10^-10.
        public let score: Place
    }

    public struct Programme: Sendable {
        public let id: String
        public let reasons: [(code: String, holds: Place)]
        public let eligible: Place
        /// Whole units of currency, 0 where not eligible; nil for a programme without an amount.
        public let amount: Place?
        /// The members of the answer in their order: `eligible`, `reasons` and the amount's name.
        public let output: [String]
    }

    /// A text of the household that must begin with the code of a choice and a further text.
    public struct Prefix: Hashable, Sendable {
        public let text: String
        public let choice: String
        public let suffix: String
    }

    public let date: CivilDate
    public internal(set) var columns: [Column] = []
    public internal(set) var steps: [Step] = []
    /// Whether a step has a value for each member, by place.
    public internal(set) var isOfMembers: [Bool] = []
    public internal(set) var formulas: [Formula] = []
    /// The score by whichever formula covers the household, in units of 10^-10.
    public internal(set) var score: Place = 0
    /// Whether exactly one formula covers the household.
    public internal(set) var isCovered: Place = 0
    public internal(set) var programmes: [Programme] = []
    /// Whether a declaration passes the facts' checks and nothing about it is left to the evaluation of one household:
    /// a missing first member, a table without its entry, an amount that is no whole number. Only of a plan made for
    /// declarations.
    public internal(set) var isCertain: Place?
    /// Checks of the facts that columns cannot express.
    public internal(set) var prefixes: [Prefix] = []

    private var places: [Step: Place] = [:]

    init(date: CivilDate) { self.date = date }
}

extension LawPlan {
    /// The day as its columns have dates.
    public var packedDate: Int64 { Self.packed(date) }

    /// The number of a day in the Gregorian calendar, 0 being 1970-01-01, from the day as columns have it.
    ///
    /// Shifts the year so that it begins in March, which puts the leap day last.
    @inlinable
    public static func dayNumber(_ packed: Int64) -> Int64 {
        let (year, month, day) = (packed / 10_000, packed / 100 % 100, packed % 100)
        let early: Int64 = month <= 2 ? 1 : 0
        let (y, m) = (year - early, month + 12 * early - 3)
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 719_469
    }

    public static func packed(_ date: CivilDate) -> Int64 { Int64(date.year * 10_000 + date.month * 100 + date.day) }

    mutating func column(_ name: String, ofMembers: Bool, _ kind: ColumnKind) -> Place {
        let column = Column(name: name, ofMembers: ofMembers, kind: kind)
        let index: Int
        if let known = columns.firstIndex(of: column) {
            index = known
        } else {
            index = columns.count
            columns.append(column)
        }
        return place(ofMembers ? .member(index) : .household(index))
    }

    func constant(at place: Place) -> Int64? {
        if case .constant(let value) = steps[place] { return value }
        return nil
    }

    /// Adds a step, or finds the equal one; what is known beforehand is computed now.
    mutating func place(_ step: Step) -> Place {
        if let simple = simplified(step) { return simple }
        if let known = places[step] { return known }
        let place = steps.count
        steps.append(step)
        isOfMembers.append(Self.isOfMembers(step, isOfMembers))
        places[step] = place
        return place
    }

    mutating func number(_ value: Int64) -> Place { place(.constant(value)) }

    private static func isOfMembers(_ step: Step, _ known: [Bool]) -> Bool {
        switch step {
        case .constant, .household, .sum, .first: false
        case .member, .rank: true
        case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b), .quotient(let a, let b),
            .less(let a, let b), .lessOrEqual(let a, let b), .equal(let a, let b), .and(let a, let b),
            .or(let a, let b):
            known[a] || known[b]
        case .not(let a), .age(let a), .dayNumber(let a): known[a]
        case .choose(let a, let b, let c): known[a] || known[b] || known[c]
        }
    }

    private mutating func simplified(_ step: Step) -> Place? {
        switch step {
        case .add(let a, let b):
            if let x = constant(at: a), let y = constant(at: b) { return folded(x.addingReportingOverflow(y)) }
            if constant(at: a) == 0 { return b }
            if constant(at: b) == 0 { return a }
        case .subtract(let a, let b):
            if let x = constant(at: a), let y = constant(at: b) { return folded(x.subtractingReportingOverflow(y)) }
            if constant(at: b) == 0 { return a }
        case .multiply(let a, let b):
            if let x = constant(at: a), let y = constant(at: b) { return folded(x.multipliedReportingOverflow(by: y)) }
            if constant(at: a) == 1 { return b }
            if constant(at: b) == 1 { return a }
            if constant(at: a) == 0 || constant(at: b) == 0 { return number(0) }
            // Constants gather in front, so that 12 × (x × 2) is 24 × x.
            if let y = constant(at: b), case .multiply(let c, let x) = steps[a], let z = constant(at: c) {
                let (product, overflow) = y.multipliedReportingOverflow(by: z)
                if !overflow { return place(.multiply(number(product), x)) }
            }
            if constant(at: b) != nil { return place(.multiply(b, a)) }
            if let y = constant(at: a), case .multiply(let c, let x) = steps[b], let z = constant(at: c) {
                let (product, overflow) = y.multipliedReportingOverflow(by: z)
                if !overflow { return place(.multiply(number(product), x)) }
            }
            if case .multiply(let c, let x) = steps[b], constant(at: c) != nil, constant(at: a) == nil {
                return place(.multiply(c, place(.multiply(a, x))))
            }
            if case .multiply(let c, let x) = steps[a], constant(at: c) != nil, constant(at: b) == nil {
                return place(.multiply(c, place(.multiply(x, b))))
            }
        case .quotient(let a, let b):
            if constant(at: b) == 1 { return a }
        case .and(let a, let b):
            if constant(at: a) == 1 { return b }
            if constant(at: b) == 1 { return a }
            if constant(at: a) == 0 || constant(at: b) == 0 { return number(0) }
        case .or(let a, let b):
            if constant(at: a) == 0 { return b }
            if constant(at: b) == 0 { return a }
            if constant(at: a) == 1 || constant(at: b) == 1 { return number(1) }
        case .choose(let a, let b, let c):
            if b == c { return b }
            if let x = constant(at: a) { return x == 0 ? c : b }
        case .equal(let a, let b):
            if let x = constant(at: a), let y = constant(at: b) { return number(x == y ? 1 : 0) }
        case .age(let a):
            // The head's age is the age of the head: a household without one has 0 rather than a date's.
            if case .first(let filter, let birth) = steps[a] {
                return place(.first(filter: filter, place(.age(birth))))
            }
        case .dayNumber(let a):
            if let x = constant(at: a) { return number(Self.dayNumber(x)) }
        case .not(let a):
            if let x = constant(at: a) { return number(1 - x) }
        default: break
        }
        return nil
    }

    private mutating func folded(_ result: (partialValue: Int64, overflow: Bool)) -> Place? {
        result.overflow ? nil : number(result.partialValue)
    }
}
