import Rules

extension QueryText {
    /// The rows of `household_facts` for a group of a frame, as PostgreSQL's COPY and SQLite's `.import` in tabs read them.
    ///
    /// Households are numbered through the whole frame, beginning with `first`.
    public func householdRows(_ frame: Frame, group: Int, from first: Int = 0) -> [UInt8] {
        let stored = frame.groups[group]
        var columns = [(0..<stored.households).map { Int64(first + stored.firstHousehold + $0) }]
        for place in plan.columns.indices where !plan.columns[place].ofMembers {
            columns.append(frame.values(place, stored, stored.households))
        }
        return Self.rows(columns, stored.households)
    }

    /// The rows of `member_facts` for a group of a frame; positions count from 0 in each household.
    public func memberRows(_ frame: Frame, group: Int, from first: Int = 0) -> [UInt8] {
        let stored = frame.groups[group]
        var (households, positions) = ([Int64](), [Int64]())
        for household in 0..<stored.households {
            let (start, end) = (frame.firstMember(stored, household), frame.firstMember(stored, household + 1))
            for position in 0..<max(end - start, 0) {
                households.append(Int64(first + stored.firstHousehold + household))
                positions.append(Int64(position))
            }
        }
        var columns = [households, positions]
        for place in plan.columns.indices where plan.columns[place].ofMembers {
            columns.append(frame.values(place, stored, stored.members))
        }
        return Self.rows(columns, households.count)
    }

    private static func rows(_ columns: [[Int64]], _ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in 0..<count {
            for (place, column) in columns.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: "\t")) }
                bytes.append(contentsOf: String(column[row]).utf8)
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}

extension Frame {
    /// How many groups there are; see `groupSize`.
    public var groupCount: Int { groups.count }

    func values(_ column: Int, _ group: Group, _ count: Int) -> [Int64] {
        [Int64](unsafeUninitializedCapacity: count) { buffer, filled in
            if count > 0 { load(column, group, 0..<count, into: buffer.baseAddress!) }
            filled = count
        }
    }
}
