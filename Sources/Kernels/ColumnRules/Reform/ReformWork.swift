import Rules

/// What all pieces of an analysis read, and the places that each writes for its own households.
final class ReformWork: @unchecked Sendable {
    let evaluator: ColumnEvaluator
    let before: LawPlan
    var after: LawPlan { evaluator.plan }
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

    var cellCount: Int { regions.count * milieux.count * ReformAnalysis.tenths }

    /// `pieces` are the households of each thread.
    init(
        _ evaluator: ColumnEvaluator, _ before: LawPlan, _ known: [ReformProgramme], spending name: String,
        _ pieces: [Range<Int>], _ forEach: (Int, @Sendable (Int) -> Void) -> Void
    ) throws(FrameError) {
        let after = evaluator.plan
        guard before.programmes.map(\.id) == after.programmes.map(\.id), before.programmes.count <= 32 else {
            throw FrameError("The two plans must have the same programmes, 32 at most.")
        }
        self.evaluator = evaluator
        self.before = before
        programmes = before.programmes.map { programme in
            known.first { $0.id == programme.id }
                ?? ReformProgramme(id: programme.id, timesAYear: 1, isPaidByHousehold: false)
        }
        selections = before.programmes.map(before.selection)
        let frame = evaluator.frame
        let count = frame.households
        guard frame.read(name, 0..<0, { _, _ in }) else {
            throw FrameError("The file has no column \(name); make it with synthesize.")
        }
        ranking = ConsumptionRanking(spending: .allocate(capacity: max(1, count)), count: count)
        cells = .allocate(capacity: max(1, count))
        coveredBefore = .allocate(capacity: max(1, count))
        coveredAfter = .allocate(capacity: max(1, count))
        poolBefore = .allocate(capacity: max(1, count))
        poolAfter = .allocate(capacity: max(1, count))
        (regions, milieux) = (Self.codes("region", before), Self.codes("milieu", before))
        let histogram = Self.readSpending(ranking, frame, name, pieces, forEach)
        let ranking = ranking
        let cuts = (1..<ReformAnalysis.tenths).map { tenth in
            ranking.cut(after: count * tenth / ReformAnalysis.tenths, histogram) { _ in true }
        }
        tenthBounds = cuts
        let tenthOfBin = Self.tenths(cuts)
        forEach(pieces.count) { place in self.fillCells(pieces[place], tenthOfBin) }
    }

    /// Fills what each household spends a person, and counts it by step.
    private static func readSpending(
        _ ranking: ConsumptionRanking, _ frame: Frame, _ name: String, _ pieces: [Range<Int>],
        _ forEach: (Int, @Sendable (Int) -> Void) -> Void
    ) -> [Int] {
        let histograms = Counters(pieces.count * ConsumptionRanking.bins)
        forEach(pieces.count) { place in
            let histogram = histograms.values + place * ConsumptionRanking.bins
            _ = frame.read(name, pieces[place]) { first, values in
                for row in values.indices {
                    let amount = Int32(clamping: values[row])
                    ranking.spending[first &+ row] = amount
                    histogram[ConsumptionRanking.bin(amount)] &+= 1
                }
            }
        }
        return (0..<ConsumptionRanking.bins).map { bin in
            pieces.indices.reduce(0) { $0 + histograms.values[$1 * ConsumptionRanking.bins + bin] }
        }
    }

    private func fillCells(_ households: Range<Int>, _ tenthOfBin: [UInt8]) {
        let (cells, cuts) = (cells, tenthBounds)
        (cells + households.lowerBound).initialize(repeating: 0, count: households.count)
        func add(_ name: String, _ most: Int, _ factor: Int) {
            _ = evaluator.frame.read(name, households) { first, values in
                for row in values.indices {
                    let place = min(most, max(0, Int(values[row])))
                    cells[first &+ row] &+= UInt16(truncatingIfNeeded: place &* factor)
                }
            }
        }
        add("region", regions.count - 1, milieux.count * ReformAnalysis.tenths)
        add("milieu", milieux.count - 1, ReformAnalysis.tenths)
        for household in households {
            let amount = ranking.spending[household]
            var tenth = Int(tenthOfBin[ConsumptionRanking.bin(amount)])
            while tenth < cuts.count, !cuts[tenth].contains(amount, household) { tenth &+= 1 }
            cells[household] &+= UInt16(truncatingIfNeeded: tenth)
        }
    }

    private final class Counters: @unchecked Sendable {
        let values: UnsafeMutablePointer<Int>

        init(_ count: Int) {
            values = .allocate(capacity: max(1, count))
            values.initialize(repeating: 0, count: count)
        }

        deinit { values.deallocate() }
    }

    deinit {
        ranking.spending.deallocate()
        cells.deallocate()
        coveredBefore.deallocate()
        coveredAfter.deallocate()
        poolBefore.deallocate()
        poolAfter.deallocate()
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
