import Quantities

extension PlanCompiler {
    mutating func call(_ name: String, _ values: [PlanValue]) throws(LawError) -> PlanValue {
        switch (name, values.count) {
        case ("_+_", 2): return try sum(values[0], values[1], subtract: false)
        case ("_-_", 2): return try sum(values[0], values[1], subtract: true)
        case ("_*_", 2):
            if case .whole(let a) = values[0], case .whole(let b) = values[1] {
                return .whole(plan.place(.multiply(a, b)))
            }
            let (a, b) = (try fraction(values[0]), try fraction(values[1]))
            return .fraction(plan.place(.multiply(a.0, b.0)), plan.place(.multiply(a.1, b.1)))
        case ("_/_", 2), ("ratio", 2):
            if name == "_/_", case .whole = values[0], case .whole = values[1] { throw unsupported() }
            let (a, b) = (try fraction(values[0]), try fraction(values[1]))
            return .fraction(plan.place(.multiply(a.0, b.1)), plan.place(.multiply(a.1, b.0)))
        case ("-_", 1): return try sum(.whole(plan.number(0)), values[0], subtract: true)
        case ("!_", 1):
            guard case .truth(let place) = values[0] else { throw unsupported() }
            return .truth(plan.place(.not(place)))
        case ("_<_", 2): return .truth(try compare(values[0], values[1], orEqual: false))
        case ("_<=_", 2): return .truth(try compare(values[0], values[1], orEqual: true))
        case ("_>_", 2): return .truth(try compare(values[1], values[0], orEqual: false))
        case ("_>=_", 2): return .truth(try compare(values[1], values[0], orEqual: true))
        case ("_==_", 2): return .truth(try equal(values[0], values[1]))
        case ("_!=_", 2): return .truth(plan.place(.not(try equal(values[0], values[1]))))
        case ("in", 2):
            guard case .texts(let texts) = values[1] else { throw unsupported() }
            var result = plan.number(0)
            for text in texts { result = plan.place(.or(result, try equal(values[0], .text(text)))) }
            return .truth(result)
        case ("_?_:_", 3): return try choose(values[0], values[1], values[2])
        case ("size", 1):
            if case .numbers(let path) = values[0] {
                return .whole(plan.column("\(path)#count", ofMembers: false, .countOfList))
            }
            guard case .stream(let stream) = values[0] else { throw unsupported() }
            return .whole(count(stream.filter))
        case ("sum", 1): return try total(values[0])
        case ("average", 1):
            let sum = try fraction(try total(values[0]))
            let count = try fraction(try call("size", values))
            return .fraction(sum.0, plan.place(.multiply(sum.1, count.0)))
        case ("rational", 1):
            let (numerator, denominator) = try fraction(values[0])
            return .fraction(numerator, denominator)
        case ("completedYears", 2):
            guard case .date(let birth) = values[0], case .date(let day) = values[1],
                plan.constant(at: day) == plan.packedDate
            else { throw unsupported() }
            return .whole(plan.place(.age(birth)))
        case ("daysBetween", 2):
            guard case .date(let from) = values[0], case .date(let to) = values[1] else { throw unsupported() }
            return .whole(plan.place(.subtract(plan.place(.dayNumber(to)), plan.place(.dayNumber(from)))))
        case ("_[_]", 2):
            guard case .stream(let stream) = values[0], case .whole(let index) = values[1],
                plan.constant(at: index) == 0
            else { throw unsupported() }
            return .first(stream)
        default: throw unsupported()
        }
    }

    func isFraction(_ value: PlanValue) -> Bool {
        if case .fraction = value { return true }
        return false
    }

    mutating func fraction(_ value: PlanValue) throws(LawError) -> (LawPlan.Place, LawPlan.Place) {
        switch value {
        case .whole(let place): return (place, plan.number(1))
        case .fraction(let numerator, let denominator): return (numerator, denominator)
        default: throw unsupported()
        }
    }

    /// Two numbers over one denominator: the least common one where both are known.
    private mutating func common(
        _ left: PlanValue, _ right: PlanValue
    ) throws(LawError) -> (LawPlan.Place, LawPlan.Place, LawPlan.Place) {
        let (a, b) = (try fraction(left), try fraction(right))
        if a.1 == b.1 { return (a.0, b.0, a.1) }
        if let x = plan.constant(at: a.1), let y = plan.constant(at: b.1) {
            let divisor = greatestCommonDivisor(x, y)
            let (l, r) = (plan.number(y / divisor), plan.number(x / divisor))
            return (plan.place(.multiply(a.0, l)), plan.place(.multiply(b.0, r)), plan.place(.multiply(a.1, l)))
        }
        return (plan.place(.multiply(a.0, b.1)), plan.place(.multiply(b.0, a.1)), plan.place(.multiply(a.1, b.1)))
    }

    private func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return max(a, 1)
    }

    private mutating func sum(_ left: PlanValue, _ right: PlanValue, subtract: Bool) throws(LawError) -> PlanValue {
        if case .whole(let a) = left, case .whole(let b) = right {
            return .whole(plan.place(subtract ? .subtract(a, b) : .add(a, b)))
        }
        let (a, b, denominator) = try common(left, right)
        return .fraction(plan.place(subtract ? .subtract(a, b) : .add(a, b)), denominator)
    }

    private mutating func compare(_ left: PlanValue, _ right: PlanValue, orEqual: Bool) throws(LawError)
        -> LawPlan.Place
    {
        let a: LawPlan.Place
        let b: LawPlan.Place
        if case .date(let x) = left, case .date(let y) = right {
            (a, b) = (x, y)
        } else {
            (a, b, _) = try common(left, right)
        }
        return plan.place(orEqual ? .lessOrEqual(a, b) : .less(a, b))
    }

    private mutating func equal(_ left: PlanValue, _ right: PlanValue) throws(LawError) -> LawPlan.Place {
        switch (left, right) {
        case (.choice(let place, let codes), .text(let text)), (.text(let text), .choice(let place, let codes)):
            guard let code = codes.firstIndex(of: text) else { return plan.number(0) }
            return plan.place(.equal(place, plan.number(Int64(code))))
        case (.choice(let place, _), .null), (.null, .choice(let place, _)):
            return plan.place(.equal(place, plan.number(-1)))
        case (.choice(let a, let x), .choice(let b, let y)) where x == y: return plan.place(.equal(a, b))
        case (.truth(let a), .truth(let b)), (.date(let a), .date(let b)): return plan.place(.equal(a, b))
        default:
            let (a, b, _) = try common(left, right)
            return plan.place(.equal(a, b))
        }
    }

    private mutating func choose(
        _ condition: PlanValue, _ then: PlanValue, _ otherwise: PlanValue
    ) throws(LawError) -> PlanValue {
        guard case .truth(let place) = condition else { throw unsupported() }
        switch (then, otherwise) {
        case (.whole(let a), .whole(let b)): return .whole(plan.place(.choose(place, then: a, otherwise: b)))
        case (.truth(let a), .truth(let b)): return .truth(plan.place(.choose(place, then: a, otherwise: b)))
        case (.date(let a), .date(let b)): return .date(plan.place(.choose(place, then: a, otherwise: b)))
        default:
            let (a, b, denominator) = try common(then, otherwise)
            return .fraction(plan.place(.choose(place, then: a, otherwise: b)), denominator)
        }
    }

    private mutating func total(_ value: PlanValue) throws(LawError) -> PlanValue {
        switch value {
        case .numbers(let path): return .whole(plan.column("\(path)#sum", ofMembers: false, .sumOfList))
        case .stream(let stream):
            guard let element = stream.element else { throw unsupported() }
            let (numerator, denominator) = try fraction(element)
            guard plan.constant(at: denominator) != nil else { throw unsupported() }
            return .fraction(plan.place(.sum(filter: stream.filter, numerator)), denominator)
        default: throw unsupported()
        }
    }
}
