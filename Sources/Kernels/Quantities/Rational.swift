/// An exact fraction of two 128-bit whole numbers, always in lowest terms with a positive denominator.
///
/// Shares (3 of 7 members) and averages (a yearly bill divided by members) are kept exact until the one rounding that the
/// rule prescribes. Arithmetic that would leave 128 bits throws `QuantityError.overflow`; nothing is rounded silently.
public struct Rational: Hashable, Sendable {
    public let numerator: Int128
    public let denominator: Int128

    public static let zero = Rational(0)
    public static let one = Rational(1)

    public init(_ whole: Int64) {
        numerator = Int128(whole)
        denominator = 1
    }

    /// Throws `QuantityError.divisionByZero` for a denominator of zero.
    public init(_ numerator: Int128, over denominator: Int128) throws(QuantityError) {
        guard denominator != 0 else { throw .divisionByZero }
        guard numerator != .min, denominator != .min else { throw .overflow }
        let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.numerator = sign * (numerator / Int128(divisor))
        self.denominator = sign * (denominator / Int128(divisor))
    }

    /// Parses a decimal literal such as `-0.0319`; exact. Throws `QuantityError.malformedNumber`.
    public init(decimal text: some StringProtocol) throws(QuantityError) {
        var digits: Int128 = 0
        var scale: Int128 = 1
        var negative = false
        var seenDigit = false
        var seenPoint = false
        for (position, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where position == 0: negative = true
            case UInt8(ascii: "+") where position == 0: break
            case UInt8(ascii: ".") where !seenPoint && seenDigit: seenPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                seenDigit = true
                digits = try Self.sum(try Self.product(digits, 10), Int128(byte - UInt8(ascii: "0")))
                if seenPoint { scale = try Self.product(scale, 10) }
            default: throw .malformedNumber
            }
        }
        guard seenDigit, text.last != "." else { throw .malformedNumber }
        try self.init(negative ? -digits : digits, over: scale)
    }

    public static func + (left: Rational, right: Rational) throws(QuantityError) -> Rational {
        let a = try product(left.numerator, right.denominator)
        let b = try product(right.numerator, left.denominator)
        return try Rational(try sum(a, b), over: try product(left.denominator, right.denominator))
    }

    public static func - (left: Rational, right: Rational) throws(QuantityError) -> Rational {
        try left + right.negated
    }

    public static func * (left: Rational, right: Rational) throws(QuantityError) -> Rational {
        try Rational(
            try product(left.numerator, right.numerator), over: try product(left.denominator, right.denominator))
    }

    /// Throws `QuantityError.divisionByZero` when `right` is zero.
    public static func / (left: Rational, right: Rational) throws(QuantityError) -> Rational {
        guard right.numerator != 0 else { throw .divisionByZero }
        return try Rational(
            try product(left.numerator, right.denominator), over: try product(left.denominator, right.numerator))
    }

    public var negated: Rational { Rational(reduced: -numerator, denominator) }

    /// The value as a whole number, or nil where it has a fraction or leaves 64 bits.
    public var wholeNumber: Int64? { denominator == 1 ? Int64(exactly: numerator) : nil }

    /// The nearest binary floating-point number; for display only, never for a decision.
    public var approximation: Double { Double(numerator) / Double(denominator) }

    private init(reduced numerator: Int128, _ denominator: Int128) {
        self.numerator = numerator
        self.denominator = denominator
    }

    private static func product(_ a: Int128, _ b: Int128) throws(QuantityError) -> Int128 {
        let (value, overflow) = a.multipliedReportingOverflow(by: b)
        guard !overflow else { throw .overflow }
        return value
    }

    private static func sum(_ a: Int128, _ b: Int128) throws(QuantityError) -> Int128 {
        let (value, overflow) = a.addingReportingOverflow(b)
        guard !overflow else { throw .overflow }
        return value
    }

    private static func greatestCommonDivisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return max(a, 1)
    }
}

extension Rational {
    /// The order of the exact values. Throws `QuantityError.overflow` when cross products leave 128 bits.
    public func isLess(than other: Rational) throws(QuantityError) -> Bool {
        try (self - other).numerator < 0
    }
}
