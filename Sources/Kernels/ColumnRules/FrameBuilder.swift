import Quantities
public import Rules
public import StrictJSON

/// Collects households' facts into the columns of a plan.
public struct FrameBuilder: Sendable {
    private let plan: LawPlan
    private var values: [[Int64]]
    private var firstMembers: [UInt32] = [0]
    public var households: Int { firstMembers.count - 1 }

    private let further: [String]
    private var furtherValues: [[Int64]]

    /// `further` are columns of households that no rule reads.
    public init(_ plan: LawPlan, further: [String] = []) {
        self.plan = plan
        self.further = further
        furtherValues = Array(repeating: [], count: further.count)
        values = Array(repeating: [], count: plan.columns.count)
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
                    values[place] += Self.order(members.map { $0[path[0]]?.string ?? "" })
                } else {
                    for member in members { values[place].append(try Self.value(Self.find(member, path), column)) }
                }
            } else {
                values[place].append(try Self.value(Self.find(facts, path), column))
            }
        }
        for (place, value) in others.enumerated() { furtherValues[place].append(value) }
        firstMembers.append(firstMembers[firstMembers.count - 1] + UInt32(members.count))
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

    /// The file.
    public var bytes: [UInt8] {
        var columns = plan.columns.enumerated().map { place, column -> (name: [UInt8], values: [Int64], width: Int) in
            let (least, greatest) = (values[place].min() ?? 0, values[place].max() ?? 0)
            return (Array(Frame.key(column).utf8), values[place], Self.width(least, greatest))
        }
        for (name, values) in zip(further, furtherValues) {
            let (least, greatest) = (values.min() ?? 0, values.max() ?? 0)
            columns.append((Array("households/\(name)".utf8), values, Self.width(least, greatest)))
        }
        var head = 40
        for column in columns { head += 8 + (column.name.count + 7) / 8 * 8 + 32 }
        func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
        let firsts = aligned(head)
        var end = aligned(firsts + 4 * firstMembers.count)
        var offsets: [Int] = []
        for column in columns {
            offsets.append(end)
            end = aligned(end + column.values.count * column.width)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end)
        func put<Value: FixedWidthInteger>(_ value: Value) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func pad(to offset: Int) { bytes.append(contentsOf: repeatElement(0, count: offset - bytes.count)) }
        bytes += Frame.magic
        put(Int64(households))
        put(Int64(firstMembers[firstMembers.count - 1]))
        put(Int64(columns.count))
        put(Int64(firsts))
        for (place, column) in columns.enumerated() {
            put(Int64(column.name.count))
            bytes += column.name
            bytes.append(contentsOf: repeatElement(0, count: (8 - column.name.count % 8) % 8))
            put(Int64(column.width))
            put(Int64(offsets[place]))
            put(column.values.min() ?? 0)
            put(column.values.max() ?? 0)
        }
        pad(to: firsts)
        for first in firstMembers { put(first) }
        for (place, column) in columns.enumerated() {
            pad(to: offsets[place])
            switch column.width {
            case 1: for value in column.values { put(Int8(truncatingIfNeeded: value)) }
            case 2: for value in column.values { put(Int16(truncatingIfNeeded: value)) }
            case 4: for value in column.values { put(Int32(truncatingIfNeeded: value)) }
            default: for value in column.values { put(value) }
            }
        }
        pad(to: end)
        return bytes
    }

    private static func width(_ least: Int64, _ greatest: Int64) -> Int {
        if Int8(exactly: least) != nil, Int8(exactly: greatest) != nil { return 1 }
        if Int16(exactly: least) != nil, Int16(exactly: greatest) != nil { return 2 }
        return Int32(exactly: least) != nil && Int32(exactly: greatest) != nil ? 4 : 8
    }
}
