/// The distinct values of one or more columns, numbered from 1; 0 stands for "not given".
final class ValueSpace: @unchecked Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [UInt32] = [0, 0]
    private var slots: [UInt32] = Array(repeating: 0, count: 1 << 12)
    private var hashes: [UInt32] = [0]

    /// How many numbers are taken, the zero included.
    var count: Int { starts.count - 1 }

    /// The number of a value, new or known.
    func number(of value: UnsafeBufferPointer<UInt8>) -> UInt32 {
        if value.isEmpty { return 0 }
        let hash = Self.hash(value)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot])
            if hashes[number] == hash, isEqual(number, value) { return UInt32(number) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = count
        bytes.append(contentsOf: value)
        starts.append(UInt32(bytes.count))
        hashes.append(hash)
        slots[slot] = UInt32(number)
        if number * 2 > slots.count { grow() }
        return UInt32(number)
    }

    /// The number of a known value, else 0.
    func known(_ value: UnsafeBufferPointer<UInt8>) -> UInt32 {
        if value.isEmpty { return 0 }
        let hash = Self.hash(value)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot])
            if hashes[number] == hash, isEqual(number, value) { return UInt32(number) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return 0
    }

    func text(_ number: UInt32) -> ArraySlice<UInt8> { bytes[range(number)] }

    func range(_ number: UInt32) -> Range<Int> { Int(starts[Int(number)])..<Int(starts[Int(number) + 1]) }

    private func isEqual(_ number: Int, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(starts[number])
        guard Int(starts[number + 1]) - start == value.count else { return false }
        for index in 0..<value.count where bytes[start + index] != value[index] { return false }
        return true
    }

    private func grow() {
        var larger = [UInt32](repeating: 0, count: slots.count * 2)
        for number in 1..<count {
            var slot = Int(hashes[number]) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = UInt32(number)
        }
        slots = larger
    }

    static func hash(_ value: UnsafeBufferPointer<UInt8>) -> UInt32 { UInt32(truncatingIfNeeded: content(value)) }

    /// A hash of the bytes alone, the same in every file (FNV-1a, then mixed).
    static func content(_ value: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in value { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Mixing.mixed(hash)
    }
}

/// Hash mixing (splitmix64's finaliser, Steele, Lea and Flood 2014).
enum Mixing {
    @inline(__always)
    static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    @inline(__always)
    static func joined(_ one: UInt64, _ other: UInt64) -> UInt64 { mixed(one &* 0x9E37_79B9_7F4A_7C15 ^ other) }
}
