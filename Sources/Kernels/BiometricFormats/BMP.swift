/// Reader of Windows bitmaps without compression: 8 bits with a palette, 24 and 32 bits.
public enum BMP {
    /// The picture in grey levels; colour by the luma of ITU-R BT.601.
    ///
    /// Throws `BiometricFormatError`: `signature`, `truncated`, `range`, `unsupported`, `limit`.
    public static func decode(
        _ bytes: [UInt8], limit: Int = GreyImage.pixelLimit
    ) throws(BiometricFormatError) -> GreyImage {
        guard bytes.starts(with: [0x42, 0x4D]) else {
            throw BiometricFormatError(.signature, "signature", at: 0, "must be BM; send a bitmap")
        }
        guard bytes.count >= 54 else {
            throw BiometricFormatError(
                .truncated, "header", at: bytes.count, "54 bytes are needed; send the whole file")
        }
        func little(_ place: Int, _ count: Int) -> Int {
            (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
        }
        let start = little(10, 4)
        let headerLength = little(14, 4)
        let width = Int(Int32(truncatingIfNeeded: little(18, 4)))
        let signedHeight = Int(Int32(truncatingIfNeeded: little(22, 4)))
        let height = abs(signedHeight)
        let depth = little(28, 2)
        let compression = little(30, 4)
        guard headerLength >= 40, [8, 24, 32].contains(depth), compression == 0 || compression == 3 && depth == 32
        else {
            throw BiometricFormatError(
                .unsupported, "bit depth and compression", at: 28, "only plain bitmaps of 8, 24 or 32 bits are read")
        }
        let count = try GreyImage.check(width: width, height: height, limit: limit, at: 18)
        let stride = (width * depth / 8 + 3) / 4 * 4
        guard start >= 14 + headerLength, start <= bytes.count, stride * height <= bytes.count - start else {
            throw BiometricFormatError(
                .truncated, "pixels", at: min(start, bytes.count), "\(stride * height) bytes are needed")
        }
        var levels = [UInt8](repeating: 0, count: depth == 8 ? 256 : 0)
        if depth == 8 {
            let stated = little(46, 4)
            let colours = stated == 0 ? 256 : stated
            guard colours <= 256, 14 + headerLength + 4 * colours <= start else {
                throw BiometricFormatError(.length, "palette", at: 46, "does not fit before the pixels")
            }
            for colour in 0..<colours {
                let place = 14 + headerLength + 4 * colour
                levels[colour] = PNM.luma(Int(bytes[place + 2]), Int(bytes[place + 1]), Int(bytes[place]))
            }
        }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count)
        for row in 0..<height {
            let line = start + (signedHeight < 0 ? row : height - 1 - row) * stride
            for column in 0..<width {
                if depth == 8 {
                    pixels.append(levels[Int(bytes[line + column])])
                } else {
                    let place = line + column * depth / 8
                    pixels.append(PNM.luma(Int(bytes[place + 2]), Int(bytes[place + 1]), Int(bytes[place])))
                }
            }
        }
        let perMetre = Int(Int32(truncatingIfNeeded: little(38, 4)))
        return try GreyImage(
            width: width, height: height, dpi: perMetre > 0 ? Double(perMetre) * 0.0254 : nil, pixels: pixels)
    }
}
