/// A set of non-zero 64-bit words that only grows: open addressing over one flat table, at most half full.
struct DistinctWords {
    private var slots: [UInt64]
    private let mask: Int

    /// `expected` is the most words that will be inserted.
    init(expected: Int) {
        var size = 16
        while size < expected * 2 { size *= 2 }
        slots = [UInt64](repeating: 0, count: size)
        mask = size - 1
    }

    /// False where the word was there already.
    mutating func insert(_ word: UInt64) -> Bool {
        // The words are random digits already; one multiplication (2^64 divided by the golden ratio) spreads the
        // decimal gaps between them.
        let start = Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
        let mask = mask
        return slots.withUnsafeMutableBufferPointer { slots in
            var index = start
            while true {
                let held = slots[index]
                if held == 0 {
                    slots[index] = word
                    return true
                }
                if held == word { return false }
                index = (index &+ 1) & mask
            }
        }
    }
}
