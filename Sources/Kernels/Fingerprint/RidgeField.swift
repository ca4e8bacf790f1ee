import RealModule

/// Where ridges are, which way they run and how far apart they lie, block by block.
struct RidgeField {
    /// Pixels a side of a block.
    static let block = 8

    var width: Int
    var height: Int
    /// Cosine and sine of twice the ridge's angle (y downwards), times coherence.
    var double: (cosine: BlockMap, sine: BlockMap)
    /// How much the gradients of the neighbourhood agree, 0...1.
    var coherence: BlockMap
    /// Pixels from ridge to ridge.
    var period: BlockMap
    /// 1 inside the finger, 0 outside.
    var mask: BlockMap

    /// Angle along the ridge, y downwards, -π/2...π/2.
    func angle(_ x: Int, _ y: Int) -> Float {
        0.5 * Float.atan2(y: double.sine[x, y], x: double.cosine[x, y])
    }
}

/// Sums of products of gradients in each block.
struct GradientTensor {
    var difference: BlockMap
    var product: BlockMap
    var energy: BlockMap

    init(_ image: Plane) {
        let b = RidgeField.block
        let (bw, bh) = ((image.width + b - 1) / b, (image.height + b - 1) / b)
        difference = BlockMap(width: bw, height: bh)
        product = difference
        energy = difference
        let width = image.width
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * (bw * b)) { line in
            for y in 0..<image.height {
                let (up, here, down) = (image.row(y - 1), image.row(y), image.row(y + 1))
                let count = bw * b
                let (d, p, e) = (line.baseAddress!, line.baseAddress! + count, line.baseAddress! + 2 * count)
                for x in width..<max(width, count) { (d[x], p[x], e[x]) = (0, 0, 0) }
                for x in 0..<width {
                    let gx = (up[x + 1] - up[x - 1] + down[x + 1] - down[x - 1]) * 3 + 10 * (here[x + 1] - here[x - 1])
                    let gy = (down[x - 1] - up[x - 1] + down[x + 1] - up[x + 1]) * 3 + 10 * (down[x] - up[x])
                    let (xx, yy) = (gx * gx, gy * gy)
                    d[x] = xx - yy
                    p[x] = 2 * gx * gy
                    e[x] = xx + yy
                }
                let row = y / b * bw
                for k in 0..<bw {
                    var (sd, sp, se): (Float, Float, Float) = (0, 0, 0)
                    for x in k * b..<(k + 1) * b {
                        sd += d[x]
                        sp += p[x]
                        se += e[x]
                    }
                    difference.values[row + k] += sd
                    product.values[row + k] += sp
                    energy.values[row + k] += se
                }
            }
        }
    }
}
