public import Rules

/// Winners, losers, cost, coverage and errors of a reform on paper, by region, milieu and tenth of consumption.
///
/// A frame is evaluated by the law as it is and by the law as it would be; both plans are of one day. Errors compare each
/// programme with itself: of the households that nothing but the score keeps out, as many as it covers are its target, the
/// poorest by consumption a person where it selects from below, the richest where it selects from above. Covered and not
/// of the target is an inclusion error, of the target and not covered an exclusion error; over the nation there are as
/// many of the one as of the other, in a group of households not.
public struct ReformAnalysis: Sendable {
    /// By place in `programmes`, then in `cells`; behind them all programmes together.
    let counts: [[ReformCounts]]
    public let programmes: [ReformProgramme]
    public let selections: [ReformSelection]
    public let regions: [String]
    public let milieux: [String]
    /// What a person of the poorest household of each tenth but the first spends, in centimes a year.
    public let tenthBounds: [Int64]
    public static let tenths = 10
    private static let columnOfSpending = "spendingPerPerson"

    /// `forEach` calls its body with the numbers below a count, at once if it likes.
    ///
    /// Throws `FrameError` for a frame without consumption, or one that a plan cannot be computed over exactly.
    public init(
        _ frame: UnsafeRawBufferPointer, before: LawPlan, after: LawPlan, programmes: [ReformProgramme],
        pieces: Int = 1,
        forEach: (Int, @Sendable (Int) -> Void) -> Void = { count, body in for place in 0..<count { body(place) } }
    ) throws(FrameError) {
        let old = try ColumnEvaluator(before, try Frame(frame, for: before))
        let new = try ColumnEvaluator(after, try Frame(frame, for: after))
        let work = try ReformWork(old, new, programmes, spending: Self.columnOfSpending)
        self.programmes = work.programmes
        selections = work.selections
        regions = work.regions
        milieux = work.milieux
        tenthBounds = work.tenthBounds.map { Int64($0.spending) }
        let count = old.frame.households
        let tallies = (0..<max(1, pieces)).map { _ in ReformTally(work) }
        func ranges(_ piece: Int) -> Range<Int> { count * piece / tallies.count..<count * (piece + 1) / tallies.count }
        let all = (0..<tallies.count).map(ranges)
        forEach(tallies.count) { tallies[$0].evaluate(all[$0]) }
        let histograms = ReformTally.histograms(tallies)
        let cuts = work.cuts(histograms, forEach)
        forEach(tallies.count) { tallies[$0].countErrors(all[$0], cuts) }
        counts = ReformTally.counts(tallies)
    }

    /// Cells are region, then milieu, then tenth.
    public func counts(
        programme: Int?, region: Int? = nil, milieu: Int? = nil, tenth: Int? = nil
    ) -> ReformCounts {
        let cells = counts[programme ?? programmes.count]
        var sum = ReformCounts()
        for place in cells.indices {
            let (cell, inTenth) = place.quotientAndRemainder(dividingBy: Self.tenths)
            let (inRegion, inMilieu) = cell.quotientAndRemainder(dividingBy: milieux.count)
            guard region ?? inRegion == inRegion, milieu ?? inMilieu == inMilieu, tenth ?? inTenth == inTenth else {
                continue
            }
            sum.add(cells[place])
        }
        return sum
    }
}
