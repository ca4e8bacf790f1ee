public import Rules

/// Computes a plan for the households of a frame, a block at a time.
///
/// A value of this type is not changed by use; several threads may run ranges of households at the same time.
public struct ColumnEvaluator: Sendable {
    public let plan: LawPlan
    public let frame: Frame
    /// Everything that a plan answers.
    let answers: [LawPlan.Place]
    private let ranges: [ClosedRange<Int64>]
    /// Households of a block: what is computed of them stays in the processor's second cache.
    public static let blockSize = 2_048
    private static let blockMembers = 12_288

    /// Proves from the columns' least and greatest values that no step leaves 64 bits.
    ///
    /// `base` is a plan that `plan` extends: its answers are computed as well, and what both need once. Throws `FrameError`
    /// where a step could leave 64 bits, and for a base that `plan` does not extend.
    public init(_ plan: LawPlan, _ frame: Frame, with base: LawPlan? = nil) throws(FrameError) {
        self.plan = plan
        self.frame = frame
        if let base, !plan.extends(base) {
            throw FrameError("The plan does not extend the other; make it with plan(on:replacing:extending:).")
        }
        let results = (base?.answers ?? []) + plan.answers
        answers = results
        ranges = try Self.prove(Self.needed(results, plan), plan, frame)
    }

    static func needed(_ results: [LawPlan.Place], _ plan: LawPlan) -> [LawPlan.Place] {
        var isNeeded = Array(repeating: false, count: plan.steps.count)
        var open = results
        while let place = open.popLast() {
            guard !isNeeded[place] else { continue }
            isNeeded[place] = true
            open += plan.steps[place].inputs
        }
        return isNeeded.indices.filter { isNeeded[$0] }
    }

    /// The results of one block.
    public struct Block {
        public let households: Range<Int>
        let run: ColumnRun

        /// The values of a step that has one for each household and was asked for, in their order.
        public func values(_ place: LawPlan.Place) -> UnsafeBufferPointer<Int64> {
            guard let register = run.program.results[place] else { return UnsafeBufferPointer(start: nil, count: 0) }
            return UnsafeBufferPointer(
                start: UnsafePointer(run.pointer(register).assumingMemoryBound(to: Int64.self)),
                count: households.count)
        }
    }

    /// Evaluates households in blocks; `body` sees each once, in order.
    ///
    /// `only` are steps of households that the plan's answers are made of; all answers where it is nil.
    public func evaluate(
        households: Range<Int>, only results: [LawPlan.Place]? = nil, _ body: (Block) throws -> Void
    ) rethrows {
        let program = ColumnProgram(plan, results ?? answers, ranges)
        let members = max(Self.blockMembers, frame.size.upperBound)
        let run = ColumnRun(program, frame, households: Self.blockSize, members: members)
        var start = households.lowerBound
        while start < households.upperBound {
            let group = frame.groups[frame.group(of: start)]
            let end = min(start + Self.blockSize, households.upperBound, group.firstHousehold + group.households)
            let count = run.prepare(start..<end, group, members: members)
            run.execute(group)
            try body(Block(households: start..<start + count, run: run))
            start += count
        }
    }

    /// Rounded half to even; `divisor` is above zero.
    static func quotient(_ number: Int64, _ divisor: Int64) -> Int64 {
        guard divisor != 0 else { return 0 }
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        let twice = rest.magnitude &* 2
        guard twice > divisor.magnitude || (twice == divisor.magnitude && quotient & 1 != 0) else { return quotient }
        return quotient &+ (number < 0 ? -1 : 1)
    }
}

extension LawPlan {
    /// Everything that the plan answers.
    fileprivate var answers: [Place] {
        var results = [score, isCovered]
        for programme in programmes {
            results += programme.reasons.map(\.holds) + [programme.eligible] + [programme.amount].compactMap(\.self)
        }
        if let isCertain { results.append(isCertain) }
        for formula in formulas {
            results.append(formula.condition)
            results += formula.terms.map(\.contribution)
        }
        return results
    }

    /// Whether the places of another plan mean the same in this one.
    fileprivate func extends(_ base: LawPlan) -> Bool {
        date == base.date && steps.starts(with: base.steps)
            && columns.map(Frame.key).starts(with: base.columns.map(Frame.key))
    }
}

extension LawPlan.Step {
    var inputs: [LawPlan.Place] {
        switch self {
        case .constant, .household, .member: []
        case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b), .quotient(let a, let b),
            .less(let a, let b), .lessOrEqual(let a, let b), .equal(let a, let b), .and(let a, let b),
            .or(let a, let b):
            [a, b]
        case .not(let a), .age(let a), .dayNumber(let a): [a]
        case .choose(let a, let b, let c): [a, b, c]
        case .rank(let filter, let order): [filter] + order
        case .sum(let filter, let a), .first(let filter, let a): [filter, a]
        }
    }
}
