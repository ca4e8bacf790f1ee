/// Distances between short byte texts, without allocation.
enum TextComparison {
    typealias Text = UnsafeBufferPointer<UInt8>

    /// Damerau-Levenshtein distance (optimal string alignment), or `limit + 1` when it is larger.
    static func distance(_ one: Text, _ other: Text, limit: Int) -> Int {
        let (n, m) = (one.count, other.count)
        if abs(n - m) > limit { return limit + 1 }
        if n == 0 || m == 0 { return max(n, m) }
        if m > 63 { return one.elementsEqual(other) ? 0 : limit + 1 }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * 64) { memory in
            var (before, previous, current) = (0, 64, 128)
            for j in 0...m { memory[previous + j] = UInt8(j) }
            for i in 1...n {
                memory[current] = UInt8(min(255, i))
                var best = i
                for j in 1...m {
                    let cost: UInt8 = one[i - 1] == other[j - 1] ? 0 : 1
                    var value = min(
                        memory[previous + j] &+ 1, memory[current + j - 1] &+ 1, memory[previous + j - 1] &+ cost)
                    if i > 1, j > 1, one[i - 1] == other[j - 2], one[i - 2] == other[j - 1] {
                        value = min(value, memory[before + j - 2] &+ 1)
                    }
                    memory[current + j] = value
                    best = min(best, Int(value))
                }
                if best > limit { return limit + 1 }
                (before, previous, current) = (previous, current, before)
            }
            return Int(memory[previous + m])
        }
    }

    /// Jaro-Winkler similarity (Winkler 1990), 0 to 1.
    static func jaroWinkler(_ one: Text, _ other: Text) -> Double {
        let (n, m) = (one.count, other.count)
        guard n > 0, m > 0, n < 64, m < 64 else { return 0 }
        let window = max(0, max(n, m) / 2 - 1)
        var (taken, matched): (UInt64, UInt64) = (0, 0)
        var matches = 0
        for i in 0..<n {
            let (low, high) = (max(0, i - window), min(m - 1, i + window))
            if low > high { continue }
            for j in low...high where taken & (1 << j) == 0 && one[i] == other[j] {
                taken |= 1 << j
                matched |= 1 << i
                matches += 1
                break
            }
        }
        if matches == 0 { return 0 }
        var (j, half) = (0, 0)
        for i in 0..<n where matched & (1 << i) != 0 {
            while taken & (1 << j) == 0 { j += 1 }
            if one[i] != other[j] { half += 1 }
            j += 1
        }
        let c = Double(matches)
        let jaro = (c / Double(n) + c / Double(m) + (c - Double(half) / 2) / c) / 3
        var prefix = 0
        while prefix < min(4, n, m), one[prefix] == other[prefix] { prefix += 1 }
        return jaro + Double(prefix) * 0.1 * (1 - jaro)
    }

    /// Share of two-letter pieces in common (Dice), blanks aside.
    static func dice(_ one: Text, _ other: Text) -> Double {
        guard one.count > 1, other.count > 1, one.count < 96, other.count < 96 else { return 0 }
        var used: (UInt64, UInt64) = (0, 0)
        var common = 0
        for i in 0..<(one.count - 1) {
            for j in 0..<(other.count - 1) where one[i] == other[j] && one[i + 1] == other[j + 1] {
                let isUsed = j < 64 ? used.0 & (1 << j) != 0 : used.1 & (1 << (j - 64)) != 0
                if isUsed { continue }
                if j < 64 { used.0 |= 1 << j } else { used.1 |= 1 << (j - 64) }
                common += 1
                break
            }
        }
        return 2 * Double(common) / Double(one.count + other.count - 2)
    }

    /// One of the texts is the beginning of the other, or their shared letters: will and william, r. and robert.
    static func isShortForm(_ one: Text, _ other: Text) -> Bool {
        let (short, long) = one.count < other.count ? (one, other) : (other, one)
        guard short.count >= 1, short.count < long.count else { return false }
        return short.count >= 3 && long.starts(with: short)
    }

    /// Whether two texts hold the same words in another order or without some.
    static func shareWords(_ one: Text, _ other: Text) -> (shared: Int, fewer: Int) {
        var (shared, mine) = (0, 0)
        var index = 0
        while index < one.count {
            var end = index
            while end < one.count, one[end] != 0x20 { end += 1 }
            if end > index {
                mine += 1
                if contains(other, one, index..<end) { shared += 1 }
            }
            index = end + 1
        }
        var theirs = 1
        for byte in other where byte == 0x20 { theirs += 1 }
        return (shared, min(mine, theirs))
    }

    private static func contains(_ text: Text, _ source: Text, _ word: Range<Int>) -> Bool {
        var index = 0
        while index < text.count {
            var end = index
            while end < text.count, text[end] != 0x20 { end += 1 }
            if end - index == word.count {
                var isEqual = true
                for offset in 0..<word.count where text[index + offset] != source[word.lowerBound + offset] {
                    isEqual = false
                    break
                }
                if isEqual { return true }
            }
            index = end + 1
        }
        return false
    }
}
