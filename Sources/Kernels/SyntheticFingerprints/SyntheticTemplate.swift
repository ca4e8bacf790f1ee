public import BiometricFormats
import RealModule

/// The minutiae of a finger that nobody has, without drawing its image: for galleries of millions.
///
/// Points keep the distance that ridges force on them and lie denser at cores and deltas; their directions follow the
/// field. An impression loses, moves and invents points as extractors do. About thirty microseconds each, where an image
/// takes a quarter of a second. Rates of error measured on them say nothing of people.
public struct SyntheticTemplate: Sendable {
    /// A minutia on the finger itself.
    struct Feature: Sendable {
        let x: Double
        let y: Double
        let direction: Double
        let isEnding: Bool
    }

    /// The finger.
    public let finger: SyntheticFinger
    let features: [Feature]

    /// The least distance of two minutiae, in ridge distances.
    private static let leastDistance = 1.3

    /// Places the minutiae of a finger.
    public init(_ finger: SyntheticFinger) {
        self.finger = finger
        var random = FingerRandom(seed: finger.seed, finger: finger.index, concern: .minutiae)
        let wanted = Int(max(24, min(90, 52 + random.normal(11))))
        let least = Self.leastDistance * finger.orientation.period
        var features: [Feature] = []
        features.reserveCapacity(wanted)
        let singular = finger.orientation.cores + finger.orientation.deltas
        for _ in 0..<(wanted * 12) where features.count < wanted {
            let x = random.between(-finger.halfWidth, finger.halfWidth)
            let y = random.between(-finger.halfHeight, finger.halfHeight)
            let keep = random.unit()
            let side = random.chance(0.5)
            let isEnding = random.chance(0.6)
            let sway = random.normal(0.07)
            guard finger.isOnPad(x: x, y: y), keep < Self.density(x, y, singular) else { continue }
            if features.contains(where: { ($0.x - x) * ($0.x - x) + ($0.y - y) * ($0.y - y) < least * least }) {
                continue
            }
            let along = finger.orientation.orientation(x: x, y: y)
            features.append(
                Feature(x: x, y: y, direction: along + (side ? Double.pi : 0) + sway, isEnding: isEnding))
        }
        self.features = features
    }

    /// 1 at a singular point, falling to 0.45 away from all of them.
    private static func density(_ x: Double, _ y: Double, _ singular: [OrientationModel.Point]) -> Double {
        var nearest = Double.infinity
        for point in singular {
            nearest = min(nearest, (point.x - x) * (point.x - x) + (point.y - y) * (point.y - y))
        }
        return 0.45 + 0.55 * Double.exp(-nearest / (2 * 45 * 45))
    }

    /// The minutiae that an extractor would find in an impression, in an image of the given size at 500 dpi.
    ///
    /// Angles are units of ISO/IEC 19794-2, 256 to a turn. At most 255 points, which is what a record holds.
    public func minutiae(_ impression: Impression, width: Int = 388, height: Int = 480) -> [Minutia] {
        var random = FingerRandom(
            seed: finger.seed, finger: finger.index, impression: impression.number, concern: .noise)
        let sine = Double.sin(impression.rotation)
        let cosine = Double.cos(impression.rotation)
        let lost = 0.06 + 0.22 * impression.damage
        var found: [Minutia] = []
        found.reserveCapacity(features.count + 8)
        for feature in features {
            let isLost = random.chance(lost)
            let moveX = random.normal(1.2 + impression.damage)
            let moveY = random.normal(1.2 + impression.damage)
            let turn = random.normal(0.07 + 0.08 * impression.damage)
            let isMistaken = random.chance(0.15)
            let across = feature.x / (finger.halfWidth * impression.contact)
            let along = feature.y / (finger.halfHeight * impression.contact)
            guard !isLost, across * across + along * along < 0.94 else { continue }
            let (restX, restY) = impression.pulled(x: feature.x, y: feature.y, on: finger)
            // The pull is small and smooth, so going back over it is going forth with its sign turned.
            let x = 2 * feature.x - restX + moveX
            let y = 2 * feature.y - restY + moveY
            add(
                x: Double(width / 2) + impression.shiftX + x * cosine - y * sine,
                y: Double(height / 2) - impression.shiftY - x * sine - y * cosine,
                direction: feature.direction + impression.rotation + turn,
                isEnding: feature.isEnding != isMistaken, quality: 60 + 40 * random.unit(), to: &found, width, height)
        }
        for _ in 0..<Int(random.unit() * (3 + 8 * impression.damage)) {
            let x = random.between(-finger.halfWidth, finger.halfWidth) * impression.contact
            let y = random.between(-finger.halfHeight, finger.halfHeight) * impression.contact
            let flip = random.chance(0.5) ? Double.pi : 0
            let quality = 20 + 40 * random.unit()
            guard finger.isOnPad(x: x / impression.contact, y: y / impression.contact) else { continue }
            add(
                x: Double(width / 2) + impression.shiftX + x * cosine - y * sine,
                y: Double(height / 2) - impression.shiftY - x * sine - y * cosine,
                direction: finger.orientation.orientation(x: x, y: y) + impression.rotation + flip,
                isEnding: random.chance(0.6), quality: quality, to: &found, width, height)
        }
        return found
    }

    private func add(
        x: Double, y: Double, direction: Double, isEnding: Bool, quality: Double, to found: inout [Minutia],
        _ width: Int, _ height: Int
    ) {
        let column = Int(x.rounded())
        let row = Int(y.rounded())
        guard (0..<width).contains(column), (0..<height).contains(row), found.count < 255 else { return }
        let turns = direction / (2 * Double.pi)
        let units = Int(((turns - turns.rounded(.down)) * 256).rounded()) % 256
        found.append(
            Minutia(
                kind: isEnding ? .ending : .bifurcation, x: column, y: row, angle: UInt8(units),
                quality: UInt8(max(1, min(100, quality)))))
    }
}
