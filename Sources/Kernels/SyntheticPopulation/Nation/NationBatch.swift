/// Consecutive households of the nation as columns of 32-bit numbers.
///
/// Several workers may fill and read it at once, each its own households; it is reused for the next ones.
public final class NationBatch: @unchecked Sendable {
    public static let capacity = 4096
    static let memberCapacity = capacity * SyntheticNation.mostMembers

    /// Index of the first household.
    public internal(set) var first: UInt64 = 0
    public internal(set) var count = 0
    public internal(set) var members = 0
    /// The census row of each household.
    let rows: UnsafeMutablePointer<Int32>
    /// How many households of the same row come before it.
    let ranks: UnsafeMutablePointer<UInt32>
    /// First member of each household in the batch, one more than there are.
    public let firsts: UnsafeMutablePointer<Int32>
    private let households: UnsafeMutablePointer<Int32>
    private let persons: UnsafeMutablePointer<Int32>

    public init() {
        rows = .allocate(capacity: Self.capacity)
        ranks = .allocate(capacity: Self.capacity)
        firsts = .allocate(capacity: Self.capacity + 1)
        households = .allocate(capacity: Self.capacity * HouseholdColumn.allCases.count)
        persons = .allocate(capacity: Self.memberCapacity * MemberColumn.allCases.count)
        persons.initialize(repeating: 0, count: Self.memberCapacity * MemberColumn.allCases.count)
        households.initialize(repeating: 0, count: Self.capacity * HouseholdColumn.allCases.count)
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
        households + column.rawValue * Self.capacity
    }

    @inline(__always)
    func column(_ column: MemberColumn) -> UnsafeMutablePointer<Int32> {
        persons + column.rawValue * Self.memberCapacity
    }

    /// A column by its place in `SyntheticNation.householdFields`; one value a household.
    public func householdValues(_ place: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(start: households + place * Self.capacity, count: count)
    }

    /// A column by its place in `SyntheticNation.memberFields`; one value a member, household by household.
    public func memberValues(_ place: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(start: persons + place * Self.memberCapacity, count: members)
    }
}
