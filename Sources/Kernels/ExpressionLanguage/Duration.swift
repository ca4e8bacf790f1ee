/// A span of time in whole nanoseconds, about ±292 years.
///
/// The range is that of 64-bit nanoseconds: the official conformance cases require a difference of ten thousand years to
/// be an error (`timestamps`, `sub_time_duration_over`).
public struct Duration: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    static let perSecond: Int64 = 1_000_000_000

    /// Throws `outOfRange` beyond 64 bits of nanoseconds.
    public init(seconds: Int64, nanoseconds: Int64 = 0) throws(ExpressionError) {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: Self.perSecond)
        let (total, carry) = scaled.addingReportingOverflow(nanoseconds)
        guard !overflow, !carry else { throw .overflow }
        self.nanoseconds = total
    }

    public static func < (left: Duration, right: Duration) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Parses numbers with units, such as `1h30m`, `-1.5s`, `250ms`, or `0`; units h, m, s, ms, us, µs, ns.
    ///
    /// Throws `invalidArgument` for another text, `outOfRange` beyond the range.
    public init(parsing text: String) throws(ExpressionError) {
        let malformed = ExpressionError(
            .invalidArgument, "Not a duration; write numbers with units h, m, s, ms, us or ns, such as 1h30m.")
        var bytes = Array(text.utf8)[...]
        var negative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            bytes.removeFirst()
        }
        if bytes.elementsEqual("0".utf8) {
            nanoseconds = 0
            return
        }
        guard !bytes.isEmpty else { throw malformed }
        var total: Int128 = 0
        while !bytes.isEmpty {
            let number = bytes.prefix { Self.isDigit($0) || $0 == UInt8(ascii: ".") }
            bytes = bytes.dropFirst(number.count)
            let unit = bytes.prefix { !Self.isDigit($0) && $0 != UInt8(ascii: ".") }
            bytes = bytes.dropFirst(unit.count)
            guard let scale = Self.units[String(decoding: unit, as: UTF8.self)] else { throw malformed }
            let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }), parts[0].count <= 20 else {
                throw malformed
            }
            total += Self.digits(parts[0]) * Int128(scale)
            if parts.count == 2 {
                // Below a nanosecond nothing counts: thirteen digits are enough for an hour's fraction.
                let fraction = parts[1].prefix(13)
                total += Self.digits(fraction) * Int128(scale) / Self.power(fraction.count)
            }
            guard total < Int128(UInt64.max) else { throw .overflow }
        }
        guard let exact = Int64(exactly: negative ? -total : total) else { throw .overflow }
        nanoseconds = exact
    }

    private static let units: [String: Int64] = [
        "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000,
        "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> Int128 {
        bytes.reduce(0) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) }
    }

    private static func power(_ exponent: Int) -> Int128 {
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    func adding(_ other: Duration) throws(ExpressionError) -> Duration {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(other.nanoseconds)
        guard !overflow else { throw .overflow }
        return Duration(nanoseconds: sum)
    }

    func subtracting(_ other: Duration) throws(ExpressionError) -> Duration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        guard !overflow else { throw .overflow }
        return Duration(nanoseconds: difference)
    }
}

extension Duration: CustomStringConvertible {
    /// Decimal seconds: `-1.5s`.
    public var description: String {
        let seconds = nanoseconds.magnitude / 1_000_000_000
        let fraction = Timestamp.fractionText(Int32(nanoseconds.magnitude % 1_000_000_000))
        return "\(nanoseconds < 0 ? "-" : "")\(seconds)\(fraction)s"
    }
}
