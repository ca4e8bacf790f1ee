import RealModule

/// Draws that depend on nothing but a seed, an index and a concern.
///
/// SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014), its state set by mixing the three. One stream a concern, so
/// that a draw more in one leaves the others as they were. For invented data only, never for secrets.
struct RandomStream: RandomNumberGenerator {
    /// What is drawn.
    enum Concern: UInt64 {
        case place = 1, composition, schooling, work, dwelling, identity, cover
    }

    private var state: UInt64

    init(seed: UInt64, index: UInt64, concern: Concern) {
        state = Self.mixed(Self.mixed(Self.mixed(seed) ^ index) ^ concern.rawValue)
    }

    static func mixed(_ word: UInt64) -> UInt64 {
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

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// Uniform in 0 ..< count; `count` is small, so the bias of scaling is far below what a sample can show.
    mutating func below(_ count: Int) -> Int { Int(unit() * Double(count)) }

    /// Standard normal (G. Box, M. Muller 1958), one of the pair.
    mutating func normal() -> Double { Double.sqrt(-2 * Double.log(1 - unit())) * Double.cos(2 * Double.pi * unit()) }

    /// Poisson by multiplying uniforms (D. Knuth, TAOCP 2, 3.4.1); for means below about 20.
    mutating func poisson(_ mean: Double) -> Int {
        let limit = Double.exp(-mean)
        var product = unit()
        var count = 0
        while product > limit {
            product *= unit()
            count += 1
        }
        return count
    }

    /// An index drawn by weight; the last where all weights are 0.
    mutating func index(_ weights: [Double]) -> Int {
        var rest = unit() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return index }
        }
        return weights.count - 1
    }

    /// True with exactly `probability` over all households, and more often the higher `level` is.
    ///
    /// A threshold on a normal variable that correlates with `level`, itself standard normal, by `correlation`.
    mutating func tilted(_ probability: Double, by level: Double, correlation: Double = 0.45) -> Bool {
        let latent = correlation * level + Double.sqrt(1 - correlation * correlation) * normal()
        return 0.5 * Double.erfc(latent / 2.0.squareRoot()) < probability
    }

    /// exp of a normal variable whose mean is 1 after exp.
    mutating func noise(_ spread: Double) -> Double { Double.exp(spread * normal() - spread * spread / 2) }
}
