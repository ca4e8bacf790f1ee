import Rules

/// The counts of one piece of the households.
final class ReformTally: @unchecked Sendable {
    struct Histograms: Sendable {
        var poolBefore: [[Int]]
        var poolAfter: [[Int]]
        var coveredBefore: [Int]
        var coveredAfter: [Int]
    }

    private let work: ReformWork
    /// By programme and cell; behind them all programmes together.
    private let counts: UnsafeMutablePointer<ReformCounts>
    private let histograms: UnsafeMutablePointer<Int>
    private let programmes: Int
    private let cells: Int
    private static let bins = ConsumptionRanking.bins

    init(_ work: ReformWork) {
        self.work = work
        programmes = work.programmes.count
        cells = work.cellCount
        counts = .allocate(capacity: (programmes + 1) * cells)
        counts.initialize(repeating: ReformCounts(), count: (programmes + 1) * cells)
        histograms = .allocate(capacity: max(1, 2 * programmes * Self.bins))
        histograms.initialize(repeating: 0, count: 2 * programmes * Self.bins)
    }

    deinit {
        counts.deallocate()
        histograms.deallocate()
    }

    /// Evaluates both laws over the households and counts all but the errors.
    func evaluate(_ households: Range<Int>) {
        let (old, new) = (work.before, work.after)
        work.evaluator.evaluate(households: households, only: Self.results(old) + Self.results(new)) { block in
            mark(block, old, covered: work.coveredBefore, pool: work.poolBefore, histogram: 0)
            mark(block, new, covered: work.coveredAfter, pool: work.poolAfter, histogram: programmes)
            count(block, old, new)
        }
    }

    private static func results(_ plan: LawPlan) -> [LawPlan.Place] {
        plan.programmes.flatMap { programme in
            [programme.eligible] + [programme.amount].compactMap(\.self) + plan.otherReasons(programme)
        }
    }

    private func mark(
        _ block: ColumnEvaluator.Block, _ plan: LawPlan, covered: UnsafeMutablePointer<UInt32>,
        pool: UnsafeMutablePointer<UInt32>, histogram first: Int
    ) {
        let start = block.households.lowerBound
        let count = block.households.count
        (covered + start).update(repeating: 0, count: count)
        (pool + start).update(repeating: 0, count: count)
        for (place, programme) in plan.programmes.enumerated() {
            let bit = UInt32(1) << UInt32(place)
            let eligible = block.values(programme.eligible)
            for offset in 0..<count where eligible[offset] != 0 { covered[start &+ offset] |= bit }
            guard work.selections[place] != .none else { continue }
            let others = plan.otherReasons(programme).map { block.values($0) }
            let bins = histograms + (first &+ place) &* Self.bins
            for offset in 0..<count {
                var isOut: Int64 = 0
                for values in others { isOut |= values[offset] }
                guard isOut == 0 else { continue }
                pool[start &+ offset] |= bit
                bins[ConsumptionRanking.bin(work.ranking.spending[start &+ offset])] &+= 1
            }
        }
    }

    private func count(_ block: ColumnEvaluator.Block, _ old: LawPlan, _ plan: LawPlan) {
        let start = block.households.lowerBound
        let rows = block.households.count
        let all = counts + programmes &* cells
        let net = UnsafeMutablePointer<Int64>.allocate(capacity: 2 * rows)
        net.initialize(repeating: 0, count: 2 * rows)
        defer { net.deallocate() }
        var benefits: UInt32 = 0
        for (place, programme) in plan.programmes.enumerated() {
            let rule = work.programmes[place]
            if !rule.isPaidByHousehold { benefits |= 1 << UInt32(place) }
            let sign: Int64 = rule.isPaidByHousehold ? -1 : 1
            let amounts = programme.amount.map { block.values($0) }
            let oldAmounts = old.programmes[place].amount.map { block.values($0) }
            let counts = counts + place &* cells
            let bit = UInt32(1) << UInt32(place)
            for offset in 0..<rows {
                let household = start &+ offset
                let cell = counts + Int(work.cells[household])
                cell.pointee.households &+= 1
                let was = work.coveredBefore[household] & bit != 0
                let isNow = work.coveredAfter[household] & bit != 0
                if was { cell.pointee.coveredBefore &+= 1 }
                if isNow { cell.pointee.coveredAfter &+= 1 }
                if was != isNow { if isNow { cell.pointee.entered &+= 1 } else { cell.pointee.left &+= 1 } }
                guard let amounts, let oldAmounts else {
                    if was != isNow { if isNow { cell.pointee.winners &+= 1 } else { cell.pointee.losers &+= 1 } }
                    continue
                }
                let before = sign &* rule.timesAYear &* oldAmounts[offset]
                let after = sign &* rule.timesAYear &* amounts[offset]
                cell.pointee.costBefore &+= before
                cell.pointee.costAfter &+= after
                net[2 &* offset] &+= before
                net[2 &* offset &+ 1] &+= after
                if after > before { cell.pointee.winners &+= 1 }
                if after < before { cell.pointee.losers &+= 1 }
            }
        }
        for offset in 0..<rows {
            let household = start &+ offset
            let cell = all + Int(work.cells[household])
            let (before, after) = (net[2 &* offset], net[2 &* offset &+ 1])
            let was = work.coveredBefore[household] & benefits != 0
            let isNow = work.coveredAfter[household] & benefits != 0
            cell.pointee.households &+= 1
            cell.pointee.costBefore &+= before
            cell.pointee.costAfter &+= after
            if after > before { cell.pointee.winners &+= 1 }
            if after < before { cell.pointee.losers &+= 1 }
            if was { cell.pointee.coveredBefore &+= 1 }
            if isNow { cell.pointee.coveredAfter &+= 1 }
            if was != isNow { if isNow { cell.pointee.entered &+= 1 } else { cell.pointee.left &+= 1 } }
        }
    }

    /// Counts targets and errors, once it is known where each target ends.
    func countErrors(_ households: Range<Int>, _ cuts: ReformWork.Cuts) {
        for place in 0..<programmes where work.selections[place] != .none {
            let bit = UInt32(1) << UInt32(place)
            let isFromAbove = work.selections[place] == .fromAbove
            let counts = counts + place &* cells
            let (before, after) = (cuts.before[place], cuts.after[place])
            for household in households {
                let spent = work.ranking.spending[household]
                let cell = counts + Int(work.cells[household])
                if work.poolBefore[household] & bit != 0 {
                    let isTarget = before.contains(spent, household) != isFromAbove
                    let isCovered = work.coveredBefore[household] & bit != 0
                    if isTarget { cell.pointee.targetBefore &+= 1 }
                    if isCovered, !isTarget { cell.pointee.inclusionBefore &+= 1 }
                    if isTarget, !isCovered { cell.pointee.exclusionBefore &+= 1 }
                }
                if work.poolAfter[household] & bit != 0 {
                    let isTarget = after.contains(spent, household) != isFromAbove
                    let isCovered = work.coveredAfter[household] & bit != 0
                    if isTarget { cell.pointee.targetAfter &+= 1 }
                    if isCovered, !isTarget { cell.pointee.inclusionAfter &+= 1 }
                    if isTarget, !isCovered { cell.pointee.exclusionAfter &+= 1 }
                }
            }
        }
    }

    static func histograms(_ tallies: [ReformTally]) -> Histograms {
        guard let first = tallies.first else {
            return Histograms(poolBefore: [], poolAfter: [], coveredBefore: [], coveredAfter: [])
        }
        let programmes = first.programmes
        func pool(_ place: Int) -> [Int] {
            (0..<bins).map { bin in tallies.reduce(0) { $0 + $1.histograms[place * bins + bin] } }
        }
        func covered(_ programme: Int, _ count: KeyPath<ReformCounts, Int64>) -> Int {
            var sum: Int64 = 0
            for tally in tallies {
                for cell in 0..<tally.cells { sum += tally.counts[programme * tally.cells + cell][keyPath: count] }
            }
            return Int(sum)
        }
        return Histograms(
            poolBefore: (0..<programmes).map(pool), poolAfter: (0..<programmes).map { pool(programmes + $0) },
            coveredBefore: (0..<programmes).map { covered($0, \.coveredBefore) },
            coveredAfter: (0..<programmes).map { covered($0, \.coveredAfter) })
    }

    static func counts(_ tallies: [ReformTally]) -> [[ReformCounts]] {
        guard let first = tallies.first else { return [] }
        return (0...first.programmes).map { programme in
            (0..<first.cells).map { cell in
                var sum = ReformCounts()
                for tally in tallies { sum.add(tally.counts[programme * first.cells + cell]) }
                return sum
            }
        }
    }
}
