import RealModule

/// The natural logarithm and its inverse, by Swift Numerics.
enum Logarithm {
    @inline(__always)
    static func natural(_ value: Double) -> Double { Double.log(value) }

    @inline(__always)
    static func exponential(_ value: Double) -> Double { Double.exp(value) }

    /// The probability of log odds.
    static func probability(_ odds: Double) -> Double {
        odds > 0 ? 1 / (1 + exponential(-odds)) : exponential(odds) / (1 + exponential(odds))
    }

    /// The logarithm of a sum of two exponentials.
    @inline(__always)
    static func sum(_ one: Double, _ other: Double) -> Double {
        let (high, low) = one > other ? (one, other) : (other, one)
        return low - high < -40 ? high : high + Double.log(1 + Double.exp(low - high))
    }
}
