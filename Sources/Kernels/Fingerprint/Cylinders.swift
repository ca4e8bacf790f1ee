import RealModule

/// The neighbourhood of a minutia as bits that can be compared by counting.
///
/// After the Minutia Cylinder-Code (Cappelli, Ferrara, Maltoni, IEEE TPAMI 32(12), 2010): a disc of cells around the
/// minutia, turned with it, in six layers of relative direction; a cell is set when minutiae near it point its way.
enum Cylinders {
    static let radius: Float = 70
    static let layers = 6
    /// Words of a cylinder: the layers, the mask, and the three bits of each cell's count.
    static let columns = 10
    static let spread: Float = 28.0 / 3
    static let turnSpread: Float = 2 * .pi / 9
    static let threshold: Float = 0.3
    static let margin: Float = 50

    /// The 61 cells with centres in the disc, in units of the grid.
    static let cells: [(x: Float, y: Float)] = {
        var cells: [(x: Float, y: Float)] = []
        for y in -4...4 {
            for x in -4...4 where x * x + y * y <= 18 { cells.append((Float(x), Float(y))) }
        }
        return cells
    }()

    static func bits(_ minutiae: [FingerMinutia], hull: Hull) -> [UInt64] {
        let step = radius / 4.4
        let stride = FingerTemplate.stride(minutiae.count)
        var words = [UInt64](repeating: 0, count: stride * columns)
        let turn = 2 * Float.pi / Float(layers)
        let layerAngles = (0..<layers).map { (Float($0) + 0.5) * turn - .pi }
        let far = (radius + 3 * spread) * (radius + 3 * spread)
        // Kept from one minutia to the next: memory of its own for each would take most of the time.
        var near: [(x: Float, y: Float, weights: SIMD8<Float>)] = []
        near.reserveCapacity(minutiae.count)
        for (index, centre) in minutiae.enumerated() {
            let (c, s) = (Float.cos(centre.angle), -Float.sin(centre.angle))
            near.removeAll(keepingCapacity: true)
            for (other, neighbour) in minutiae.enumerated() {
                let (dx, dy) = (neighbour.x - centre.x, neighbour.y - centre.y)
                guard other != index, dx * dx + dy * dy < far else { continue }
                let turned = difference(centre.angle, neighbour.angle)
                var weights = SIMD8<Float>.zero
                for layer in 0..<layers { weights[layer] = area(difference(layerAngles[layer], turned), turn) }
                near.append((neighbour.x, neighbour.y, weights))
            }
            guard near.count >= 2 else { continue }
            for (bit, cell) in cells.enumerated() {
                let x = centre.x + step * (cell.x * c - cell.y * s)
                let y = centre.y + step * (cell.x * s + cell.y * c)
                guard hull.outside(x, y) <= margin else { continue }
                words[6 * stride + index] |= 1 << UInt64(bit)
                var sums = SIMD8<Float>.zero
                for neighbour in near {
                    let square = (neighbour.x - x) * (neighbour.x - x) + (neighbour.y - y) * (neighbour.y - y)
                    guard square < 9 * spread * spread else { continue }
                    sums += Float.exp(-square / (2 * spread * spread)) * neighbour.weights
                }
                var set = 0
                for layer in 0..<layers where sums[layer] > threshold {
                    words[layer * stride + index] |= 1 << UInt64(bit)
                    set += 1
                }
                for weight in 0..<3 where set >> weight & 1 == 1 {
                    words[(7 + weight) * stride + index] |= 1 << UInt64(bit)
                }
            }
        }
        return words
    }

    /// The signed difference of two angles, -π...π.
    static func difference(_ one: Float, _ other: Float) -> Float {
        (one - other).remainder(dividingBy: 2 * .pi)
    }

    /// Share of a bell curve around `offset` that falls into one layer, as a part of the share at offset 0.
    static func area(_ offset: Float, _ width: Float) -> Float {
        (cumulative(offset + width / 2) - cumulative(offset - width / 2)) / peak
    }

    private static let peak = cumulative(Float.pi / Float(layers)) - cumulative(-Float.pi / Float(layers))

    private static func cumulative(_ value: Float) -> Float {
        0.5 * (1 + Float.erf(value / (turnSpread * Float.sqrt(2))))
    }
}
