/// Bits of entropy-coded data up to the next marker; a stuffed zero follows each byte FF.
struct WSQBits {
    private let bytes: ArraySlice<UInt8>
    /// The next byte that is not yet taken; a marker's FF at the end.
    private(set) var place: Int
    private var current: UInt8 = 0
    private var left = 0

    init(_ bytes: ArraySlice<UInt8>, at place: Int) {
        self.bytes = bytes
        self.place = place
    }

    /// The next bit, `nil` before a marker and at the end of the bytes.
    mutating func bit() -> Int? {
        if left == 0 {
            guard place < bytes.endIndex else { return nil }
            current = bytes[place]
            if current == 0xFF {
                guard place + 1 < bytes.endIndex, bytes[place + 1] == 0 else { return nil }
                place += 1
            }
            place += 1
            left = 8
        }
        left -= 1
        return Int(current >> UInt8(left)) & 1
    }

    /// A whole number of `count` bits, `nil` when they are not there.
    mutating func number(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let bit = bit() else { return nil }
            value = value << 1 | bit
        }
        return value
    }
}

/// A canonical Huffman code of at most sixteen bits.
struct WSQHuffmanTable {
    /// By length from 1: the first code, how many there are, and where their symbols start.
    private var first = [Int](repeating: 0, count: 17)
    private var counts = [Int](repeating: 0, count: 17)
    private var starts = [Int](repeating: 0, count: 17)
    private var symbols: [UInt8] = []

    /// Reads counts by length and symbols; throws `range` when the lengths do not make a code.
    init(reading part: inout ByteReader) throws(BiometricFormatError) {
        let start = part.offset
        var code = 0
        var total = 0
        for length in 1...16 {
            counts[length] = Int(try part.u8("codes by length"))
            code <<= 1
            first[length] = code
            starts[length] = total
            code += counts[length]
            total += counts[length]
            guard code <= 1 << length, total <= 256 else {
                throw BiometricFormatError(
                    .range, "codes by length", at: start, "are more than a code can have; the file is damaged")
            }
        }
        symbols = Array(try part.take(total, "symbols"))
    }

    /// The next symbol, `nil` at a marker: the bits that fill the last byte before it are no code.
    func next(_ bits: inout WSQBits) -> UInt8? {
        var code = 0
        for length in 1...16 {
            guard let bit = bits.bit() else { return nil }
            code = code << 1 | bit
            let index = code - first[length]
            if index >= 0, index < counts[length] { return symbols[starts[length] + index] }
        }
        // Zero is no symbol of the specification: the caller refuses it.
        return 0
    }
}
