/// Random words taken from a block that a caller fills, for sources that cost much a call and little a byte.
///
/// A system's generator is one kernel call for each 64-bit word; drawing a block of 512 words at once spares most of
/// them. The kernel brings no randomness of its own: `fill` writes every byte of the buffer it is given, from a
/// cryptographically secure source.
public struct BufferedRandomNumberGenerator: RandomNumberGenerator {
    private let fill: (UnsafeMutableRawBufferPointer) -> Void
    private var words: [UInt64]
    private var used: Int

    /// `capacity` is the block's size in 64-bit words.
    public init(capacity: Int = 512, fill: @escaping (UnsafeMutableRawBufferPointer) -> Void) {
        self.fill = fill
        words = [UInt64](repeating: 0, count: max(1, capacity))
        used = words.count
    }

    public mutating func next() -> UInt64 {
        if used == words.count {
            words.withUnsafeMutableBytes { fill($0) }
            used = 0
        }
        let word = words[used]
        // A word that was handed out does not stay in memory for the next one to find.
        words[used] = 0
        used &+= 1
        return word
    }
}
