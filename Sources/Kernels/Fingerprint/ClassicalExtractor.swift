import RealModule

/// Finds minutiae by the field of ridge directions and filters that follow it.
public struct ClassicalExtractor: Sendable {
    public init() {}

    /// The minutiae of a grey image, at 500 dots an inch.
    public func minutiae(_ pixels: UnsafeBufferPointer<UInt8>, width: Int, height: Int, dpi: Int) -> [Minutia] {
        let grey = Preparation.resampled(pixels, width: width, height: height, dpi: dpi)
        let (image, spread) = Preparation.evened(grey)
        var field = RidgeField(gradients: image, fine: 1.2, coarse: 2.5)
        field.segment(spread)
        field.measurePeriod(image)
        let first = RidgeFilter.shared.enhanced(image, field)
        var second = RidgeField(gradients: first, fine: 1.0, coarse: 2.0)
        (second.mask, second.period) = (field.mask, field.period)
        let share = second.share(first, image)
        second.confirm(share, least: 0.1)
        let enhanced = RidgeFilter.shared.enhanced(image, second)
        var bits = BitImage(width: image.width, height: image.height)
        for by in 0..<second.height {
            for y in by * 8..<min(image.height, by * 8 + 8) {
                let row = enhanced.row(y)
                for bx in 0..<second.width where second.mask[bx, by] > 0 {
                    var byte: UInt64 = 0
                    for x in 0..<8 where row[bx * 8 + x] > 0 { byte |= 1 << UInt64(x) }
                    bits.words[(y + 1) * bits.stride + 1 + bx / 8] |= byte << UInt64(bx % 8 * 8)
                }
            }
        }
        bits.thin()
        var skeleton = Skeleton(bits)
        skeleton.clean(second)
        let quality = second.share(enhanced, image)
        return skeleton.minutiae(second, quality: quality)
    }
}

extension RidgeField {
    /// Part of the image's power that waves along the field explain, block by block, 0...1.
    func share(_ waves: Plane, _ image: Plane) -> BlockMap {
        var result = BlockMap(width: width, height: height)
        for by in 0..<height {
            for bx in 0..<width where mask[bx, by] > 0 {
                var (wave, all): (Float, Float) = (0, 1)
                for y in by * 8..<min(image.height, by * 8 + 8) {
                    let (one, other) = (waves.row(y) + bx * 8, image.row(y) + bx * 8)
                    for x in 0..<min(8, image.width - bx * 8) {
                        wave += one[x] * one[x]
                        all += other[x] * other[x]
                    }
                }
                result[bx, by] = min(1, wave / all)
            }
        }
        return result
    }
}
