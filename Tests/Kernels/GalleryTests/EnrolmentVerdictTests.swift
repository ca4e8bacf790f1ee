import Gallery
import Testing

/// Enrolments of one person and shards that lag, moved on step by step in every order there is.
private struct World: Hashable {
    enum Step: Hashable { case enrol(Int), follow(Int), search(Int) }

    /// Order numbers of the enrolments, 0 before.
    var orders: [UInt64]
    var isClear: [Bool]
    var isReferred: [Bool]
    /// The last order number that each shard has seen.
    var seen: [UInt64]
    var last: UInt64 = 0

    init(enrolments: Int, shards: Int) {
        orders = .init(repeating: 0, count: enrolments)
        isClear = .init(repeating: false, count: enrolments)
        isReferred = isClear
        seen = .init(repeating: 0, count: shards)
    }

    var steps: [Step] {
        orders.indices.flatMap { one -> [Step] in
            if orders[one] == 0 { return [.enrol(one)] }
            return isClear[one] || isReferred[one] ? [] : [.search(one)]
        } + seen.indices.filter { seen[$0] < last }.map(Step.follow)
    }

    /// False when nothing changed: a search that has to be made again.
    mutating func take(_ step: Step) throws -> Bool {
        switch step {
        case .enrol(let one):
            last += 1
            orders[one] = last
        case .follow(let shard): seen[shard] = last
        case .search(let one):
            switch EnrolmentVerdict(order: orders[one], answer: try answer(orders[one])) {
            case .clear: isClear[one] = true
            case .adjudicate: isReferred[one] = true
            case .searchAgain: return false
            }
        }
        return true
    }

    /// All enrolments are of one person: each shard finds those of its own that it has seen.
    private func answer(_ own: UInt64) throws -> SearchAnswer {
        let count = seen.count
        let outcomes = try seen.enumerated().map { index, seen in
            let shard = try Shard(index + 1, of: count)
            let found = orders.filter { $0 != 0 && $0 != own && $0 <= seen && shard.holds($0) }
            return (
                shard: index + 1,
                outcome: SearchAnswer.Outcome.answered(
                    try SearchAnswerTests.answer(index + 1, of: count, last: seen, found: found.sorted()))
            )
        }
        return SearchAnswer(outcomes, shards: count, needed: own - 1)
    }
}

@Suite("Two enrolments of one person at once")
struct EnrolmentVerdictTests {
    @Test("in every order of steps exactly one passes", arguments: [(2, 1), (2, 2), (2, 3), (3, 2)])
    func everyOrder(enrolments: Int, shards: Int) throws {
        var visited: Set<World> = []
        var waiting = [World(enrolments: enrolments, shards: shards)]
        var ends = 0
        while let world = waiting.popLast() {
            guard visited.insert(world).inserted else { continue }
            #expect(world.isClear.count { $0 } <= 1)
            if world.steps.isEmpty {
                ends += 1
                #expect(world.isClear.count { $0 } == 1)
                #expect(world.isReferred.count { $0 } == enrolments - 1)
                // The earliest is the one that passes.
                #expect(world.isClear[world.orders.firstIndex(of: 1)!])
            }
            for step in world.steps {
                var next = world
                if try next.take(step) { waiting.append(next) }
            }
        }
        #expect(ends > 0 && visited.count > 10)
    }
}
