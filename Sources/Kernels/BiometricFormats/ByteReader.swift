/// Big-endian reading that checks every length before it takes bytes.
struct ByteReader {
    let bytes: ArraySlice<UInt8>
    private(set) var offset: Int

    /// Reads `bytes` from the start; `offset` counts from the start of the whole input.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
        offset = 0
    }

    /// Reads a part; offsets stay those of the whole.
    init(_ part: ArraySlice<UInt8>) {
        bytes = part
        offset = part.startIndex
    }

    var remaining: Int { bytes.endIndex - offset }

    mutating func require(_ count: Int, _ field: String) throws(BiometricFormatError) {
        guard count >= 0, count <= remaining else {
            throw BiometricFormatError(
                .truncated, field, at: offset,
                "\(count) bytes are needed and \(remaining) are left; send the whole record")
        }
    }

    mutating func u8(_ field: String) throws(BiometricFormatError) -> UInt8 {
        try require(1, field)
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func u16(_ field: String) throws(BiometricFormatError) -> UInt16 {
        try require(2, field)
        defer { offset += 2 }
        return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    mutating func u32(_ field: String) throws(BiometricFormatError) -> UInt32 {
        let high = try u16(field)
        let low = try u16(field)
        return UInt32(high) << 16 | UInt32(low)
    }

    mutating func u48(_ field: String) throws(BiometricFormatError) -> UInt64 {
        let high = try u16(field)
        let low = try u32(field)
        return UInt64(high) << 32 | UInt64(low)
    }

    mutating func take(_ count: Int, _ field: String) throws(BiometricFormatError) -> ArraySlice<UInt8> {
        try require(count, field)
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func skip(_ count: Int, _ field: String) throws(BiometricFormatError) {
        try require(count, field)
        offset += count
    }

    /// The big-endian number at `place`, or `nil` past the end; the cursor stays.
    func peek(_ count: Int, at place: Int) -> UInt64? {
        guard place >= bytes.startIndex, place + count <= bytes.endIndex else { return nil }
        return bytes[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Big-endian writing.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func u8(_ value: UInt8) { bytes.append(value) }

    mutating func u16(_ value: UInt16) {
        bytes.append(UInt8(value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func u32(_ value: UInt32) {
        u16(UInt16(value >> 16))
        u16(UInt16(truncatingIfNeeded: value))
    }

    mutating func u48(_ value: UInt64) {
        u16(UInt16(truncatingIfNeeded: value >> 32))
        u32(UInt32(truncatingIfNeeded: value))
    }

    mutating func append(_ other: some Sequence<UInt8>) { bytes.append(contentsOf: other) }

    /// Writes `value` over the four bytes at `place`, for lengths known only at the end.
    mutating func patch(_ value: UInt32, at place: Int) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index)) }
    }
}
