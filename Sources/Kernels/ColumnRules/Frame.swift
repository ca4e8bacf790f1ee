public import Rules

/// The columns of a plan for many households, as bytes that can be mapped from a file.
///
/// Little-endian. Head: `SIJCOL01`, households, members, columns (64 bits each); for each column its name's length and
/// name (padded to 8), width in bytes, offset, least and greatest value; then the offsets of each household's first member
/// (32 bits, one more than households) and the columns, each aligned to 64 bytes.
public struct Frame: Sendable {
    public let households: Int
    public let members: Int
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    let firstMembers: Int
    /// By place in the plan's `columns`.
    let columns: [Stored]
    private let stored: [String: Stored]

    struct Stored: Sendable {
        let width: Int
        let offset: Int
        let least: Int64
        let greatest: Int64
    }

    static let magic: [UInt8] = Array("SIJCOL01".utf8)

    /// Reads the head and finds the plan's columns. `bytes` must stay there as long as the frame is used.
    ///
    /// Throws `FrameError` for bytes that are no frame, are cut off, or lack a column.
    public init(_ bytes: UnsafeRawBufferPointer, for plan: LawPlan) throws(FrameError) {
        try self.init(bytes, columns: plan.columns)
    }

    private init(_ bytes: UnsafeRawBufferPointer, columns wanted: [LawPlan.Column]) throws(FrameError) {
        guard bytes.count >= 40, Array(bytes[0..<8]) == Self.magic else {
            throw FrameError("The file is no frame of columns.")
        }
        func word(_ offset: Int) throws(FrameError) -> Int64 {
            guard offset >= 0, offset + 8 <= bytes.count else { throw FrameError("The file is cut off.") }
            return bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self)
        }
        let (households, members, count) = (Int(try word(8)), Int(try word(16)), Int(try word(24)))
        let firstMembers = Int(try word(32))
        guard households >= 0, members >= 0, (0...10_000).contains(count), firstMembers >= 0,
            households < bytes.count, firstMembers + 4 * (households + 1) <= bytes.count
        else { throw FrameError("The file is cut off.") }
        var stored: [String: Stored] = [:]
        var place = 40
        for _ in 0..<count {
            let length = Int(try word(place))
            guard (1...4096).contains(length), place + 8 + length <= bytes.count else {
                throw FrameError("The file is cut off.")
            }
            let name = String(decoding: bytes[(place + 8)..<(place + 8 + length)], as: UTF8.self)
            place += 8 + (length + 7) / 8 * 8
            let column = Stored(
                width: Int(try word(place)), offset: Int(try word(place + 8)), least: try word(place + 16),
                greatest: try word(place + 24))
            let rows = name.hasPrefix("members/") ? members : households
            guard [1, 2, 4, 8].contains(column.width), column.offset >= 0,
                column.offset + column.width * rows <= bytes.count
            else { throw FrameError("The file is cut off.") }
            stored[name] = column
            place += 32
        }
        var columns: [Stored] = []
        for column in wanted {
            guard let found = stored[Self.key(column)] else {
                throw FrameError("The file has no column \(column.name).")
            }
            columns.append(found)
        }
        self.households = households
        self.members = members
        self.firstMembers = firstMembers
        self.bytes = bytes
        self.columns = columns
        self.stored = stored
    }

    static func key(_ column: LawPlan.Column) -> String {
        (column.ofMembers ? "members/" : "households/") + column.name
    }

    /// The values of a column of households that the plan need not read; nil where the file has none of this name.
    public func values(_ name: String) -> [Int64]? {
        guard let column = stored["households/\(name)"] else { return nil }
        return [Int64](unsafeUninitializedCapacity: households) { buffer, count in
            if households > 0 { load(column, 0..<households, into: buffer.baseAddress!) }
            count = households
        }
    }

    /// The least and greatest value of a column of households, as the head has them.
    public static func range(
        of name: String, in bytes: UnsafeRawBufferPointer
    ) throws(FrameError) -> ClosedRange<Int64>? {
        let frame = try Frame(bytes, columns: [])
        guard let column = frame.stored["households/\(name)"], column.least <= column.greatest else { return nil }
        return column.least...column.greatest
    }

    func firstMember(_ household: Int) -> Int {
        Int(bytes.loadUnaligned(fromByteOffset: firstMembers + 4 * household, as: UInt32.self))
    }

    /// Widens a part of a column.
    func load(_ column: Int, _ rows: Range<Int>, into values: UnsafeMutablePointer<Int64>) {
        load(columns[column], rows, into: values)
    }

    private func load(_ stored: Stored, _ rows: Range<Int>, into values: UnsafeMutablePointer<Int64>) {
        let base = bytes.baseAddress! + stored.offset + rows.lowerBound * stored.width
        func widen<Value: FixedWidthInteger>(_ type: Value.Type) {
            let source = base.assumingMemoryBound(to: type)
            for row in 0..<rows.count { values[row] = Int64(truncatingIfNeeded: source[row]) }
        }
        switch stored.width {
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
