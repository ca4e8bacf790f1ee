/// How far a gallery's file counts: written in two places by turns, so that a power cut leaves one of them.
struct GalleryHead: Equatable {
    /// Rises by one with each commit; the place is its parity.
    var generation: UInt64
    /// Bytes of the file that count; what lies behind is of an append that was not finished.
    var length: Int
    /// The order number of the last record.
    var lastOrder: UInt64

    static let version: UInt32 = 1
    /// Where the records begin.
    static let bytes = 4096
    private static let slot = 512
    private static let size = 40
    private static let signature: UInt32 = 0x4C47_4953

    private var words: [UInt64] {
        [UInt64(Self.signature) | UInt64(Self.version) << 32, generation, UInt64(length), lastOrder]
    }

    func write(_ file: Descriptor) throws(GalleryShardsError) {
        let bytes = (words + [Self.checksum(words)]).flatMap { word in
            withUnsafeBytes(of: word.littleEndian) { [UInt8]($0) }
        }
        try file.write(bytes, at: Int(generation % 2) * Self.slot)
    }

    static func read(_ file: Descriptor) throws(GalleryShardsError) -> GalleryHead {
        var best: GalleryHead?
        for place in 0...1 {
            let bytes = try file.read(size, at: place * slot)
            let words = bytes.withUnsafeBytes { memory in
                (0..<5).map { UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
            }
            guard words[0] & 0xFFFF_FFFF == UInt64(signature), words[4] == checksum(Array(words[..<4])),
                let length = Int(exactly: words[2]), length >= Self.bytes
            else { continue }
            guard words[0] >> 32 == UInt64(version) else {
                throw GalleryShardsError(.damaged, "the gallery is of another version: use the program that made it")
            }
            if words[1] >= best?.generation ?? 0 {
                best = GalleryHead(generation: words[1], length: length, lastOrder: words[3])
            }
        }
        guard let best else {
            throw GalleryShardsError(.damaged, "the head of the gallery cannot be read: restore it from a copy")
        }
        return best
    }

    /// FNV-1a, 64 bits: against torn writes, not against malice, for which the seals are.
    private static func checksum(_ words: [UInt64]) -> UInt64 {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in words {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                sum = (sum ^ (word >> shift & 0xFF)) &* 0x100_0000_01B3
            }
        }
        return sum
    }
}
