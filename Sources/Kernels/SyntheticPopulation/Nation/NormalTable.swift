import RealModule

/// The normal distribution in a table, for draws by the million.
///
/// 4,096 quantiles at the middles of equal parts; between them it interpolates, beyond the outer ones it solves exactly.
final class NormalTable: @unchecked Sendable {
    static let shared = NormalTable()
    static let count = 4096
    let values: UnsafeMutablePointer<Float>

    private init() {
        values = .allocate(capacity: Self.count)
        for place in 0..<Self.count {
            values[place] = Float(Self.exact((Double(place) + 0.5) / Double(Self.count)))
        }
    }

    deinit { values.deallocate() }

    static func share(below value: Double) -> Double { 0.5 * Double.erfc(-value / 2.0.squareRoot()) }

    /// By bisection, then Newton's rule; `share` is inside 0 ..< 1.
    static func exact(_ share: Double) -> Double {
        var (low, high) = (-9.0, 9.0)
        for _ in 0..<12 {
            let middle = (low + high) / 2
            if Self.share(below: middle) < share { low = middle } else { high = middle }
        }
        var value = (low + high) / 2
        for _ in 0..<4 {
            let density = Double.exp(-value * value / 2) / (2 * Double.pi).squareRoot()
            guard density > 1e-300 else { break }
            value -= (Self.share(below: value) - share) / density
        }
        return value
    }

    /// The quantile of a share; ±8 for shares that are 0 or 1.
    func quantile(_ share: Double) -> Float {
        guard share > 0 else { return -8 }
        guard share < 1 else { return 8 }
        let position = share * Double(Self.count) - 0.5
        guard position >= 16, position < Double(Self.count - 17) else { return Float(Self.exact(share)) }
        let place = Int(position)
        let part = Float(position - Double(place))
        return values[place] + part * (values[place + 1] - values[place])
    }
}

/// Draws for one household, twelve bits at a time; depends on seed and index only.
struct NationDraws {
    private var state: UInt64
    private var pool: UInt64 = 0
    private var left = 0
    private let normals: UnsafeMutablePointer<Float>

    @inline(__always)
    init(seed: UInt64, index: UInt64) {
        state = RandomStream.mixed(RandomStream.mixed(seed) ^ index)
        normals = NormalTable.shared.values
    }

    @inline(__always)
    mutating func twelveBits() -> Int {
        if left == 0 {
            state &+= 0x9E37_79B9_7F4A_7C15
            pool = RandomStream.mixed(state)
            left = 5
        }
        let bits = Int(truncatingIfNeeded: pool & 0xFFF)
        pool >>= 12
        left &-= 1
        return bits
    }

    /// Standard normal, of 4,096 values.
    @inline(__always)
    mutating func normal() -> Float { normals[twelveBits()] }

    /// Uniform inside 0 ..< 1, of 2^24 values.
    @inline(__always)
    mutating func unit() -> Float { (Float(twelveBits() << 12 | twelveBits()) + 0.5) * 0x1p-24 }

    @inline(__always)
    mutating func chance(_ probability: Float) -> Bool { unit() < probability }

    /// Uniform in 0 ..< count; `count` far below 4,096.
    @inline(__always)
    mutating func below(_ count: Int) -> Int { twelveBits() &* count >> 12 }
}
