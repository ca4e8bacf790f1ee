/// What a reform does to a group of households.
public struct ReformCounts: Hashable, Sendable {
    public var households: Int64 = 0
    /// Households whose money a year rises or falls; where a programme gives no money, those who come in and fall out.
    public var winners: Int64 = 0
    public var losers: Int64 = 0
    public var entered: Int64 = 0
    public var left: Int64 = 0
    public var coveredBefore: Int64 = 0
    public var coveredAfter: Int64 = 0
    /// Whole units of currency a year; below zero for what households pay.
    public var costBefore: Int64 = 0
    public var costAfter: Int64 = 0
    /// Those whom the programme would reach did it go by consumption itself, at the coverage it has.
    public var targetBefore: Int64 = 0
    public var targetAfter: Int64 = 0
    /// Covered, though not of the target.
    public var inclusionBefore: Int64 = 0
    public var inclusionAfter: Int64 = 0
    /// Of the target, though not covered.
    public var exclusionBefore: Int64 = 0
    public var exclusionAfter: Int64 = 0

    public init() {}

    mutating func add(_ other: ReformCounts) {
        households += other.households
        winners += other.winners
        losers += other.losers
        entered += other.entered
        left += other.left
        coveredBefore += other.coveredBefore
        coveredAfter += other.coveredAfter
        costBefore += other.costBefore
        costAfter += other.costAfter
        targetBefore += other.targetBefore
        targetAfter += other.targetAfter
        inclusionBefore += other.inclusionBefore
        inclusionAfter += other.inclusionAfter
        exclusionBefore += other.exclusionBefore
        exclusionAfter += other.exclusionAfter
    }
}

/// How a programme's amounts are counted by the year.
public struct ReformProgramme: Hashable, Sendable {
    public let id: String
    /// How often a year the amount is paid: 12 for a monthly one, 1 for a yearly one or one that is given once.
    public let timesAYear: Int64
    /// Whether households pay the amount instead of getting it.
    public let isPaidByHousehold: Bool

    public init(id: String, timesAYear: Int64, isPaidByHousehold: Bool) {
        self.id = id
        self.timesAYear = timesAYear
        self.isPaidByHousehold = isPaidByHousehold
    }
}

/// Whom a programme selects by the score.
public enum ReformSelection: String, Sendable {
    /// Those with low scores, or with high ones.
    case fromBelow, fromAbove
    /// It does not look at the score, or in no single direction.
    case none
}
