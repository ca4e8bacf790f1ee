/// Consecutive households of the nation as columns of 32-bit numbers.
///
/// Several workers may fill and read it at once, each its own households; it is reused for the next ones.
public final class NationBatch: @unchecked Sendable {
    public let capacity: Int
    private let memberCapacity: Int
    /// Index of the first household.
    public internal(set) var first: UInt64 = 0
    public internal(set) var count = 0
    public internal(set) var members = 0
    /// The census row of each household.
    let rows: UnsafeMutablePointer<Int32>
    /// How many households of the same row come before it.
    let ranks: UnsafeMutablePointer<UInt32>
    /// First member of each household in the batch, one more than there are.
    let firsts: UnsafeMutablePointer<Int32>
    private let households: UnsafeMutablePointer<Int32>
    private let persons: UnsafeMutablePointer<Int32>

    /// `capacity` households at most.
    public init(capacity: Int) {
        self.capacity = capacity
        memberCapacity = capacity * SyntheticNation.mostMembers
        rows = .allocate(capacity: capacity)
        ranks = .allocate(capacity: capacity)
        firsts = .allocate(capacity: capacity + 1)
        households = .allocate(capacity: capacity * HouseholdColumn.allCases.count)
        persons = .allocate(capacity: memberCapacity * MemberColumn.allCases.count)
    }

    deinit {
        rows.deallocate()
        ranks.deallocate()
        firsts.deallocate()
        households.deallocate()
        persons.deallocate()
    }

    @inline(__always)
    func column(_ column: HouseholdColumn) -> UnsafeMutablePointer<Int32> {
        households + column.rawValue * capacity
    }

    @inline(__always)
    func column(_ column: MemberColumn) -> UnsafeMutablePointer<Int32> {
        persons + column.rawValue * memberCapacity
    }

    /// The place of each household's first member, and behind them how many members there are.
    public var firstMembers: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(start: firsts, count: count + 1) }

    /// A column by its place in `SyntheticNation.householdFields`; one value a household.
    public func householdValues(_ place: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(start: households + place * capacity, count: count)
    }

    /// A column by its place in `SyntheticNation.memberFields`; one value a member, household by household.
    public func memberValues(_ place: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(start: persons + place * memberCapacity, count: members)
    }
}
