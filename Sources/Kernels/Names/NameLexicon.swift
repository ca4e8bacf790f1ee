/// Names as registers spell them in two scripts: facts, read from a table with its sources named.
public struct NameLexicon: Sendable {
    /// The aligned spellings: Arabic, Latin and how often they were seen together.
    public let pairs: [(arabic: String, latin: String, count: Int)]
    private let usual: [String: String]

    /// A lexicon of pairs that are already at hand, such as the two columns of a register.
    public init(pairs: [(arabic: String, latin: String, count: Int)]) {
        self.pairs = pairs
        var best: [String: (String, Int)] = [:]
        for pair in pairs where pair.count > best[pair.arabic]?.1 ?? 0 { best[pair.arabic] = (pair.latin, pair.count) }
        usual = best.mapValues(\.0)
    }

    /// Reads tab-separated lines `arabic, latin, count`; lines that begin with `#` are left out, the most frequent
    /// wins.
    public init(_ text: String) {
        var pairs: [(arabic: String, latin: String, count: Int)] = []
        var best: [String: (String, Int)] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t")
            guard parts.count >= 3, let count = Int(parts[2]) else { continue }
            let arabic = NormalisedName(String(parts[0])).text
            pairs.append((arabic, String(parts[1]), count))
            if count > best[arabic]?.1 ?? 0 { best[arabic] = (String(parts[1]), count) }
        }
        self.pairs = pairs
        usual = best.mapValues(\.0)
    }

    /// The usual Latin spelling of an Arabic name, or nil.
    public func latin(_ arabic: String) -> String? { usual[arabic] }
}
