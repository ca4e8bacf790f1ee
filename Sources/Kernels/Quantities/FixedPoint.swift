/// A number with exactly ten decimals, held as a whole count of ten-billionths.
///
/// The scale of every score and contribution (architecture, rule 7). Range: about ±922 million. The only way in from an
/// exact value is `init(rounding:)`, half to even.
public struct FixedPoint: Hashable, Comparable, Sendable {
    public static let fractionDigits = 10
    public static let unitsPerOne: Int64 = 10_000_000_000

    /// The value in units of 10^-10.
    public let units: Int64

    public static let zero = FixedPoint(units: 0)

    public init(units: Int64) { self.units = units }

    /// Rounds half to even at the tenth decimal. Throws `QuantityError.overflow` outside the range.
    public init(rounding value: Rational) throws(QuantityError) {
        let (scaled, overflow) = value.numerator.multipliedReportingOverflow(by: Int128(Self.unitsPerOne))
        guard !overflow else { throw .overflow }
        let (whole, remainder) = scaled.quotientAndRemainder(dividingBy: value.denominator)
        var quotient = whole
        if remainder != 0 {
            let twice = 2 * remainder.magnitude
            let half = value.denominator.magnitude
            if twice > half || (twice == half && quotient % 2 != 0) { quotient += scaled < 0 ? -1 : 1 }
        }
        guard let units = Int64(exactly: quotient) else { throw .overflow }
        self.units = units
    }

    /// Parses `1.25` or `-0.0319000000`; at most ten decimals. Throws `QuantityError.malformedNumber` or `.overflow`.
    public init(decimal text: some StringProtocol) throws(QuantityError) {
        let exact = try Rational(decimal: text)
        try self.init(rounding: exact)
        guard try self.rational == exact else { throw .malformedNumber }
    }

    /// Throws `QuantityError.overflow`.
    public static func + (left: FixedPoint, right: FixedPoint) throws(QuantityError) -> FixedPoint {
        let (units, overflow) = left.units.addingReportingOverflow(right.units)
        guard !overflow else { throw .overflow }
        return FixedPoint(units: units)
    }

    /// Throws `QuantityError.overflow`.
    public static func - (left: FixedPoint, right: FixedPoint) throws(QuantityError) -> FixedPoint {
        let (units, overflow) = left.units.subtractingReportingOverflow(right.units)
        guard !overflow else { throw .overflow }
        return FixedPoint(units: units)
    }

    public static func < (left: FixedPoint, right: FixedPoint) -> Bool { left.units < right.units }

    public var rational: Rational {
        get throws(QuantityError) { try Rational(Int128(units), over: Int128(Self.unitsPerOne)) }
    }

    /// The nearest binary floating-point number; for display only, never for a decision.
    public var approximation: Double { Double(units) / Double(Self.unitsPerOne) }
}

extension FixedPoint: CustomStringConvertible, Codable {
    /// Always ten decimals: `-0.0371333333`.
    public var description: String {
        let magnitude = units.magnitude
        let scale = UInt64(Self.unitsPerOne)
        let fraction = String(magnitude % scale)
        let padding = String(repeating: "0", count: Self.fractionDigits - fraction.count)
        return "\(units < 0 ? "-" : "")\(magnitude / scale).\(padding)\(fraction)"
    }

    public init(from decoder: any Decoder) throws {
        try self.init(decimal: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
