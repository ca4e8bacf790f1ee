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
