extension LawPlan {
    /// The same plan over households alone: what is drawn from their members becomes columns of its own.
    ///
    /// For planners who ask the same households again and again, and for measuring. `drawn` has, for each new column, the
    /// step of this plan whose values it holds; the other columns keep their names.
    public func overHouseholds() -> (plan: LawPlan, drawn: [(column: String, place: Place)]) {
        var plan = LawPlan(date: date)
        var drawn: [(column: String, place: Place)] = []
        var known: [Place: Place] = [:]
        func map(_ place: Place) -> Place {
            if let found = known[place] { return found }
            let step: Step
            switch steps[place] {
            case .constant, .member, .rank: step = steps[place]
            case .household(let index):
                let column = columns[index]
                let found = plan.column(column.name, ofMembers: false, column.kind)
                known[place] = found
                return found
            case .sum, .first:
                let name = "drawn\(drawn.count + 1)"
                drawn.append((name, place))
                let found = plan.column(name, ofMembers: false, .number)
                known[place] = found
                return found
            case .add(let a, let b): step = .add(map(a), map(b))
            case .subtract(let a, let b): step = .subtract(map(a), map(b))
            case .multiply(let a, let b): step = .multiply(map(a), map(b))
            case .quotient(let a, let b): step = .quotient(map(a), map(b))
            case .less(let a, let b): step = .less(map(a), map(b))
            case .lessOrEqual(let a, let b): step = .lessOrEqual(map(a), map(b))
            case .equal(let a, let b): step = .equal(map(a), map(b))
            case .and(let a, let b): step = .and(map(a), map(b))
            case .or(let a, let b): step = .or(map(a), map(b))
            case .not(let a): step = .not(map(a))
            case .age(let a): step = .age(map(a))
            case .dayNumber(let a): step = .dayNumber(map(a))
            case .choose(let a, let b, let c): step = .choose(map(a), then: map(b), otherwise: map(c))
            }
            let found = plan.place(step)
            known[place] = found
            return found
        }
        plan.score = map(score)
        plan.isCovered = map(isCovered)
        plan.formulas = formulas.map { formula in
            Formula(
                id: formula.id, condition: map(formula.condition), region: formula.region.map(map),
                terms: formula.terms.map { Term(code: $0.code, contribution: map($0.contribution)) },
                score: map(formula.score))
        }
        return (plan, drawn)
    }
}
