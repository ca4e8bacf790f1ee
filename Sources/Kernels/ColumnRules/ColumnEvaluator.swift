public import Rules

/// Computes a plan for the households of a frame, a block at a time.
///
/// A value of this type is not changed by use; run several blocks at the same time, each with its own `Workspace`.
public struct ColumnEvaluator: Sendable {
    public let plan: LawPlan
    public let frame: Frame
    /// What is computed, in order.
    let wanted: [LawPlan.Place]
    public static let blockSize = 512

    /// Proves from the columns' least and greatest values that no step leaves 64 bits. Throws `FrameError` where one could.
    public init(_ plan: LawPlan, _ frame: Frame) throws(FrameError) {
        self.plan = plan
        self.frame = frame
        var results = [plan.score, plan.isCovered]
        for programme in plan.programmes {
            results += programme.reasons.map(\.holds) + [programme.eligible] + [programme.amount].compactMap(\.self)
        }
        if let isCertain = plan.isCertain { results.append(isCertain) }
        for formula in plan.formulas {
            results.append(formula.condition)
            results += formula.terms.map(\.contribution)
        }
        wanted = Self.needed(results, plan)
        try Self.prove(wanted, plan, frame)
    }

    static func needed(_ results: [LawPlan.Place], _ plan: LawPlan) -> [LawPlan.Place] {
        var needed = Set<LawPlan.Place>()
        var open = results
        while let place = open.popLast() {
            guard needed.insert(place).inserted else { continue }
            open += plan.steps[place].inputs
        }
        return needed.sorted()
    }

    /// The results of one block.
    public struct Block {
        public let households: Range<Int>
        let workspace: Workspace

        /// The values of a step that has one for each household, in their order.
        public func values(_ place: LawPlan.Place) -> UnsafeBufferPointer<Int64> {
            UnsafeBufferPointer(start: workspace.buffers[place]!, count: households.count)
        }
    }

    /// Evaluates households in blocks; `body` sees each once, in order.
    public func evaluate(
        households: Range<Int>, only results: [LawPlan.Place]? = nil, _ body: (Block) throws -> Void
    ) rethrows {
        let places = results.map { Self.needed($0, plan) } ?? wanted
        let workspace = Workspace(plan, places, households: Self.blockSize, members: Self.blockSize * max(1, frame.size.upperBound))
        var start = households.lowerBound
        while start < households.upperBound {
            let group = frame.groups[frame.group(of: start)]
            let end = min(start + Self.blockSize, households.upperBound, group.firstHousehold + group.households)
            run(places, start..<end, group, workspace)
            try body(Block(households: start..<end, workspace: workspace))
            start = end
        }
    }
}

/// One buffer for each step of a block.
final class Workspace {
    var buffers: [UnsafeMutablePointer<Int64>?]
    /// First member of each household within the block, one more than there are.
    let firsts: UnsafeMutablePointer<Int>
    /// The household of each member within the block.
    let owners: UnsafeMutablePointer<Int32>
    let spare: UnsafeMutablePointer<Int64>
    let other: UnsafeMutablePointer<Int64>
    let third: UnsafeMutablePointer<Int64>

    init(_ plan: LawPlan, _ places: [LawPlan.Place], households: Int, members: Int) {
        buffers = Array(repeating: nil, count: plan.steps.count)
        let widest = max(households, members)
        for place in places {
            if case .constant = plan.steps[place] {
                // A constant may be read as a column of either kind.
                buffers[place] = .allocate(capacity: widest)
            } else {
                buffers[place] = .allocate(capacity: plan.isOfMembers[place] ? members : households)
            }
            if case .constant(let value) = plan.steps[place] {
                buffers[place]!.initialize(repeating: value, count: widest)
            }
        }
        firsts = .allocate(capacity: households + 1)
        owners = .allocate(capacity: members)
        spare = .allocate(capacity: widest)
        other = .allocate(capacity: widest)
        third = .allocate(capacity: widest)
    }

    deinit {
        for buffer in buffers { buffer?.deallocate() }
        firsts.deallocate()
        owners.deallocate()
        spare.deallocate()
        other.deallocate()
        third.deallocate()
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
