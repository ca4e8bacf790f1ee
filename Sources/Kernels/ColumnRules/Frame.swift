public import Rules

/// The columns of a plan for many households, as bytes that can be mapped from a file.
///
/// Little-endian. `SIJFRAME`, the version (64 bits, 2) and padding to 64 bytes; then groups of up to 65,536 households;
/// then the index; then offset, length and checksum of the index and `SIJFRAME` again (8 bytes each), so that a file is
/// written from front to back. A group is the place of each household's first member within the group (32 bits, one more
/// than households) and then its columns, each as narrow as its values allow and aligned to 64 bytes. The index:
/// households, members, fewest and most members of a household, columns, groups; for each column its name's length and
/// name (padded to 8), 1 for members, least and greatest value; for each group households, members, checksum and offset
/// of its bytes, their length, and for each column offset and width in bytes. All are 64-bit.
public struct Frame: Sendable {
    public let households: Int
    public let members: Int
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    let groups: [Group]
    /// How many members a household has.
    let size: ClosedRange<Int>
    /// By place in the plan's `columns`.
    let ranges: [ClosedRange<Int64>]
    /// By place in the plan's `columns`: the place in the file's.
    let places: [Int]
    private let names: [String: Int]

    struct Group: Sendable {
        let firstHousehold: Int
        let households: Int
        let members: Int
        let offset: Int
        let length: Int
        let checksum: UInt64
        /// By place in the file's columns.
        let columns: [(offset: Int, width: Int)]
    }

    static let magic: [UInt8] = Array("SIJFRAME".utf8)
    static let version: Int64 = 2
    /// Households of a group.
    public static let groupSize = 65_536

    /// Reads the index and finds the plan's columns. `bytes` must stay there as long as the frame is used.
    ///
    /// Throws `FrameError` for bytes that are no frame, are cut off or changed in the index, or lack a column.
    public init(_ bytes: UnsafeRawBufferPointer, for plan: LawPlan) throws(FrameError) {
        try self.init(bytes, columns: plan.columns)
    }

    private init(_ bytes: UnsafeRawBufferPointer, columns wanted: [LawPlan.Column]) throws(FrameError) {
        let index = try FrameIndex(bytes)
        households = index.households
        members = index.members
        size = index.size
        groups = index.groups
        self.bytes = bytes
        var names: [String: Int] = [:]
        for (place, column) in index.columns.enumerated() { names[column.name] = place }
        var places: [Int] = []
        for column in wanted {
            guard let found = names[Self.key(column)] else {
                throw FrameError("The file has no column \(column.name).")
            }
            places.append(found)
        }
        self.names = names
        self.places = places
        ranges = places.map { index.columns[$0].range }
    }

    static func key(_ column: LawPlan.Column) -> String {
        (column.ofMembers ? "members/" : "households/") + column.name
    }

    /// The values of a column of households that the plan need not read; nil where the file has none of this name.
    public func values(_ name: String) -> [Int64]? {
        guard let place = names["households/\(name)"] else { return nil }
        return [Int64](unsafeUninitializedCapacity: households) { buffer, count in
            for group in groups where group.households > 0 {
                load(group, place, 0..<group.households, into: buffer.baseAddress! + group.firstHousehold)
            }
            count = households
        }
    }

    /// Calls `body` with a column of households that the plan need not read, for some of them, in parts: the first
    /// household of the part and the values. Returns whether the file has such a column.
    func read(
        _ name: String, _ households: Range<Int>, _ body: (Int, UnsafeBufferPointer<Int64>) -> Void
    ) -> Bool {
        guard let place = names["households/\(name)"] else { return false }
        var buffer: [Int64] = []
        var start = households.lowerBound
        while start < households.upperBound {
            let group = groups[self.group(of: start)]
            let end = min(households.upperBound, group.firstHousehold + group.households)
            let count = end - start
            if buffer.count < count { buffer = [Int64](repeating: 0, count: count) }
            buffer.withUnsafeMutableBufferPointer { memory in
                let rows = start - group.firstHousehold..<end - group.firstHousehold
                load(group, place, rows, into: memory.baseAddress!)
                body(start, UnsafeBufferPointer(rebasing: memory[0..<count]))
            }
            start = end
        }
        return true
    }

    /// The least and greatest value of a column of households, as the index has them.
    public static func range(
        of name: String, in bytes: UnsafeRawBufferPointer
    ) throws(FrameError) -> ClosedRange<Int64>? {
        try FrameIndex(bytes).columns.first { $0.name == "households/\(name)" }?.range
    }

    /// Compares every group's bytes with its checksum. Throws `FrameError` for one that was changed.
    public func verify() throws(FrameError) {
        for (place, group) in groups.enumerated() {
            let part = UnsafeRawBufferPointer(rebasing: bytes[group.offset..<group.offset + group.length])
            guard Self.checksum(part) == group.checksum else {
                throw FrameError("Group \(place) of the file was changed or damaged; make the file again.")
            }
        }
    }

    /// A sum over words of 64 bits, for finding damage and not for security; `bytes` are padded with zeros.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum = UInt64(bytes.count) &+ 0x9E37_79B9_7F4A_7C15
        var place = 0
        while place + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 29
            place += 8
        }
        var rest: UInt64 = 0
        for byte in bytes[place...].reversed() { rest = rest << 8 | UInt64(byte) }
        sum = (sum ^ rest) &* 0x9E37_79B9_7F4A_7C15
        return sum ^ sum >> 32
    }

    /// The group that a household is in.
    func group(of household: Int) -> Int {
        var (low, high) = (0, groups.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if groups[middle].firstHousehold <= household { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The place within its group of a household's first member; never beyond the group, whatever the file says.
    func firstMember(_ group: Group, _ household: Int) -> Int {
        let place = bytes.loadUnaligned(fromByteOffset: group.offset + 4 * household, as: UInt32.self)
        return min(Int(UInt32(littleEndian: place)), group.members)
    }

    /// Widens a part of one of the plan's columns.
    func load(_ column: Int, _ group: Group, _ rows: Range<Int>, into values: UnsafeMutablePointer<Int64>) {
        load(group, places[column], rows, into: values)
    }

    /// Where the values of one of the plan's columns begin, and how wide they are.
    func source(_ column: Int, _ group: Group) -> (UnsafeRawPointer, width: Int) {
        let stored = group.columns[places[column]]
        return (bytes.baseAddress! + stored.offset, stored.width)
    }

    private func load(_ group: Group, _ place: Int, _ rows: Range<Int>, into values: UnsafeMutablePointer<Int64>) {
        let (offset, width) = group.columns[place]
        let base = bytes.baseAddress! + offset + rows.lowerBound * width
        func widen<Value: FixedWidthInteger>(_ type: Value.Type) {
            let source = base.assumingMemoryBound(to: type)
            for row in 0..<rows.count { values[row] = Int64(truncatingIfNeeded: source[row]) }
        }
        switch width {
        case 1: widen(Int8.self)
        case 2: widen(Int16.self)
        case 4: widen(Int32.self)
        default: widen(Int64.self)
        }
    }
}

/// Why bytes are no frame, or a frame cannot be computed exactly.
public struct FrameError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String
    init(_ message: String) { self.message = message }
    public var description: String { message }
}
