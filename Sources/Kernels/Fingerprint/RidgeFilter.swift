import CKernels
import RealModule

/// Waves of every direction and period that ridges have, and the filtering of an image with them.
struct RidgeFilter: Sendable {
    static let radius = 10
    static let directions = 32
    static let periods = 24
    static let shared = RidgeFilter(across: 0.42, along: 4.2)

    private let taps: [Float]

    init(across: Float, along: Float) {
        let side = 2 * Self.radius + 1
        var all: [Float] = []
        all.reserveCapacity(Self.directions * Self.periods * side * side)
        for direction in 0..<Self.directions {
            let angle = Float(direction) * .pi / Float(Self.directions)
            let (c, s) = (Float.cos(angle), Float.sin(angle))
            for index in 0..<Self.periods {
                let period = Self.period(index)
                let (sx, sy) = (across * period, along)
                var kernel: [Float] = []
                var bells: [Float] = []
                for v in -Self.radius...Self.radius {
                    for u in -Self.radius...Self.radius {
                        let t = Float(u) * c + Float(v) * s
                        let n = -Float(u) * s + Float(v) * c
                        let bell = Float.exp(-0.5 * (n * n / (sx * sx) + t * t / (sy * sy)))
                        bells.append(bell)
                        kernel.append(bell * Float.cos(2 * .pi * n / period))
                    }
                }
                // No response to even grey; a wave of height 1 answers with 1.
                let offset = kernel.reduce(0, +) / bells.reduce(0, +)
                for k in kernel.indices { kernel[k] -= offset * bells[k] }
                var gain: Float = 0
                var k = 0
                for v in -Self.radius...Self.radius {
                    for u in -Self.radius...Self.radius {
                        gain += kernel[k] * Float.cos(2 * .pi * (-Float(u) * s + Float(v) * c) / period)
                        k += 1
                    }
                }
                all.append(contentsOf: kernel.map { $0 / gain })
            }
        }
        taps = all
    }

    static func period(_ index: Int) -> Float {
        RidgeField.shortest + Float(index) * (RidgeField.longest - RidgeField.shortest) / Float(periods - 1)
    }

    /// The image as waves along the field; blocks outside the mask stay 0.
    func enhanced(_ image: Plane, _ field: RidgeField) -> Plane {
        let result = Plane(width: image.width, height: image.height)
        let side = 2 * Self.radius + 1
        taps.withUnsafeBufferPointer { taps in
            for by in 0..<field.height {
                for bx in 0..<field.width where field.mask[bx, by] > 0 {
                    let turn = field.angle(bx, by) / .pi * Float(Self.directions)
                    let direction = (Int(turn.rounded()) + Self.directions) % Self.directions
                    let step =
                        (field.period[bx, by] - RidgeField.shortest)
                        / (RidgeField.longest - RidgeField.shortest) * Float(Self.periods - 1)
                    let index = direction * Self.periods + min(Self.periods - 1, max(0, Int(step.rounded())))
                    ck_filter_block(
                        image.row(by * 8) + bx * 8, image.stride, taps.baseAddress! + index * side * side,
                        Int32(Self.radius), result.row(by * 8) + bx * 8, result.stride)
                }
            }
        }
        return result
    }
}
