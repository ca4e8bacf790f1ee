import BiometricFormats
import Foundation

/// A picture in floating point, sampled between its pixels.
struct IrisPlane {
    let width: Int
    let height: Int
    private(set) var values: [Float]

    init(_ image: GreyImage) {
        width = image.width
        height = image.height
        values = image.pixels.map(Float.init)
    }

    private init(width: Int, height: Int, values: [Float]) {
        self.width = width
        self.height = height
        self.values = values
    }

    /// The mean of squares of `factor` pixels a side.
    func reduced(by factor: Int) -> IrisPlane {
        guard factor > 1 else { return self }
        let w = width / factor
        let h = height / factor
        var result = [Float](repeating: 0, count: w * h)
        for y in 0..<h {
            for x in 0..<w {
                var sum: Float = 0
                for row in y * factor..<(y + 1) * factor {
                    for column in x * factor..<(x + 1) * factor { sum += values[row * width + column] }
                }
                result[y * w + x] = sum / Float(factor * factor)
            }
        }
        return IrisPlane(width: w, height: h, values: result)
    }

    /// Bright reflections are replaced by the darkest level around them, so that they make no edge in the pupil.
    func withoutReflections(above level: Float, radius: Int) -> IrisPlane {
        var result = values
        for y in 0..<height {
            for x in 0..<width where values[y * width + x] > level {
                var least = values[y * width + x]
                for row in max(0, y - radius)...min(height - 1, y + radius) {
                    for column in max(0, x - radius)...min(width - 1, x + radius) {
                        least = min(least, values[row * width + column])
                    }
                }
                result[y * width + x] = least
            }
        }
        return IrisPlane(width: width, height: height, values: result)
    }

    /// The level below which `share` of the pixels are.
    func quantile(_ share: Double) -> Float {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }

    /// The level at a place, between the four pixels around it; `nil` outside.
    func level(_ x: Float, _ y: Float) -> Float? {
        guard x >= 0, y >= 0, x < Float(width - 1), y < Float(height - 1) else { return nil }
        let column = Int(x)
        let row = Int(y)
        let right = x - Float(column)
        let down = y - Float(row)
        let place = row * width + column
        let top = values[place] * (1 - right) + values[place + 1] * right
        let bottom = values[place + width] * (1 - right) + values[place + width + 1] * right
        return top * (1 - down) + bottom * down
    }

    /// The mean level on an arc, `nil` when less than three quarters of its points are in the picture.
    func mean(x: Float, y: Float, radius: Float, along directions: [(cosine: Float, sine: Float)]) -> Float? {
        var sum: Float = 0
        var count = 0
        for direction in directions {
            if let level = level(x + radius * direction.cosine, y + radius * direction.sine) {
                sum += level
                count += 1
            }
        }
        return 4 * count >= 3 * directions.count ? sum / Float(count) : nil
    }
}

/// Unit vectors at angles in degrees, y down.
func directions(_ degrees: [Double]) -> [(cosine: Float, sine: Float)] {
    degrees.map { degree in
        let angle = degree * Double.pi / 180
        return (Float(cos(angle)), Float(sin(angle)))
    }
}
