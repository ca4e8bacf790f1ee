import Rules

/// What all pieces of an analysis read, and the places that each writes for its own households.
final class ReformWork: @unchecked Sendable {
    let old: ColumnEvaluator
    let new: ColumnEvaluator
    let programmes: [ReformProgramme]
    let selections: [ReformSelection]
    let regions: [String]
    let milieux: [String]
    let ranking: ConsumptionRanking
    let tenthBounds: [ConsumptionRanking.Cut]
    /// Of each household: region, milieu and tenth in one number.
    let cells: UnsafeMutablePointer<UInt16>
    /// Of each household, a bit a programme: covered, and kept out by nothing but the score.
    let coveredBefore: UnsafeMutablePointer<UInt32>
    let coveredAfter: UnsafeMutablePointer<UInt32>
    let poolBefore: UnsafeMutablePointer<UInt32>
    let poolAfter: UnsafeMutablePointer<UInt32>
    /// Amounts before, programme by programme.
    let amounts: [UnsafeMutablePointer<Int32>?]

    var cellCount: Int { regions.count * milieux.count * ReformAnalysis.tenths }

    init(
        _ old: ColumnEvaluator, _ new: ColumnEvaluator, _ known: [ReformProgramme], spending name: String
    ) throws(FrameError) {
        guard old.plan.programmes.map(\.id) == new.plan.programmes.map(\.id), old.plan.programmes.count <= 32 else {
            throw FrameError("The two plans must have the same programmes, 32 at most.")
        }
        self.old = old
        self.new = new
        programmes = old.plan.programmes.map { programme in
            known.first { $0.id == programme.id }
                ?? ReformProgramme(id: programme.id, timesAYear: 1, isPaidByHousehold: false)
        }
        selections = old.plan.programmes.map(old.plan.selection)
        let frame = old.frame
        let count = frame.households
        guard let spending = frame.values(name) else {
            throw FrameError("The file has no column \(name); make it with synthesize.")
        }
        let amounts = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, count))
        var histogram = [Int](repeating: 0, count: ConsumptionRanking.bins)
        for household in 0..<count {
            let amount = Int32(clamping: spending[household])
            amounts[household] = amount
            histogram[ConsumptionRanking.bin(amount)] += 1
        }
        ranking = ConsumptionRanking(spending: amounts, count: count)
        let ranking = ranking
        let cuts = (1..<ReformAnalysis.tenths).map { tenth in
            ranking.cut(after: count * tenth / ReformAnalysis.tenths, histogram) { _ in true }
        }
        tenthBounds = cuts
        (regions, milieux) = (Self.codes("region", old.plan), Self.codes("milieu", old.plan))
        cells = .allocate(capacity: max(1, count))
        cells.initialize(repeating: 0, count: count)
        coveredBefore = .allocate(capacity: max(1, count))
        coveredAfter = .allocate(capacity: max(1, count))
        poolBefore = .allocate(capacity: max(1, count))
        poolAfter = .allocate(capacity: max(1, count))
        self.amounts = old.plan.programmes.map { $0.amount == nil ? nil : .allocate(capacity: max(1, count)) }
        let (regionOf, milieuOf) = (frame.values("region"), frame.values("milieu"))
        let tenthOfBin = Self.tenths(cuts)
        for household in 0..<count {
            let amount = amounts[household]
            var tenth = Int(tenthOfBin[ConsumptionRanking.bin(amount)])
            while tenth < cuts.count, !cuts[tenth].contains(amount, household) { tenth &+= 1 }
            let region = min(regions.count - 1, max(0, Int(regionOf?[household] ?? 0)))
            let milieu = min(milieux.count - 1, max(0, Int(milieuOf?[household] ?? 0)))
            cells[household] = UInt16(
                truncatingIfNeeded: (region &* milieux.count &+ milieu) &* ReformAnalysis.tenths &+ tenth)
        }
    }

    deinit {
        ranking.spending.deallocate()
        cells.deallocate()
        coveredBefore.deallocate()
        coveredAfter.deallocate()
        poolBefore.deallocate()
        poolAfter.deallocate()
        for buffer in amounts { buffer?.deallocate() }
    }

    private static func codes(_ name: String, _ plan: LawPlan) -> [String] {
        for column in plan.columns where column.name == name && !column.ofMembers {
            if case .choice(let codes) = column.kind { return codes }
        }
        return [""]
    }

    /// The first tenth that a step of the histogram can be in.
    private static func tenths(_ cuts: [ConsumptionRanking.Cut]) -> [UInt8] {
        let ends = cuts.map { $0.spending < 0 ? -1 : ConsumptionRanking.bin($0.spending) }
        return (0..<ConsumptionRanking.bins).map { bin in UInt8(ends.count { $0 < bin }) }
    }

    /// Where each programme's target ends: before and after the reform, by place.
    struct Cuts: Sendable {
        var before: [ConsumptionRanking.Cut]
        var after: [ConsumptionRanking.Cut]
    }

    func cuts(_ found: ReformTally.Histograms, _ forEach: (Int, @Sendable (Int) -> Void) -> Void) -> Cuts {
        let count = programmes.count
        let cuts = Results(2 * count)
        forEach(2 * count) { place in
            let programme = place % count
            let isAfter = place >= count
            let pool = isAfter ? self.poolAfter : self.poolBefore
            let histogram = isAfter ? found.poolAfter[programme] : found.poolBefore[programme]
            let covered = isAfter ? found.coveredAfter[programme] : found.coveredBefore[programme]
            let all = histogram.reduce(0, +)
            let bit = UInt32(1) << UInt32(programme)
            switch self.selections[programme] {
            case .none: cuts.values[place] = .nobody
            case .fromBelow:
                cuts.values[place] = self.ranking.cut(after: covered, histogram) { pool[$0] & bit != 0 }
            case .fromAbove:
                cuts.values[place] = self.ranking.cut(after: all - covered, histogram) { pool[$0] & bit != 0 }
            }
        }
        return Cuts(
            before: (0..<count).map { cuts.values[$0] }, after: (0..<count).map { cuts.values[count + $0] })
    }

    private final class Results: @unchecked Sendable {
        let values: UnsafeMutablePointer<ConsumptionRanking.Cut>

        init(_ count: Int) {
            values = .allocate(capacity: max(1, count))
            values.initialize(repeating: .nobody, count: count)
        }

        deinit { values.deallocate() }
    }
}
