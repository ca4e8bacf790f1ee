import RealModule

/// Draws that depend on nothing but a seed, a finger, an impression and a concern.
///
/// SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014), its state set by mixing them. One stream a concern, so that a
/// draw more in one leaves the others as they were. For invented data only, never for secrets.
struct FingerRandom: RandomNumberGenerator {
    /// What is drawn.
    enum Concern: UInt64 {
        case shape = 1, ridges, minutiae, placement, skin, noise
    }

    private var state: UInt64

    init(seed: UInt64, finger: UInt64, impression: UInt64 = 0, concern: Concern) {
        state = Self.mixed(Self.mixed(Self.mixed(Self.mixed(seed) ^ finger) ^ impression) ^ concern.rawValue)
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        var word = word &+ 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// Uniform in 0 ..< 1, 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform between two bounds.
    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// Normal with mean 0 (G. Box, M. Muller 1958), one of the pair.
    mutating func normal(_ deviation: Double) -> Double {
        deviation * Double.sqrt(-2 * Double.log(1 - unit())) * Double.cos(2 * Double.pi * unit())
    }
}
