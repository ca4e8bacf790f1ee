import ExpressionLanguage
public import Quantities

extension LawBook {
    /// The law in force on a day as steps over columns.
    ///
    /// `parameters` replaces numbers by id or `id.entry`, for asking what another number would do. Throws `notInForce`
    /// before the first formula, `invalidExpression` for a rule that columns cannot express, naming file, line and field.
    ///
    /// `base` is a plan of the same day: its steps keep their places and are shared, so that one evaluation yields both.
    /// `forDeclarations` adds the checks of the facts and what else must hold for `isCertain`.
    public func plan(
        on date: CivilDate, replacing parameters: [String: Rational] = [:], extending base: LawPlan? = nil,
        forDeclarations: Bool = false
    ) throws(LawError) -> LawPlan {
        for id in parameters.keys { _ = try parameter(id, on: date) }
        var compiler = try PlanCompiler(date: date, parts)
        if let base, base.date == date { compiler.plan = base }
        var formulas: [LawPlan.Formula] = []
        var (score, covers) = (compiler.plan.number(0), compiler.plan.number(0))
        for versions in self.formulas {
            guard let formula = versions.last(where: { $0.from <= date }), formula.until.map({ date <= $0 }) ?? true
            else {
                continue
            }
            let planned = try compiler.plan(formula, parameters)
            formulas.append(planned)
            score = compiler.plan.place(.choose(planned.condition, then: planned.score, otherwise: score))
            covers = compiler.plan.place(.add(covers, planned.condition))
        }
        guard !formulas.isEmpty else {
            throw LawError(.notInForce, "No formula of the score is in force on \(date).")
        }
        let isCovered = compiler.plan.place(.equal(covers, compiler.plan.number(1)))
        var programmes: [LawPlan.Programme] = []
        for versions in self.programmes {
            guard let rule = versions.last(where: { $0.from <= date }), rule.until.map({ date <= $0 }) ?? true else {
                continue
            }
            programmes.append(try compiler.plan(rule, score: score, parameters))
        }
        // A damping option that changes the facts is no step of a plan: its households are computed one at a time.
        let isDamped = dampingOption(on: date)?.changesFacts ?? false
        let isCertain = forDeclarations && !isDamped ? try compiler.certainty(isCovered) : nil
        var plan = compiler.plan
        plan.isCertain = isCertain
        plan.prefixes = compiler.prefixes
        plan.formulas = formulas
        plan.score = score
        plan.isCovered = isCovered
        plan.programmes = programmes
        return plan
    }
}

extension PlanCompiler {
    fileprivate mutating func plan(
        _ formula: ScoreFormula, _ changed: [String: Rational]
    ) throws(LawError) -> LawPlan.Formula {
        let condition = try truth(formula.condition)
        var score = try units(try reference(formula.constant, changed))
        var region: LawPlan.Place?
        if let term = formula.region {
            let place = try units(try reference(term.term, changed))
            region = place
            score = plan.place(.add(score, place))
        }
        var terms: [LawPlan.Term] = []
        for term in formula.terms {
            let value: PlanValue
            switch term.variable.rule {
            case .value(let rule): value = try self.value(rule)
            case .share(let part, let whole): value = try call("ratio", [try self.value(part), try self.value(whole)])
            }
            let number: PlanValue
            if case .truth(let place) = value { number = .whole(place) } else { number = value }
            let place = try units(try call("_*_", [number, try reference(term.weight, changed)]))
            terms.append(LawPlan.Term(code: term.variable.code, contribution: place))
            score = plan.place(.add(score, place))
        }
        return LawPlan.Formula(id: formula.id, condition: condition, region: region, terms: terms, score: score)
    }

    fileprivate mutating func plan(
        _ rule: ProgrammeRule, score: LawPlan.Place, _ changed: [String: Rational]
    ) throws(LawError) -> LawPlan.Programme {
        let before = snapshot()
        defer { restore(before) }
        use(rule.definitions)
        bind("score", .fraction(score, plan.number(FixedPoint.unitsPerOne)))
        if let threshold = rule.threshold { bind("threshold", try reference(threshold, changed)) }
        for (name, reference) in rule.parameters { bind(name, try self.reference(reference, changed)) }
        var reasons: [(code: String, holds: LawPlan.Place)] = []
        var refused = plan.number(0)
        for reason in rule.reasons {
            let place = try truth(reason.condition)
            reasons.append((reason.code, place))
            refused = plan.place(.or(refused, place))
        }
        let eligible = plan.place(.not(refused))
        var amount: LawPlan.Place?
        if let rule = rule.amount {
            let (numerator, denominator) = try fraction(try value(rule.value))
            let whole = plan.place(.quotient(numerator, denominator))
            amount = plan.place(.choose(eligible, then: whole, otherwise: plan.number(0)))
            doubts.append(plan.place(.less(whole, plan.number(0))))
            if plan.constant(at: denominator) != 1 {
                let again = plan.place(.multiply(denominator, whole))
                doubts.append(plan.place(.not(plan.place(.equal(again, numerator)))))
            }
        }
        return LawPlan.Programme(
            id: rule.id, reasons: reasons, eligible: eligible, amount: amount, output: rule.output)
    }

    /// A number in units of 10^-10, rounded once, half to even.
    private mutating func units(_ value: PlanValue) throws(LawError) -> LawPlan.Place {
        let (numerator, denominator) = try fraction(value)
        // A weight of four decimals is whole in these units: cancel what both sides share before anything multiplies.
        let (scale, rest) = reduced(FixedPoint.unitsPerOne, by: denominator)
        return plan.place(.quotient(plan.place(.multiply(plan.number(scale), numerator)), rest))
    }

    private mutating func reduced(_ number: Int64, by place: LawPlan.Place) -> (Int64, LawPlan.Place) {
        func divisor(_ a: Int64, _ b: Int64) -> Int64 { b == 0 ? a : divisor(b, a % b) }
        if let known = plan.constant(at: place) {
            let common = divisor(number, known)
            return (number / common, plan.number(known / common))
        }
        if case .multiply(let first, let second) = plan.steps[place], let known = plan.constant(at: first) {
            let common = divisor(number, known)
            return (number / common, plan.place(.multiply(plan.number(known / common), second)))
        }
        return (number, place)
    }

    private mutating func reference(
        _ reference: ParameterReference, _ changed: [String: Rational]
    ) throws(LawError) -> PlanValue {
        let parameter = reference.parameter
        func number(_ entry: Parameter.Entry, _ name: String?) throws(LawError) -> PlanValue {
            let value = changed[name.map { "\(parameter.id).\($0)" } ?? parameter.id] ?? entry.value
            guard let numerator = Int64(exactly: value.numerator), let denominator = Int64(exactly: value.denominator)
            else { throw unsupported() }
            return .fraction(plan.number(numerator), plan.number(denominator))
        }
        switch try parameter.version(on: plan.date).content {
        case .number(let entry): return try number(entry, nil)
        case .table(let table):
            guard let key = reference.key, case .choice(_, let codes) = try value(key) else { throw unsupported() }
            let chosen = try value(key)
            var result: PlanValue = .fraction(plan.number(0), plan.number(1))
            if case .truth(let isNull) = try call("_==_", [chosen, .null]) { doubts.append(isNull) }
            for code in codes.reversed() {
                guard let entry = table[code] else {
                    if case .truth(let isMissing) = try call("_==_", [chosen, .text(code)]) {
                        doubts.append(isMissing)
                    }
                    continue
                }
                let holds = try call("_==_", [chosen, .text(code)])
                result = try call("_?_:_", [holds, try number(entry, code), result])
            }
            return result
        case .bands(let bands):
            guard let key = reference.key else { throw unsupported() }
            let place = try value(key)
            var result: PlanValue?
            for (index, band) in bands.enumerated().reversed() {
                let entry = try number(band.entry, "\(index + 1)")
                guard let upTo = band.upTo, let after = result else {
                    result = entry
                    continue
                }
                guard let numerator = Int64(exactly: upTo.numerator), let denominator = Int64(exactly: upTo.denominator)
                else { throw unsupported() }
                let end = PlanValue.fraction(plan.number(numerator), plan.number(denominator))
                result = try call("_?_:_", [try call("_<=_", [place, end]), entry, after])
            }
            guard let result else { throw unsupported() }
            return result
        }
    }
}
