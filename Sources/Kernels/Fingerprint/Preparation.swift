import RealModule

/// An image brought to 500 dots an inch and to even contrast.
enum Preparation {
    static let resolution: Float = 500
    /// Half the side of the square over which contrast is evened, in pixels.
    static let reach = 12
    /// Grey levels below which contrast counts as noise.
    static let floor: Float = 10

    /// Grey levels at 500 dots an inch, by bilinear sampling.
    static func resampled(_ pixels: UnsafeBufferPointer<UInt8>, width: Int, height: Int, dpi: Float) -> Plane {
        guard abs(dpi - resolution) > 1 else {
            let plane = Plane(width: width, height: height)
            for y in 0..<height {
                let (row, line) = (plane.row(y), pixels.baseAddress! + y * width)
                for x in 0..<width { row[x] = Float(line[x]) }
            }
            return plane
        }
        let scale = dpi / resolution
        let plane = Plane(
            width: max(1, Int((Float(width) / scale).rounded())), height: max(1, Int((Float(height) / scale).rounded()))
        )
        let columns = (0..<plane.width).map { x -> (Int, Int, Float) in
            let position = min(max((Float(x) + 0.5) * scale - 0.5, 0), Float(width - 1))
            let left = Int(position)
            return (left, min(left + 1, width - 1), position - Float(left))
        }
        for y in 0..<plane.height {
            let position = min(max((Float(y) + 0.5) * scale - 0.5, 0), Float(height - 1))
            let top = Int(position)
            let share = position - Float(top)
            let (upper, lower) = (
                pixels.baseAddress! + top * width, pixels.baseAddress! + min(top + 1, height - 1) * width
            )
            let row = plane.row(y)
            for x in 0..<plane.width {
                let (left, right, across) = columns[x]
                let above = Float(upper[left]) + across * (Float(upper[right]) - Float(upper[left]))
                let below = Float(lower[left]) + across * (Float(lower[right]) - Float(lower[left]))
                row[x] = above + share * (below - above)
            }
        }
        return plane
    }

    /// The image with local mean 0 and local spread near 1, ridges positive, and the spread of each block.
    static func evened(_ grey: Plane) -> (image: Plane, spread: BlockMap) {
        let (width, height, b) = (grey.width, grey.height, RidgeField.block)
        let result = Plane(width: width, height: height)
        var spread = BlockMap(width: (width + b - 1) / b, height: (height + b - 1) / b)
        var (sums, squares) = ([Float](repeating: 0, count: width), [Float](repeating: 0, count: width))
        var rows: Float = 0
        func add(_ y: Int, _ sign: Float) {
            let row = grey.row(y)
            for x in 0..<width {
                let value = row[x] - 128
                sums[x] += sign * value
                squares[x] += sign * value * value
            }
            rows += sign
        }
        for y in 0..<min(reach, height) { add(y, 1) }
        for y in 0..<height {
            if y + reach < height { add(y + reach, 1) }
            if y - reach - 1 >= 0 { add(y - reach - 1, -1) }
            var (sum, square, columns): (Float, Float, Float) = (0, 0, 0)
            for x in 0..<min(reach, width) {
                sum += sums[x]
                square += squares[x]
                columns += 1
            }
            let (source, target) = (grey.row(y), result.row(y))
            for x in 0..<width {
                if x + reach < width {
                    sum += sums[x + reach]
                    square += squares[x + reach]
                    columns += 1
                }
                if x - reach - 1 >= 0 {
                    sum -= sums[x - reach - 1]
                    square -= squares[x - reach - 1]
                    columns -= 1
                }
                let share = 1 / (columns * rows)
                let mean = sum * share
                let deviation = Float.sqrt(max(0, square * share - mean * mean))
                target[x] = (mean - (source[x] - 128)) / (deviation + floor)
                if x & 7 == 4, y & 7 == 4 { spread[x / b, y / b] = deviation }
            }
        }
        return (result, spread)
    }
}
