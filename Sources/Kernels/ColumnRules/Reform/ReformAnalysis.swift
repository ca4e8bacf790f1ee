public import Rules

/// Winners, losers, cost, coverage and errors of a reform on paper, by region, milieu and tenth of consumption.
///
/// A frame is evaluated by the law as it is and, in the same pass, by the law as it would be. Errors compare each
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

    /// `after` extends `before`, so that what both need is computed once; see `LawBook.plan(on:replacing:extending:)`.
    ///
    /// `forEach` calls its body with the numbers below a count, at once if it likes. Throws `FrameError` for a frame without
    /// consumption, one that a plan cannot be computed over exactly, and for plans of which one does not extend the other.
    public init(
        _ frame: UnsafeRawBufferPointer, before: LawPlan, after: LawPlan, programmes: [ReformProgramme],
        pieces: Int = 1,
        forEach: (Int, @Sendable (Int) -> Void) -> Void = { count, body in for place in 0..<count { body(place) } }
    ) throws(FrameError) {
        let evaluator = try ColumnEvaluator(after, try Frame(frame, for: after), with: before)
        let count = evaluator.frame.households
        let number = max(1, pieces)
        let all = (0..<number).map { count * $0 / number..<count * ($0 + 1) / number }
        let work = try ReformWork(evaluator, before, programmes, spending: Self.columnOfSpending, all, forEach)
        self.programmes = work.programmes
        selections = work.selections
        regions = work.regions
        milieux = work.milieux
        tenthBounds = work.tenthBounds.map { Int64($0.spending) }
        let tallies = all.map { _ in ReformTally(work) }
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
