/// How alike two names sound, learned from aligned pairs of Arabic and Latin spellings.
///
/// Each letter or letter group is described by the Arabic letters that it stands for in aligned pairs, silence among
/// them; two symbols are as alike as these shares overlap, and leaving one out costs what it is rarely silent. The
/// shares come from repeated best alignments (Viterbi training) of the pairs.
public struct NameSimilarity: Sendable {
    private typealias Shares = [UInt32: Double]
    private static let silence: UInt32 = 0
    private var shares: [UInt32: Shares]

    /// Learns from a lexicon; each round aligns with the costs of the one before.
    public init(learning lexicon: NameLexicon, rounds: Int = 4) {
        shares = [:]
        let pairs = lexicon.pairs.map { pair in
            (Self.symbols(pair.arabic), Self.symbols(pair.latin), Double(min(pair.count, 20)))
        }
        for _ in 0..<rounds {
            var seen: [UInt32: Shares] = [:]
            for (arabic, latin, weight) in pairs where !arabic.isEmpty && !latin.isEmpty {
                for (left, right) in alignment(arabic, latin).steps {
                    if right != Self.silence { seen[right, default: [:]][left, default: 0] += weight }
                    if left != Self.silence {
                        let own = right == Self.silence ? Self.silence : left
                        seen[left, default: [:]][own, default: 0] += weight
                    }
                }
            }
            shares = seen.mapValues { counts in
                let total = counts.values.reduce(0, +) + 0.5
                return counts.mapValues { $0 / total }
            }
        }
    }

    /// What was learned: how often each symbol stands for each letter; `init(table:)` takes it back.
    public var table: [(symbol: UInt32, letter: UInt32, share: Double)] {
        shares.flatMap { symbol, row in row.map { (symbol, $0.key, $0.value) } }
            .sorted { ($0.symbol, $0.letter) < ($1.symbol, $1.letter) }
    }

    /// A similarity that was learned before.
    public init(table: [(symbol: UInt32, letter: UInt32, share: Double)]) {
        shares = [:]
        for row in table { shares[row.symbol, default: [:]][row.letter] = row.share }
    }

    /// How alike two names are: 1 the same, 0 nothing in common.
    public func likeness(_ one: String, _ other: String) -> Double {
        let (a, b) = (Self.symbols(one), Self.symbols(other))
        if a.isEmpty || b.isEmpty { return 0 }
        let most = max(a.reduce(0) { $0 + absence($1) }, b.reduce(0) { $0 + absence($1) })
        return most > 0 ? max(0, 1 - alignment(a, b).cost / most) : (a == b ? 1 : 0)
    }

    /// Letters and letter groups: Arabic ones by their code, Latin ones by their bytes.
    private static func symbols(_ name: String) -> [UInt32] {
        var result: [UInt32] = []
        for word in NormalisedName(name).words {
            let scalars = Array(word.unicodeScalars.map(\.value))
            var index = 0
            while index < scalars.count {
                let (letter, next) = (scalars[index], index + 1 < scalars.count ? scalars[index + 1] : 0)
                if letter < 0x80, groups.contains(letter << 8 | next) {
                    result.append(letter << 8 | next)
                    index += 2
                    continue
                }
                index += 1
                if letter < 0x80, letter == result.last { continue }
                result.append(letter)
            }
        }
        return result
    }

    private static let groups: Set<UInt32> = Set(
        ["ch", "sh", "kh", "gh", "dj", "dh", "th", "ph", "ou", "oo", "ee", "gu", "qu"].map { group in
            group.utf8.reduce(0) { $0 << 8 | UInt32($1) }
        })

    private func absence(_ symbol: UInt32) -> Double {
        if let known = shares[symbol] { return max(0.05, 1 - (known[Self.silence] ?? 0)) }
        return Self.first(symbol).1 ? 0.3 : 0.9
    }

    private func difference(_ one: UInt32, _ other: UInt32) -> Double {
        if one == other { return 0 }
        if let a = shares[one], let b = shares[other] {
            var overlap = 0.0
            for (letter, share) in a where letter != Self.silence { overlap += min(share, b[letter] ?? 0) }
            let heard = min(1 - (a[Self.silence] ?? 0), 1 - (b[Self.silence] ?? 0))
            return 1 - min(1, overlap / max(0.05, heard))
        }
        let (a, b) = (Self.first(one), Self.first(other))
        return a.0 == b.0 ? 0.1 : a.1 && b.1 ? 0.4 : 1
    }

    /// The class of a symbol before anything is learned, and whether it is a vowel.
    private static func first(_ symbol: UInt32) -> (UInt8, Bool) {
        var text = ""
        if symbol > 0xFF, symbol < 0x600 || symbol > 0x6FF {
            for part in [symbol >> 8, symbol & 0xFF] {
                if let scalar = Unicode.Scalar(part) { text.unicodeScalars.append(scalar) }
            }
        } else if let scalar = Unicode.Scalar(symbol) {
            text.unicodeScalars.append(scalar)
        }
        let reading =
            symbol >= 0x600 && symbol <= 0x6FF
            ? ArabicKeys.reading(text) : LatinKeys.readings(Array(text.utf8)).first?.first
        let letter = reading ?? UInt8(ascii: "a")
        return (letter, letter >= 0x61)
    }

    private func alignment(_ a: [UInt32], _ b: [UInt32]) -> (cost: Double, steps: [(UInt32, UInt32)]) {
        let width = b.count + 1
        var cost = [Double](repeating: 0, count: (a.count + 1) * width)
        let (lossA, lossB) = (a.map(absence), b.map(absence))
        for i in 0..<a.count { cost[(i + 1) * width] = cost[i * width] + lossA[i] }
        for j in 0..<b.count { cost[j + 1] = cost[j] + lossB[j] }
        for i in 0..<a.count {
            for j in 0..<b.count {
                cost[(i + 1) * width + j + 1] = min(
                    cost[i * width + j] + difference(a[i], b[j]) * max(lossA[i], lossB[j]),
                    cost[i * width + j + 1] + lossA[i],
                    cost[(i + 1) * width + j] + lossB[j])
            }
        }
        var (i, j) = (a.count, b.count)
        var steps: [(UInt32, UInt32)] = []
        while i > 0 || j > 0 {
            let here = cost[i * width + j]
            if i > 0, j > 0,
                here == cost[(i - 1) * width + j - 1] + difference(a[i - 1], b[j - 1]) * max(lossA[i - 1], lossB[j - 1])
            {
                steps.append((a[i - 1], b[j - 1]))
                (i, j) = (i - 1, j - 1)
            } else if i > 0, here == cost[(i - 1) * width + j] + lossA[i - 1] || j == 0 {
                steps.append((a[i - 1], Self.silence))
                i -= 1
            } else {
                steps.append((Self.silence, b[j - 1]))
                j -= 1
            }
        }
        return (cost[cost.count - 1], steps)
    }
}
