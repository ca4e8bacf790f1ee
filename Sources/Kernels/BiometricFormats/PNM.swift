/// Reader and writer of portable grey maps, and reader of binary pixel maps: P2, P5, P6 of Netpbm.
public enum PNM {
    /// The picture in grey levels; colour by the luma of ITU-R BT.601, deeper samples scaled to 255.
    ///
    /// Throws `BiometricFormatError`: `signature`, `syntax`, `truncated`, `range`, `limit`.
    public static func decode(
        _ bytes: [UInt8], limit: Int = GreyImage.pixelLimit
    ) throws(BiometricFormatError) -> GreyImage {
        var reader = ByteReader(bytes)
        guard try reader.u8("magic number") == 0x50,
            let kind = [0x32, 0x35, 0x36].firstIndex(of: try reader.u8("magic number"))
        else { throw BiometricFormatError(.signature, "magic number", at: 0, "must be P2, P5 or P6") }
        let width = try number(&reader, "width")
        let height = try number(&reader, "height")
        let count = try GreyImage.check(width: width, height: height, limit: limit, at: 2)
        let top = try number(&reader, "greatest value")
        guard (1...65535).contains(top) else {
            throw BiometricFormatError(.range, "greatest value", at: reader.offset, "must be from 1 to 65535")
        }
        if kind == 0 {
            // A number takes at least two bytes, so that a promise of more pixels than bytes is refused at once.
            try reader.require(count * 2 - 1, "pixels")
        } else {
            try reader.skip(1, "white space before the pixels")
            try reader.require(count * (kind == 2 ? 3 : 1) * (top > 255 ? 2 : 1), "pixels")
        }
        func sample() throws(BiometricFormatError) -> Int {
            let value: Int
            if kind == 0 {
                value = try number(&reader, "pixel")
            } else {
                value = top > 255 ? Int(try reader.u16("pixel")) : Int(try reader.u8("pixel"))
            }
            guard value <= top else {
                throw BiometricFormatError(.range, "pixel", at: reader.offset, "is above the greatest value, \(top)")
            }
            return top == 255 ? value : (value * 255 + top / 2) / top
        }
        var pixels = [UInt8](repeating: 0, count: count)
        for index in 0..<count {
            let first = try sample()
            pixels[index] = kind == 2 ? try luma(first, sample(), sample()) : UInt8(first)
        }
        return try GreyImage(width: width, height: height, pixels: pixels)
    }

    /// A binary grey map, P5.
    public static func encode(_ image: GreyImage) -> [UInt8] {
        Array("P5\n\(image.width) \(image.height)\n255\n".utf8) + image.pixels
    }

    static func luma(_ red: Int, _ green: Int, _ blue: Int) -> UInt8 {
        UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
    }

    /// A decimal number after white space and comments; the byte after it stays.
    private static func number(_ reader: inout ByteReader, _ field: String) throws(BiometricFormatError) -> Int {
        while let byte = reader.peek(1, at: reader.offset) {
            if byte == 0x23 {
                while let letter = reader.peek(1, at: reader.offset), letter != 0x0A { try reader.skip(1, field) }
            } else if [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(byte) {
                try reader.skip(1, field)
            } else {
                break
            }
        }
        let start = reader.offset
        var value = 0
        while let byte = reader.peek(1, at: reader.offset), byte >= 0x30, byte <= 0x39, reader.offset - start < 9 {
            value = value * 10 + Int(byte) - 0x30
            try reader.skip(1, field)
        }
        guard reader.offset > start else {
            throw BiometricFormatError(.syntax, field, at: start, "a number of at most nine digits is expected")
        }
        return value
    }
}
