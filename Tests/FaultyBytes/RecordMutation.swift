/// Changes bytes as damage and malice do: bits, bytes, lengths, cuts, splices.
public struct RecordMutation {
    private var state: UInt64

    /// A sequence of changes that repeats with its seed; the seed must not be zero.
    public init(seed: UInt64) { state = seed }

    private mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(max(1, bound)))
    }

    /// The sample with one to four changes.
    public mutating func mutate(_ sample: [UInt8]) -> [UInt8] {
        var bytes = sample
        for _ in 0...below(3) {
            guard !bytes.isEmpty else { break }
            let place = below(bytes.count)
            switch below(7) {
            case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
            case 2: bytes[place] = UInt8(below(256))
            case 3: bytes[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][below(6)]
            case 4: bytes.removeLast(bytes.count - place)
            case 5:
                let from = below(sample.count)
                let count = min(below(16), sample.count - from)
                bytes.insert(contentsOf: sample[from..<from + count], at: place)
            default:
                for offset in place..<min(place + 1 + below(4), bytes.count) { bytes[offset] = UInt8(below(2) * 255) }
            }
        }
        return bytes
    }
}
