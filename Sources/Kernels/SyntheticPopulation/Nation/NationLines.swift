import Quantities

/// Households of a nation as the declarations that are scored: one JSON object a line.
public struct NationLines: Sendable {
    private enum Part: Sendable {
        case text([UInt8])
        /// A number, a truth or a code of a household's or a member's column.
        case number(Int)
        case truth(Int)
        case code(Int, [[UInt8]])
        case date(Int)
    }

    private let seed: UInt64
    private let household: [Part]
    private let member: [Part]
    private let asOf: [UInt8]
    private let communes: [[UInt8]]

    public init(_ run: NationRun) {
        seed = run.seed
        asOf = Array(run.asOf.description.utf8)
        communes = run.nation.tables.census.communes.map { Array($0.utf8) }
        household = Self.parts(run.nation.householdFields)
        member = Self.parts(run.nation.memberFields)
    }

    private static func parts(_ fields: [NationField]) -> [Part] {
        var parts: [Part] = []
        var (record, isInList) = ("", false)
        for (place, field) in fields.enumerated() where field.isFact {
            let path = field.name.split(separator: ".").map(String.init)
            let own = path.count > 1 ? path[0] : ""
            let name = path[path.count - 1].split(separator: "[")
            let continues = isInList && name.count > 1 && !field.name.hasSuffix("[0]")
            var text = isInList && !continues ? "]" : ""
            if own != record, !record.isEmpty { text += "}" }
            text += ","
            if own != record, !own.isEmpty { text += "\"\(own)\":{" }
            if !continues { text += "\"\(name[0])\":" + (name.count > 1 ? "[" : "") }
            (record, isInList) = (own, name.count > 1)
            parts.append(.text(Array(text.utf8)))
            switch field.kind {
            case .number: parts.append(.number(place))
            case .yesNo: parts.append(.truth(place))
            case .date: parts.append(.date(place))
            case .choice(let codes): parts.append(.code(place, codes.map { Array("\"\($0)\"".utf8) }))
            }
        }
        parts.append(.text(Array(((isInList ? "]" : "") + (record.isEmpty ? "" : "}")).utf8)))
        return parts
    }

    /// The lines of some of a batch's households.
    public func bytes(_ batch: NationBatch, _ households: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(households.count * 2_600)
        for offset in households {
            let digits = String(batch.first + UInt64(offset))
            bytes += Array("{\"householdRef\":\"D\(seed)-".utf8)
            bytes += repeatElement(UInt8(ascii: "0"), count: max(0, 8 - digits.count))
            bytes += Array("\(digits)\",\"asOf\":\"".utf8)
            bytes += asOf
            bytes += Array("\",\"commune\":\"".utf8)
            bytes += communes[Int(batch.rows[offset])]
            bytes.append(UInt8(ascii: "\""))
            for part in household { put(part, offset, batch, ofMembers: false, &bytes) }
            bytes += Array(",\"members\":[".utf8)
            let (first, end) = (Int(batch.firsts[offset]), Int(batch.firsts[offset + 1]))
            for row in first..<end {
                bytes += Array("\(row == first ? "" : ","){\"ref\":\"M\(row - first + 1)\"".utf8)
                for part in member { put(part, row, batch, ofMembers: true, &bytes) }
                bytes.append(UInt8(ascii: "}"))
            }
            bytes += Array("]}\n".utf8)
        }
        return bytes
    }

    private func put(_ part: Part, _ row: Int, _ batch: NationBatch, ofMembers: Bool, _ bytes: inout [UInt8]) {
        func value(_ place: Int) -> Int32 {
            ofMembers ? batch.memberValues(place)[row] : batch.householdValues(place)[row]
        }
        switch part {
        case .text(let text): bytes += text
        case .number(let place): Self.put(value(place), &bytes)
        case .truth(let place): bytes += value(place) != 0 ? Self.yes : Self.no
        case .code(let place, let codes):
            let code = value(place)
            bytes += code < 0 ? Self.null : codes[Int(code)]
        case .date(let place):
            let date = value(place)
            bytes.append(UInt8(ascii: "\""))
            let digits = Array(String(date).utf8)
            bytes += digits[0..<4]
            bytes.append(UInt8(ascii: "-"))
            bytes += digits[4..<6]
            bytes.append(UInt8(ascii: "-"))
            bytes += digits[6..<8]
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private static let yes = Array("true".utf8)
    private static let no = Array("false".utf8)
    private static let null = Array("null".utf8)

    private static func put(_ value: Int32, _ bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
