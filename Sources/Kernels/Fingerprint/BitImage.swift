/// A black and white image, 64 pixels a word, with a frame of white.
struct BitImage {
    let width: Int
    let height: Int
    /// Words of a row, the frame's two included.
    let stride: Int
    var words: [UInt64]

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        stride = (width + 63) / 64 + 2
        words = Array(repeating: 0, count: stride * (height + 2))
    }

    subscript(x: Int, y: Int) -> Bool {
        get { words[(y + 1) * stride + 1 + x >> 6] >> UInt64(x & 63) & 1 == 1 }
        set {
            let (index, bit) = ((y + 1) * stride + 1 + x >> 6, UInt64(1) << UInt64(x & 63))
            if newValue { words[index] |= bit } else { words[index] &= ~bit }
        }
    }

    /// Takes pixels from the sides of lines until they are one pixel wide.
    ///
    /// The conditions of Guo and Hall (Communications of the ACM 32(3), 1989), for 64 pixels at once.
    mutating func thin() {
        let (stride, height) = (stride, height)
        var erased = [UInt64](repeating: 0, count: words.count)
        words.withUnsafeMutableBufferPointer { w in
            erased.withUnsafeMutableBufferPointer { e in
                var changed = true
                while changed {
                    changed = false
                    for pass in 0..<2 {
                        var any: UInt64 = 0
                        for y in 1...height {
                            for k in 1..<stride - 1 {
                                let at = y * stride + k
                                let p1 = w[at]
                                guard p1 != 0 else {
                                    e[at] = 0
                                    continue
                                }
                                let (up, down) = (at - stride, at + stride)
                                let (p2, p6) = (w[up], w[down])
                                let p3 = p2 >> 1 | w[up + 1] << 63
                                let p9 = p2 << 1 | w[up - 1] >> 63
                                let p4 = p1 >> 1 | w[at + 1] << 63
                                let p8 = p1 << 1 | w[at - 1] >> 63
                                let p5 = p6 >> 1 | w[down + 1] << 63
                                let p7 = p6 << 1 | w[down - 1] >> 63
                                let once = Self.one(
                                    ~p2 & (p3 | p4), ~p4 & (p5 | p6), ~p6 & (p7 | p8), ~p8 & (p9 | p2))
                                let (a, b, c, d) = (p9 | p2, p3 | p4, p5 | p6, p7 | p8)
                                let (f, g, h, i) = (p2 | p3, p4 | p5, p6 | p7, p8 | p9)
                                let two = Self.two(a, b, c, d) & Self.two(f, g, h, i)
                                let four = (a & b & c & d) & (f & g & h & i)
                                let side = pass == 0 ? (p6 | p7 | ~p9) & p8 : (p2 | p3 | ~p5) & p4
                                let gone = p1 & once & two & ~four & ~side
                                e[at] = gone
                                any |= gone
                            }
                        }
                        guard any != 0 else { continue }
                        changed = true
                        for y in 1...height {
                            for at in y * stride + 1..<(y + 1) * stride - 1 { w[at] &= ~e[at] }
                        }
                    }
                }
            }
        }
    }

    /// Exactly one of four.
    @inline(__always)
    private static func one(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> UInt64 {
        (a ^ b ^ c ^ d) & ~(a & b | c & d)
    }

    /// At least two of four.
    @inline(__always)
    private static func two(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> UInt64 {
        a & b | c & d | (a | b) & (c | d)
    }
}
