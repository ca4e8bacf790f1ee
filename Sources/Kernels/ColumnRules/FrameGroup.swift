import Quantities
public import Rules
public import StrictJSON

/// Up to 65,536 households on their way into a frame: columns that are appended to.
///
/// Groups are filled and encoded independently of each other, so that as many threads as there are cores can do it.
public struct FrameGroup: Sendable {
    public let plan: LawPlan
    /// By place in the plan's `columns`; each has one value a household or one a member, as the plan says.
    public var columns: [[Int64]]
    /// Columns of households that no rule reads, by place in the names given to `FrameWriter`.
    public var further: [[Int64]]
    private(set) var firstMembers: [UInt32] = [0]
    private(set) var size: ClosedRange<Int>?

    public var households: Int { firstMembers.count - 1 }
    public var members: Int { Int(firstMembers[firstMembers.count - 1]) }

    /// `further` is how many columns of households there are that no rule reads.
    public init(_ plan: LawPlan, further: Int = 0) {
        self.plan = plan
        columns = Array(repeating: [], count: plan.columns.count)
        self.further = Array(repeating: [], count: further)
    }

    /// Ends a household whose values the caller has appended to every column.
    public mutating func endHousehold(members: Int) {
        firstMembers.append(firstMembers[firstMembers.count - 1] + UInt32(members))
        size = min(size?.lowerBound ?? members, members)...max(size?.upperBound ?? members, members)
    }

    /// Empties the group and keeps its memory.
    public mutating func removeAll() {
        for place in columns.indices { columns[place].removeAll(keepingCapacity: true) }
        for place in further.indices { further[place].removeAll(keepingCapacity: true) }
        firstMembers.removeSubrange(1...)
        size = nil
    }

    /// Adds a declaration that `LawBook.facts(from:)` has accepted.
    ///
    /// Throws `FrameError` for a declaration of another day than the plan's, or one that lacks a column's fact.
    public mutating func append(
        _ facts: JSONValue, members list: String = "members", date: String = "asOf", further others: [Int64] = []
    ) throws(FrameError) {
        guard others.count == further.count else { throw FrameError("The further columns are not all given.") }
        guard facts[date]?.string == plan.date.description else {
            throw FrameError("The household was declared for another day than \(plan.date).")
        }
        let members = facts[list]?.array ?? []
        for (place, column) in plan.columns.enumerated() {
            let path = column.name.split(separator: "#")[0].split(separator: ".").map(String.init)
            if column.ofMembers {
                if column.kind == .textOrder {
                    columns[place] += Self.order(members.map { $0[path[0]]?.string ?? "" })
                } else {
                    for member in members { columns[place].append(try Self.value(Self.find(member, path), column)) }
                }
            } else {
                columns[place].append(try Self.value(Self.find(facts, path), column))
            }
        }
        for (place, value) in others.enumerated() { further[place].append(value) }
        endHousehold(members: members.count)
    }

    private static func find(_ json: JSONValue, _ path: [String]) -> JSONValue? {
        path.reduce(json) { $0?[$1] }
    }

    private static func order(_ texts: [String]) -> [Int64] {
        texts.map { text in Int64(texts.count { $0.unicodeScalars.lexicographicallyPrecedes(text.unicodeScalars) }) }
    }

    private static func value(_ json: JSONValue?, _ column: LawPlan.Column) throws(FrameError) -> Int64 {
        switch (column.kind, json) {
        case (.number, .integer(let number)?): return number
        case (.yesNo, .bool(let flag)?): return flag ? 1 : 0
        case (.date, .string(let text)?):
            if let date = try? CivilDate(iso8601: text) { return LawPlan.packed(date) }
        case (.choice, .null?): return -1
        case (.choice(let codes), .string(let code)?):
            if let place = codes.firstIndex(of: code) { return Int64(place) }
        case (.sumOfList, .array(let list)?): return list.reduce(0) { $0 &+ ($1.integer ?? 0) }
        case (.countOfList, .array(let list)?): return Int64(list.count)
        default: break
        }
        throw FrameError("The fact \(column.name) is missing or of another kind.")
    }
}

extension FrameGroup {
    /// A group's bytes and what the index says about them.
    public struct Encoded: Sendable {
        public let bytes: [UInt8]
        let households: Int
        let members: Int
        let size: ClosedRange<Int>?
        let checksum: UInt64
        /// Offsets count from the group's first byte.
        let columns: [(offset: Int, width: Int, range: ClosedRange<Int64>)]
    }

    /// Throws `FrameError` where a column has more or fewer values than there are households or members.
    public func encoded() throws(FrameError) -> Encoded {
        func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
        var end = aligned(4 * firstMembers.count)
        var places: [(offset: Int, width: Int, range: ClosedRange<Int64>)] = []
        let all = columns + further
        for (place, values) in all.enumerated() {
            let ofMembers = place < plan.columns.count && plan.columns[place].ofMembers
            guard values.count == (ofMembers ? members : households) else {
                throw FrameError("The columns of a group are not equally long.")
            }
            let range = Self.range(values)
            let width = Self.width(range)
            places.append((end, width, range))
            end = aligned(end + values.count * width)
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: end) { buffer, count in
            buffer.initialize(repeating: 0)
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for (place, first) in firstMembers.enumerated() {
                raw.storeBytes(of: first.littleEndian, toByteOffset: 4 * place, as: UInt32.self)
            }
            for (values, place) in zip(all, places) {
                let base = raw.baseAddress! + place.offset
                func put<Value: FixedWidthInteger>(_ type: Value.Type) {
                    let target = base.assumingMemoryBound(to: type)
                    for row in values.indices { target[row] = Value(truncatingIfNeeded: values[row]).littleEndian }
                }
                switch place.width {
                case 1: put(Int8.self)
                case 2: put(Int16.self)
                case 4: put(Int32.self)
                default: put(Int64.self)
                }
            }
            count = end
        }
        return Encoded(
            bytes: bytes, households: households, members: members, size: size,
            checksum: bytes.withUnsafeBytes { Frame.checksum($0) }, columns: places)
    }

    private static func range(_ values: [Int64]) -> ClosedRange<Int64> {
        guard var least = values.first else { return 0...0 }
        var greatest = least
        for value in values { (least, greatest) = (min(least, value), max(greatest, value)) }
        return least...greatest
    }

    static func width(_ range: ClosedRange<Int64>) -> Int {
        let (least, greatest) = (range.lowerBound, range.upperBound)
        if Int8(exactly: least) != nil, Int8(exactly: greatest) != nil { return 1 }
        if Int16(exactly: least) != nil, Int16(exactly: greatest) != nil { return 2 }
        return Int32(exactly: least) != nil && Int32(exactly: greatest) != nil ? 4 : 8
    }
}
