/// Writes numbers and texts one after another, little-endian.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ number: Double) { write(number.bitPattern) }

    mutating func write(_ rows: [[Double]]) {
        write(UInt64(rows.count))
        for row in rows {
            write(UInt64(row.count))
            for number in row { write(number) }
        }
    }

    mutating func write<Number: FixedWidthInteger>(all numbers: [Number]) {
        write(UInt64(numbers.count))
        numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
        align()
    }

    /// Fills up to a multiple of eight, so that numbers can be read in place.
    mutating func align() { while bytes.count % 8 != 0 { bytes.append(0) } }

    mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Puts a number over one that was written as a place holder.
    mutating func replace(_ number: UInt64, at place: Int) {
        withUnsafeBytes(of: number.littleEndian) { new in
            for index in 0..<8 { bytes[place + index] = new[index] }
        }
    }
}

/// Reads what a `ByteWriter` wrote; nothing past the end is ever touched.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var place: Int

    init(_ bytes: UnsafeRawBufferPointer, at place: Int = 0) {
        self.bytes = bytes
        self.place = place
    }

    private static let torn = LinkageError(.index, "the index file ends too early: make the index again")

    mutating func read<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(LinkageError) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - place >= size else { throw Self.torn }
        defer { place += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }

    mutating func real() throws(LinkageError) -> Double { Double(bitPattern: try read()) }

    /// A count of things of at least `size` bytes each, which cannot be more than there are bytes.
    mutating func count(of size: Int) throws(LinkageError) -> Int {
        let number = try read(UInt64.self)
        guard number <= UInt64((bytes.count - place) / max(1, size)) else { throw Self.torn }
        return Int(number)
    }

    mutating func rows() throws(LinkageError) -> [[Double]] {
        var result: [[Double]] = []
        for _ in 0..<(try count(of: 8)) {
            var row: [Double] = []
            for _ in 0..<(try count(of: 8)) { row.append(try real()) }
            result.append(row)
        }
        return result
    }

    /// Numbers in place; the view holds as long as the bytes do.
    mutating func view<Number: FixedWidthInteger>(_ type: Number.Type) throws(LinkageError)
        -> UnsafeBufferPointer<Number>
    {
        let size = MemoryLayout<Number>.size
        let count = try count(of: size)
        guard place % size == 0 else { throw Self.torn }
        let piece = UnsafeRawBufferPointer(rebasing: bytes[place..<(place + count * size)])
        place = min(bytes.count, (place + count * size + 7) & ~7)
        return piece.bindMemory(to: Number.self)
    }
}
