import RealModule

extension RidgeField {
    static let shortest: Float = 4.5
    static let longest: Float = 16

    /// Measures the distance from ridge to ridge by the strongest wave across the ridges of each second block.
    mutating func measurePeriod(_ image: Plane) {
        let waves = Waves.shared
        var found = BlockMap(width: width, height: height)
        var weight = found
        let (half, along) = (Waves.half, 8)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * half + 1) { signature in
            for by in Swift.stride(from: 0, to: height, by: 2) {
                for bx in Swift.stride(from: 0, to: width, by: 2) where mask[bx, by] > 0 {
                    let (cx, cy) = (min(bx * 8 + 8, image.width - 1), min(by * 8 + 8, image.height - 1))
                    let angle = angle(bx, by)
                    let (c, s) = (Float.cos(angle), Float.sin(angle))
                    for k in -half...half {
                        var sum: Float = 0
                        let (ax, ay) = (Float(cx) - s * Float(k), Float(cy) + c * Float(k))
                        for t in -along...along {
                            let x = Int(ax + c * Float(t) + 0.5)
                            let y = Int(ay + s * Float(t) + 0.5)
                            // Outside lies the plane's margin of zeros.
                            if x >= 0, y >= 0, x < image.width, y < image.height { sum += image[x, y] }
                        }
                        signature[k + half] = sum
                    }
                    let (period, strength) = waves.strongest(UnsafeBufferPointer(signature))
                    found[bx, by] = period * strength
                    weight[bx, by] = strength
                }
            }
        }
        let (sum, weights) = (found.smoothed(2.5), weight.smoothed(2.5))
        let all = found.values.reduce(0, +) / max(weight.values.reduce(0, +), 1e-6)
        for index in period.values.indices {
            let value = (sum.values[index] + 0.05 * all) / (weights.values[index] + 0.05)
            period.values[index] = min(Self.longest, max(Self.shortest, value))
        }
    }
}

/// Cosines and sines of the periods that ridges have.
struct Waves: Sendable {
    static let half = 24
    static let shared = Waves()

    let periods: [Float]
    private let cosines: [Float]
    private let sines: [Float]

    private init() {
        let periods = (0..<26).map {
            RidgeField.shortest * Float.pow(RidgeField.longest / RidgeField.shortest, Float($0) / 25)
        }
        var (cosines, sines): ([Float], [Float]) = ([], [])
        for period in periods {
            for k in -Self.half...Self.half {
                let bell = 0.5 + 0.5 * Float.cos(.pi * Float(k) / Float(Self.half + 1))
                cosines.append(bell * Float.cos(2 * .pi * Float(k) / period))
                sines.append(bell * Float.sin(2 * .pi * Float(k) / period))
            }
        }
        (self.periods, self.cosines, self.sines) = (periods, cosines, sines)
    }

    /// The period with most power, and its share of the power at hand, 0...1.
    func strongest(_ signature: UnsafeBufferPointer<Float>) -> (period: Float, strength: Float) {
        let mean = signature.reduce(0, +) / Float(signature.count)
        var total: Float = 1e-6
        for value in signature { total += (value - mean) * (value - mean) }
        var (best, most): (Int, Float) = (0, 0)
        cosines.withUnsafeBufferPointer { c in
            sines.withUnsafeBufferPointer { s in
                for index in periods.indices {
                    var (a, b): (Float, Float) = (0, 0)
                    let base = index * signature.count
                    for k in signature.indices {
                        a += c[base + k] * (signature[k] - mean)
                        b += s[base + k] * (signature[k] - mean)
                    }
                    let power = a * a + b * b
                    if power > most { (best, most) = (index, power) }
                }
            }
        }
        // A pure wave under the bell has half · 0.375 of its power here.
        return (periods[best], min(1, most / (total * Float(Self.half) * 0.375)))
    }
}
