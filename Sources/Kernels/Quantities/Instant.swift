/// A moment in Coordinated Universal Time, to the millisecond.
public struct Instant: Hashable, Comparable, Sendable {
    public let millisecondsSinceEpoch: Int64

    public init(millisecondsSinceEpoch: Int64) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }

    public func advanced(bySeconds seconds: Int64) -> Instant {
        Instant(millisecondsSinceEpoch: millisecondsSinceEpoch + seconds * 1000)
    }

    /// The calendar day at a place whose clocks stand `offsetSeconds` ahead of UTC.
    public func date(utcOffsetSeconds offsetSeconds: Int = 0) throws(QuantityError) -> CivilDate {
        let milliseconds = millisecondsSinceEpoch + Int64(offsetSeconds) * 1000
        return try CivilDate(daysSinceEpoch: Int(Self.floorDivide(milliseconds, by: 86_400_000)))
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}

extension Instant: CustomStringConvertible, Codable {
    /// ISO 8601 with milliseconds: `2026-11-23T17:09:06.000Z`.
    public var description: String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let days = Self.floorDivide(millisecondsSinceEpoch, by: 86_400_000)
        let rest = millisecondsSinceEpoch - days * 86_400_000
        guard let day = try? CivilDate(daysSinceEpoch: Int(days)) else { return "out of range" }
        let time = "\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2))"
        return "\(day)T\(time).\(padded(rest % 1000, 3))Z"
    }

    /// Parses what `description` writes. Throws `QuantityError.malformedDate`.
    public init(iso8601 text: String) throws(QuantityError) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "."), bytes[23] == UInt8(ascii: "Z")
        else { throw .malformedDate }
        let day = try CivilDate(iso8601: text.prefix(10))
        func number(_ range: Range<Int>, below limit: Int64) throws(QuantityError) -> Int64 {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw .malformedDate }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            guard value < limit else { throw .malformedDate }
            return value
        }
        let hours = try number(11..<13, below: 24)
        let minutes = try number(14..<16, below: 60)
        let seconds = try number(17..<19, below: 60)
        let milliseconds = try number(20..<23, below: 1000)
        self.init(
            millisecondsSinceEpoch: Int64(day.daysSinceEpoch) * 86_400_000
                + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds)
    }

    public init(from decoder: any Decoder) throws {
        try self.init(iso8601: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
