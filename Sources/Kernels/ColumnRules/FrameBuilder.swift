public import Rules
public import StrictJSON

/// Puts encoded groups one after the other into a frame's file.
///
/// The caller writes `start`, then what `add` returns for each group in order, then `end`.
public struct FrameWriter: Sendable {
    private var index: FrameIndex
    private var offset = 64
    private var hasHouseholds = false

    /// `further` are the names of columns of households that no rule reads.
    public init(_ plan: LawPlan, further: [String] = []) {
        var columns = plan.columns.map {
            FrameIndex.Column(name: Frame.key($0), ofMembers: $0.ofMembers, range: 0...0)
        }
        columns += further.map { FrameIndex.Column(name: "households/\($0)", ofMembers: false, range: 0...0) }
        index = FrameIndex(columns: columns)
    }

    /// The first bytes of the file.
    public var start: [UInt8] {
        var bytes = Frame.magic
        withUnsafeBytes(of: Frame.version.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes + [UInt8](repeating: 0, count: 64 - bytes.count)
    }

    /// The bytes of a group; its households follow those of the groups before.
    public mutating func add(_ group: FrameGroup.Encoded) -> [UInt8] {
        guard group.households > 0, let size = group.size else { return [] }
        index.size =
            hasHouseholds
            ? min(index.size.lowerBound, size.lowerBound)...max(index.size.upperBound, size.upperBound) : size
        for (place, column) in group.columns.enumerated() {
            let known = index.columns[place].range
            // A group without members says nothing about their columns.
            if index.columns[place].ofMembers ? index.members == 0 : !hasHouseholds {
                index.columns[place].range = column.range
            } else if !index.columns[place].ofMembers || group.members > 0 {
                index.columns[place].range =
                    min(known.lowerBound, column.range.lowerBound)...max(known.upperBound, column.range.upperBound)
            }
        }
        hasHouseholds = true
        let place = offset
        index.groups.append(
            Frame.Group(
                firstHousehold: index.households, households: group.households, members: group.members, offset: place,
                length: group.bytes.count, checksum: group.checksum,
                columns: group.columns.map { (place + $0.offset, $0.width) }))
        index.households += group.households
        index.members += group.members
        offset += group.bytes.count
        return group.bytes
    }

    /// The last bytes of the file.
    public var end: [UInt8] { index.encoded(at: offset) }
}

/// Collects households' facts into the bytes of a frame.
public struct FrameBuilder: Sendable {
    private var writer: FrameWriter
    private var group: FrameGroup
    private var written: [UInt8]

    /// `further` are columns of households that no rule reads.
    public init(_ plan: LawPlan, further: [String] = []) {
        writer = FrameWriter(plan, further: further)
        group = FrameGroup(plan, further: further.count)
        written = writer.start
    }

    /// Adds a declaration that `LawBook.facts(from:)` has accepted; see `FrameGroup.append`.
    public mutating func append(
        _ facts: JSONValue, members list: String = "members", date: String = "asOf", further others: [Int64] = []
    ) throws(FrameError) {
        try group.append(facts, members: list, date: date, further: others)
        guard group.households == Frame.groupSize else { return }
        written += writer.add(try group.encoded())
        group.removeAll()
    }

    /// The file, with the households until now. Throws `FrameError` where a column lacks values.
    public var bytes: [UInt8] {
        get throws(FrameError) {
            var writer = writer
            let last = writer.add(try group.encoded())
            return written + last + writer.end
        }
    }
}
