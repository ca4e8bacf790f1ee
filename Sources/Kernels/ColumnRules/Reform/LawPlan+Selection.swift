import Rules

extension LawPlan {
    /// Whom a programme selects by the score, from its reasons of refusal.
    func selection(_ programme: Programme) -> ReformSelection {
        let signs = programme.reasons.map { sign(of: $0.holds) }.filter { $0 != .none }
        if signs.isEmpty { return .none }
        if signs.allSatisfy({ $0 == .rising }) { return .fromBelow }
        return signs.allSatisfy { $0 == .falling } ? .fromAbove : .none
    }

    /// Reasons of refusal that have nothing to do with the score.
    func otherReasons(_ programme: Programme) -> [Place] {
        programme.reasons.map(\.holds).filter { sign(of: $0) == .none }
    }

    /// How a step moves when the score rises.
    private enum Sign { case none, rising, falling, both }

    private func sign(of place: Place) -> Sign {
        var known: [Place: Sign] = [score: .rising]
        return sign(of: place, &known)
    }

    private func sign(of place: Place, _ known: inout [Place: Sign]) -> Sign {
        if let sign = known[place] { return sign }
        func opposite(_ sign: Sign) -> Sign { sign == .rising ? .falling : sign == .falling ? .rising : sign }
        func together(_ a: Sign, _ b: Sign) -> Sign { a == .none ? b : b == .none || a == b ? a : .both }
        let sign: Sign
        switch steps[place] {
        case .constant, .household, .member: sign = .none
        case .add(let a, let b), .and(let a, let b), .or(let a, let b):
            sign = together(self.sign(of: a, &known), self.sign(of: b, &known))
        case .subtract(let a, let b):
            sign = together(self.sign(of: a, &known), opposite(self.sign(of: b, &known)))
        case .less(let a, let b), .lessOrEqual(let a, let b):
            sign = together(opposite(self.sign(of: a, &known)), self.sign(of: b, &known))
        case .multiply(let a, let b):
            let (x, y) = (self.sign(of: a, &known), self.sign(of: b, &known))
            let factor = x == .none ? a : b
            switch steps[factor] {
            case .constant(let value): sign = value < 0 ? opposite(together(x, y)) : together(x, y)
            default: sign = x == .none && y == .none ? .none : .both
            }
        case .quotient(let a, let b):
            sign = self.sign(of: b, &known) == .none ? self.sign(of: a, &known) : .both
        case .not(let a): sign = opposite(self.sign(of: a, &known))
        case .choose(let condition, let a, let b):
            let branches = together(self.sign(of: a, &known), self.sign(of: b, &known))
            sign = self.sign(of: condition, &known) == .none ? branches : .both
        default:
            var isTouched = false
            for input in steps[place].inputs where self.sign(of: input, &known) != .none { isTouched = true }
            sign = isTouched ? .both : .none
        }
        known[place] = sign
        return sign
    }
}
