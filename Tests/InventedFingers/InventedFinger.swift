public import BiometricFormats
import Foundation
import ImageDecoding
import Synchronization
import TestMaterial

/// Fingers of nobody, quickly drawn: arched ridges as a wave, whose phase turns once at each planted minutia.
///
/// After K. G. Larkin and P. A. Fletcher, "A coherent framework for fingerprint analysis", Optics Express 15(14), 2007.
/// Impressions of one finger are turned, shifted, pulled, and each has noise of its own.
public enum InventedFinger {
    private static let (width, height) = (260, 320)
    /// Of the finger beyond the picture on each side, so that a shifted impression shows skin.
    private static let margin = 30
    private static let drawn = Mutex<[UInt64: [SIMD2<Float>]]>([:])

    /// One impression at 500 dots an inch; the same for the same two numbers.
    public static func image(_ index: UInt64, impression: UInt64) throws -> GreyImage {
        let waves = waves(index)
        let wide = width + 2 * margin
        var random = SeededGenerator(seed: index &* 1000 &+ impression)
        let turn = Float.random(in: -0.2...0.2, using: &random)
        let (shiftX, shiftY) = (Float.random(in: -9...9, using: &random), Float.random(in: -9...9, using: &random))
        let (pullX, pullY) = (Float.random(in: -4...4, using: &random), Float.random(in: -4...4, using: &random))
        let (c, s) = (cos(turn), sin(turn))
        var pixels = [UInt8](repeating: 255, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let (dx, dy) = (Float(x) - Float(width) / 2, Float(y) - Float(height) / 2)
                if dx * dx / 14_400 + dy * dy / 22_500 > 1 { continue }
                let u = c * dx + s * dy + shiftX + pullX * sin(dy / 60) + Float(wide) / 2
                let v = c * dy - s * dx + shiftY + pullY * sin(dx / 50) + Float(height) / 2 + Float(margin)
                let (i, j) = (min(max(Int(u), 0), wide - 2), min(max(Int(v), 0), height + 2 * margin - 2))
                let (fu, fv) = (u - Float(i), v - Float(j))
                let place = j * wide + i
                let upper = waves[place] * (1 - fu) + waves[place + 1] * fu
                let lower = waves[place + wide] * (1 - fu) + waves[place + wide + 1] * fu
                let wave = (upper * (1 - fv) + lower * fv).x
                let noise = Float(random.next() >> 40) / Float(1 << 24) - 0.5
                pixels[y * width + x] = UInt8(min(255, max(0, 128 + 85 * wave + 40 * noise)))
            }
        }
        return try GreyImage(width: width, height: height, dpi: 500, pixels: pixels)
    }

    /// The same as a file.
    public static func png(_ index: UInt64, impression: UInt64) throws -> [UInt8] {
        try image(index, impression: impression).png()
    }

    /// A picture as a portable greymap.
    public static func pgm(_ image: GreyImage) -> [UInt8] {
        Array("P5 \(image.width) \(image.height) 255\n".utf8) + image.pixels
    }

    /// Cosine and sine of the ridges' phase over the whole finger.
    private static func waves(_ index: UInt64) -> [SIMD2<Float>] {
        drawn.withLock { drawn in
            if let known = drawn[index] { return known }
            let (wide, high) = (width + 2 * margin, height + 2 * margin)
            var random = SeededGenerator(seed: index)
            var planted: [(x: Float, y: Float, turn: Float)] = []
            while planted.count < 34 {
                let (x, y) = (
                    Float.random(in: 30...Float(wide - 30), using: &random),
                    Float.random(in: 30...Float(high - 30), using: &random)
                )
                guard planted.allSatisfy({ hypot($0.x - x, $0.y - y) > 30 }) else { continue }
                planted.append((x, y, Bool.random(using: &random) ? 1 : -1))
            }
            let (middle, bend) = (Float(wide) / 2, Float.random(in: 0.0008...0.002, using: &random))
            var waves: [SIMD2<Float>] = []
            waves.reserveCapacity(wide * high)
            for y in 0..<high {
                for x in 0..<wide {
                    let (px, py) = (Float(x), Float(y))
                    var phase = 2 * Float.pi * (py + bend * (px - middle) * (px - middle)) / 9
                    for point in planted { phase += point.turn * atan2(py - point.y, px - point.x) }
                    waves.append(SIMD2(-cos(phase), sin(phase)))
                }
            }
            drawn[index] = waves
            return waves
        }
    }
}
