/// A leaf's identifier in 16 bytes: what the program makes is a UUID in lower case.
struct LeafID: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    static let byteCount = 36

    /// Nil for anything but a UUID as the program writes it.
    @inline(__always)
    init?(_ text: UnsafeRawBufferPointer) {
        guard text.count == Self.byteCount, text[8] == Self.hyphen, text[13] == Self.hyphen, text[18] == Self.hyphen,
            text[23] == Self.hyphen
        else { return nil }
        var isSound = true
        func digits(_ range: Range<Int>, after before: UInt64) -> UInt64 {
            var value = before
            for index in range {
                let byte = text[index]
                let number = byte &- UInt8(ascii: "0")
                let letter = byte &- UInt8(ascii: "a")
                isSound = isSound && (number < 10 || letter < 6)
                value = value << 4 | UInt64(number < 10 ? number : letter &+ 10)
            }
            return value
        }
        high = digits(14..<18, after: digits(9..<13, after: digits(0..<8, after: 0)))
        low = digits(24..<36, after: digits(19..<23, after: 0))
        guard isSound else { return nil }
    }

    init?(_ text: String) {
        var text = text
        guard let id = text.withUTF8({ LeafID(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = id
    }

    private static let hyphen = UInt8(ascii: "-")

    var text: String { Hexadecimal.uuid(bytes) }

    /// The sixteen bytes of the UUID.
    var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
    }
}
