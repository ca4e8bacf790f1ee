/// A SHA-256 value: the hash of a leaf, of a node or of a whole tree.
public struct LogHash: Hashable, Sendable {
    /// How many bytes a hash has.
    public static let byteCount = 32

    /// The first eight bytes as a number, spread evenly: for tables of hashes.
    // Four words instead of an array: a tree holds millions of them, and none needs an allocation of its own.
    public let first: UInt64
    let second: UInt64
    let third: UInt64
    let fourth: UInt64

    /// Nil unless there are exactly 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(exactly: bytes)
    }

    init(exactly bytes: some Sequence<UInt8>) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var offset = 0
        for byte in bytes {
            switch offset / 8 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            default: words.3 = words.3 << 8 | UInt64(byte)
            }
            offset += 1
        }
        (first, second, third, fourth) = words
    }

    /// The 32 bytes at an address.
    public init(at address: UnsafeRawPointer) {
        first = UInt64(bigEndian: address.loadUnaligned(as: UInt64.self))
        second = UInt64(bigEndian: address.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        third = UInt64(bigEndian: address.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        fourth = UInt64(bigEndian: address.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// The 32 bytes, as stored and sent.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer), at: 0)
            count = Self.byteCount
        }
    }

    func write(to buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        buffer.storeBytes(of: first.bigEndian, toByteOffset: offset, as: UInt64.self)
        buffer.storeBytes(of: second.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
        buffer.storeBytes(of: third.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
        buffer.storeBytes(of: fourth.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
    }
}

extension LogHash: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits; a hash of the log names no person.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
