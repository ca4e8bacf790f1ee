import BiometricFormats
import Fingerprint
import Foundation

/// A picture of ridges with minutiae where the test puts them.
///
/// Straight ridges as a wave; at each planted point the phase turns once, so that one ridge begins or ends there
/// (Larkin and Fletcher, Optics Express 15(14), 2007).
struct DrawnFinger {
    var size = 256
    var period = 9.0
    /// Along the ridges, radians, y downwards.
    var angle = Double.pi / 2
    var planted: [(x: Double, y: Double, turn: Double)] = []
    var contrast = 90.0
    /// Radius of the disc that holds ridges; nil: the whole picture.
    var radius: Double?

    var image: GreyImage {
        get throws {
            var pixels = [UInt8](repeating: 255, count: size * size)
            let (c, s) = (cos(angle), sin(angle))
            for y in 0..<size {
                for x in 0..<size {
                    let (dx, dy) = (Double(x) - Double(size) / 2, Double(y) - Double(size) / 2)
                    if let radius, dx * dx + dy * dy > radius * radius { continue }
                    var phase = 2 * .pi * (-s * Double(x) + c * Double(y)) / period
                    for point in planted { phase += point.turn * atan2(Double(y) - point.y, Double(x) - point.x) }
                    pixels[y * size + x] = UInt8(128 - contrast * cos(phase))
                }
            }
            return try GreyImage(width: size, height: size, dpi: 500, pixels: pixels)
        }
    }
}

/// A generator whose numbers follow from its seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// Minutiae at random, no two nearer than 12 pixels.
    mutating func minutiae(_ count: Int) -> [FingerMinutia] {
        var found: [FingerMinutia] = []
        while found.count < count {
            let one = FingerMinutia(
                x: .random(in: 20...280, using: &self), y: .random(in: 20...380, using: &self),
                angle: .random(in: -Float.pi...Float.pi, using: &self),
                kind: Bool.random(using: &self) ? .ending : .bifurcation,
                quality: UInt8.random(in: 40...90, using: &self))
            if found.allSatisfy({ hypot($0.x - one.x, $0.y - one.y) > 12 }) { found.append(one) }
        }
        return found
    }

    /// Another impression of the same finger: turned, moved, unsteady, some minutiae missing and some new.
    mutating func impression(of finger: [FingerMinutia], turn: Float, x: Float, y: Float) -> [FingerMinutia] {
        let kept = finger.filter { _ in Double.random(in: 0..<1, using: &self) < 0.85 }
        return kept.map { one in
            var moved = one.moved(turn: turn, x: x, y: y)
            moved.x += .random(in: -3...3, using: &self)
            moved.y += .random(in: -3...3, using: &self)
            moved.angle += .random(in: -0.15...0.15, using: &self)
            return moved
        } + minutiae(4).map { $0.moved(turn: turn, x: x, y: y) }
    }
}

extension FingerMinutia {
    /// Turned counter-clockwise as seen around the origin, then shifted.
    func moved(turn: Float, x shiftX: Float, y shiftY: Float) -> FingerMinutia {
        var copy = self
        copy.x = x * cos(turn) + y * sin(turn) + shiftX
        copy.y = -x * sin(turn) + y * cos(turn) + shiftY
        copy.angle = angle + turn
        return copy
    }
}
