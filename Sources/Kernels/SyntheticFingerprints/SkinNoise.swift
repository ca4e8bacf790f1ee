import RealModule

/// What comes between a ridge and its print: the rim of contact, dry spots, pores, scratches and the sensor's grain.
struct SkinNoise {
    private static let spotsAcross = 12
    private let finger: SyntheticFinger
    private let impression: Impression
    private let spots: [Double]
    private let rim: [Double]
    private var random: FingerRandom

    init(finger: SyntheticFinger, impression: Impression) {
        self.finger = finger
        self.impression = impression
        var random = FingerRandom(
            seed: finger.seed, finger: finger.index, impression: impression.number, concern: .skin)
        spots = (0..<(Self.spotsAcross * Self.spotsAcross)).map { _ in random.unit() }
        rim = (0..<6).map { _ in random.normal(0.012) }
        self.random = FingerRandom(
            seed: finger.seed, finger: finger.index, impression: impression.number, concern: .noise)
    }

    /// 1 where the pad touches, falling to 0 over its rim.
    func contact(x: Double, y: Double) -> Double {
        let across = x / (finger.halfWidth * impression.contact)
        let along = y / (finger.halfHeight * impression.contact)
        let angle = Double.atan2(y: along, x: across)
        var edge = 1.0
        for (index, amount) in rim.enumerated() { edge += amount * Double.cos(Double(index + 1) * angle) }
        let inside = (min(1, edge) - Double.sqrt(across * across + along * along)) / 0.06
        return max(0, min(1, inside))
    }

    /// How much less of a ridge prints: smooth spots, the more the dirtier the impression.
    func dryness(x: Double, y: Double) -> Double {
        guard impression.damage > 0 else { return 0 }
        let last = Double(Self.spotsAcross - 1)
        let column = max(0, min(last - 0.001, (x / finger.halfWidth + 1) / 2 * last))
        let row = max(0, min(last - 0.001, (y / finger.halfHeight + 1) / 2 * last))
        let left = Int(column)
        let top = Int(row)
        let across = column - Double(left)
        let down = row - Double(top)
        func spot(_ column: Int, _ row: Int) -> Double { spots[row * Self.spotsAcross + column] }
        let upper = spot(left, top) * (1 - across) + spot(left + 1, top) * across
        let lower = spot(left, top + 1) * (1 - across) + spot(left + 1, top + 1) * across
        return impression.damage * 2.2 * (upper * (1 - down) + lower * down - 0.45)
    }

    /// Light lost at a point on a ridge's back.
    mutating func pore() -> Double { random.chance(0.02 + 0.05 * impression.damage) ? 0.5 : 0 }

    /// Straight light lines across the ridges, as creases leave them.
    mutating func scratch(_ ink: inout [Float], width: Int, height: Int) {
        let count = Int(impression.damage * 5 * random.unit())
        for _ in 0..<count {
            let angle = random.between(0, Double.pi)
            let length = random.between(30, 140)
            let startX = random.between(0.2, 0.8) * Double(width)
            let startY = random.between(0.2, 0.8) * Double(height)
            for step in 0..<Int(length * 2) {
                let column = Int(startX + Double(step) / 2 * Double.cos(angle))
                let row = Int(startY + Double(step) / 2 * Double.sin(angle))
                for offset in -1...1 where (0..<width).contains(column + offset) && (0..<height).contains(row) {
                    ink[row * width + column + offset] *= 0.35
                }
            }
        }
    }

    /// The sensor's own unrest, in grey levels.
    mutating func grain() -> Double { random.normal(2 + 10 * impression.damage) }
}
