/// A WSQ file of given coefficients, with a code of eight bits a symbol instead of a real Huffman code.
public enum ComposedWSQ {
    /// `coefficient` gives each from -73 to 74, in the order of the file; scale 1, shift 128, bins one level wide.
    public static func bytes(width: Int, height: Int, coefficient: (Int) -> Int) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, 0xA0]
        func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
        func segment(_ marker: UInt8, _ content: [UInt8]) {
            bytes += [0xFF, marker] + word(content.count + 2) + content
        }
        // The 9/7 pair of the specification, table 1, from the middle outwards, in units of 10 to the -9.
        let taps = [
            852_698_679, 377_402_856, -110_624_404, -23_849_465, 37_828_456, 788_485_616, -418_092_273, -40_689_418,
            64_538_883,
        ]
        var filters: [UInt8] = [9, 7]
        for tap in taps { filters += [tap < 0 ? 1 : 0, 9] + word(abs(tap) >> 16) + word(abs(tap) & 0xFFFF) }
        segment(0xA4, filters)
        let bin: [UInt8] = [0, 0, 1, 0, 0, 1]
        segment(0xA5, [2, 0, 44] + Array(repeatElement(bin, count: 64).joined()))
        var frame: [UInt8] = [0, 255]
        frame += word(height) + word(width)
        frame += [0, 0, 128, 0, 0, 1, 0, 0, 0]
        segment(0xA2, frame)
        let counts: [UInt8] = (1...16).map { $0 == 8 ? 255 : 0 }
        segment(0xA6, [0] + counts + (0..<255).map { UInt8($0) })
        segment(0xA3, [0])
        // The last quarter of the picture, high frequencies both ways, is not coded.
        let coded = width * height - (width / 2) * (height / 2)
        bytes += (0..<coded).map { index in
            let value = coefficient(index)
            return value == 0 ? 1 : UInt8(180 + value)
        }
        return bytes + [0xFF, 0xA1]
    }
}
