import BiometricFormats
import Foundation

/// Numbers that look random and repeat with their seed (SplitMix64).
struct Dice {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    mutating func normal() -> Double {
        let radius = (-2 * log(max(unit(), 1e-12))).squareRoot()
        return radius * cos(2 * Double.pi * unit())
    }
}

/// An eye that nobody has, and pictures of it.
struct SyntheticEye {
    /// How one picture differs from another of the same eye.
    struct Impression {
        var rotationDegrees = 0.0
        var pupilRadius = 30.0
        var limbusRadius = 76.0
        var centre = (x: 160.0, y: 120.0)
        /// Rows from the limbus' centre to the upper lid, in radii; 1 and more leave the iris free.
        var upperLid = 1.3
        var lowerLid = 1.3
        var lashes = 0
        var reflections = 1
        var noise = 3.0
        /// Breadth over height of an eye that looks aside.
        var squeeze = 1.0
        var seed: UInt64 = 0

        static let plain = Impression()

        static func random(_ seed: UInt64) -> Impression {
            var dice = Dice(seed &* 77 &+ 5)
            return Impression(
                rotationDegrees: dice.between(-12, 12), pupilRadius: dice.between(22, 38),
                limbusRadius: dice.between(72, 80), centre: (dice.between(145, 175), dice.between(108, 132)),
                upperLid: dice.between(0.55, 1.1), lowerLid: dice.between(0.75, 1.2), lashes: Int(dice.between(0, 14)),
                reflections: Int(dice.between(1, 4)), noise: dice.between(2, 6), squeeze: dice.between(0.97, 1),
                seed: seed)
        }
    }

    private struct Wave {
        var around: Double
        var along: Double
        var phase: Double
        var height: Double
    }

    private let waves: [Wave]

    /// An eye; another seed is another eye.
    init(_ seed: UInt64) {
        var dice = Dice(seed)
        waves = (0..<110).map { _ in
            Wave(
                around: Double(Int(dice.between(2, 45))), along: dice.between(-4, 4) * 2,
                phase: dice.between(0, 2 * Double.pi), height: dice.normal() * 2.4)
        }
    }

    private func texture(_ angle: Double, _ share: Double) -> Double {
        waves.reduce(0) { $0 + $1.height * cos($1.around * angle + $1.along * share * 3 + $1.phase) }
    }

    /// A picture of 320 x 240 pixels.
    func image(_ impression: Impression) -> GreyImage {
        let width = 320
        let height = 240
        var dice = Dice(impression.seed &+ 0xE7E)
        let turn = impression.rotationDegrees * Double.pi / 180
        let centre = impression.centre
        let limbus = impression.limbusRadius
        var levels = [Double](repeating: 0, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let dx = (Double(x) - centre.x) / impression.squeeze
                let dy = Double(y) - centre.y
                let radius = hypot(dx, dy)
                let share = (radius - impression.pupilRadius) / (limbus - impression.pupilRadius)
                let upper = -impression.upperLid * limbus + 0.3 * dx * dx / limbus
                let lower = impression.lowerLid * limbus - 0.25 * dx * dx / limbus
                var level: Double
                if dy < upper || dy > lower {
                    level = 165 + 10 * sin(Double(x) / 40)
                } else if share < 0 {
                    level = 25
                } else if share < 1 {
                    level = 95 + texture(atan2(dy, dx) - turn, share)
                } else {
                    level = 150
                }
                // A lens blurs every edge over about two pixels.
                if share >= 0, share < 1, dy >= upper, dy <= lower {
                    let pixels = min(share, 1 - share) * (limbus - impression.pupilRadius)
                    let edge = max(0, 1 - pixels / 2) / 2
                    level += edge * ((share < 0.5 ? 25 : 150) - level)
                }
                levels[y * width + x] = level
            }
        }
        for _ in 0..<impression.lashes {
            var x = centre.x + dice.between(-0.8, 0.8) * limbus
            var y = centre.y - impression.upperLid * limbus + 0.3 * (x - centre.x) * (x - centre.x) / limbus
            let slope = dice.between(-0.5, 0.5)
            for _ in 0..<Int(dice.between(10, 28)) {
                x += slope
                y += 1
                let (column, row) = (Int(x), Int(y))
                if column >= 0, column + 1 < width, row >= 0, row < height {
                    levels[row * width + column] = 30
                    levels[row * width + column + 1] = 45
                }
            }
        }
        for _ in 0..<impression.reflections {
            let x = centre.x + dice.between(-0.35, 0.35) * limbus
            let y = centre.y + dice.between(-0.35, 0.35) * limbus
            let size = dice.between(2, 4)
            for row in max(0, Int(y - size))...min(height - 1, Int(y + size)) {
                for column in max(0, Int(x - size))...min(width - 1, Int(x + size))
                where hypot(Double(column) - x, Double(row) - y) < size { levels[row * width + column] = 250 }
            }
        }
        let pixels = levels.map { UInt8(max(0, min(255, $0 + dice.normal() * impression.noise))) }
        guard let image = try? GreyImage(width: width, height: height, pixels: pixels) else {
            preconditionFailure("the picture has as many pixels as its sides say")
        }
        return image
    }
}
