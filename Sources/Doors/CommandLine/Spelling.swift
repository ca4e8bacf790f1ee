/// Names near a misspelt one.
enum Spelling {
    static func nearest(to word: String, in names: [String], count: Int) -> [String] {
        let word = Array(word.utf8)
        return names.map { (distance(word, Array($0.utf8)), $0) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .prefix(count).map(\.1)
    }

    /// Insertions, deletions and replacements between two words (V. Levenshtein 1965).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for j in b.indices {
                let least = min(row[j] + 1, row[j + 1] + 1, corner + (letter == b[j] ? 0 : 1))
                corner = row[j + 1]
                row[j + 1] = least
            }
        }
        return row[b.count]
    }
}
