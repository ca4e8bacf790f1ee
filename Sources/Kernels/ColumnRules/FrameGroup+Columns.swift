public import Rules

extension FrameGroup.Encoded {
    /// A group from columns that the caller holds: the plan's by place, then the further ones; dates and codes as a frame
    /// has them.
    ///
    /// `firstMembers` has one more than there are households. `forEach` calls its body with the numbers below a count, in
    /// any order and at once if it likes. Throws `FrameError` where a column is longer or shorter than it must be.
    public init(
        _ plan: LawPlan, firstMembers: UnsafeBufferPointer<Int32>, columns: [UnsafeBufferPointer<Int32>],
        forEach: (Int, @Sendable (Int) -> Void) -> Void = { count, body in for place in 0..<count { body(place) } }
    ) throws(FrameError) {
        let households = firstMembers.count - 1
        guard households > 0, firstMembers[0] == 0 else { throw FrameError("The group has no households.") }
        let members = Int(firstMembers[households])
        guard columns.count >= plan.columns.count else { throw FrameError("The columns of a group are not all given.") }
        for (place, column) in columns.enumerated() {
            let ofMembers = place < plan.columns.count && plan.columns[place].ofMembers
            guard column.count == (ofMembers ? members : households) else {
                throw FrameError("The columns of a group are not equally long.")
            }
        }
        let ranges = Ranges(columns.count)
        nonisolated(unsafe) let (columns, first) = (columns, firstMembers)
        forEach(columns.count) { ranges.values[$0] = Self.range(columns[$0]) }
        func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
        var end = aligned(4 * firstMembers.count)
        var places: [(offset: Int, width: Int, range: ClosedRange<Int64>)] = []
        for (place, column) in columns.enumerated() {
            let range = ranges.values[place]
            places.append((end, FrameGroup.width(range), range))
            end = aligned(end + column.count * FrameGroup.width(range))
        }
        let laidOut = places
        let bytes = [UInt8](unsafeUninitializedCapacity: end) { buffer, count in
            nonisolated(unsafe) let raw = UnsafeMutableRawBufferPointer(buffer)
            for (place, value) in first.enumerated() {
                raw.storeBytes(of: UInt32(bitPattern: value).littleEndian, toByteOffset: 4 * place, as: UInt32.self)
            }
            Self.clear(raw, from: 4 * first.count, to: aligned(4 * first.count))
            forEach(laidOut.count) { Self.put(columns[$0], laidOut[$0].offset, laidOut[$0].width, into: raw) }
            count = end
        }
        var size = Int(firstMembers[1])...Int(firstMembers[1])
        for household in 1..<max(2, households) where household < households {
            let members = Int(firstMembers[household + 1] &- firstMembers[household])
            guard members >= 0 else { throw FrameError("The members' offsets do not ascend.") }
            size = min(size.lowerBound, members)...max(size.upperBound, members)
        }
        self.init(
            bytes: bytes, households: households, members: members, size: size,
            checksum: bytes.withUnsafeBytes { Frame.checksum($0) }, columns: places)
    }

    private static func range(_ values: UnsafeBufferPointer<Int32>) -> ClosedRange<Int64> {
        guard var least = values.first else { return 0...0 }
        var greatest = least
        for value in values {
            least = min(least, value)
            greatest = max(greatest, value)
        }
        return Int64(least)...Int64(greatest)
    }

    private static func put(
        _ values: UnsafeBufferPointer<Int32>, _ offset: Int, _ width: Int, into raw: UnsafeMutableRawBufferPointer
    ) {
        let base = raw.baseAddress! + offset
        func put<Value: FixedWidthInteger>(_ type: Value.Type) {
            let target = base.assumingMemoryBound(to: type)
            for row in 0..<values.count { target[row] = Value(truncatingIfNeeded: values[row]).littleEndian }
        }
        switch width {
        case 1: put(Int8.self)
        case 2: put(Int16.self)
        default: put(Int32.self)
        }
        let end = offset + values.count * width
        clear(raw, from: end, to: (end + 63) / 64 * 64)
    }

    private static func clear(_ raw: UnsafeMutableRawBufferPointer, from: Int, to: Int) {
        for place in from..<max(from, to) { raw[place] = 0 }
    }
}

/// Ranges of columns; each piece of work writes its own place, so no lock is needed.
private final class Ranges: @unchecked Sendable {
    let values: UnsafeMutablePointer<ClosedRange<Int64>>

    init(_ count: Int) {
        values = .allocate(capacity: count)
        values.initialize(repeating: 0...0, count: count)
    }

    deinit { values.deallocate() }
}
