/// Two spellings with the letters in which they differ.
struct LetterDifferences: Sendable {
    struct Part: Hashable, Sendable {
        let text: String
        let isDifferent: Bool
    }

    let one: [Part]
    let other: [Part]

    /// By a longest common subsequence of characters; texts of more than 200 are compared as a whole.
    init(_ one: String, _ other: String) {
        let (a, b) = (Array(one), Array(other))
        guard a.count <= 200, b.count <= 200 else {
            self.one = [Part(text: one, isDifferent: one != other)]
            self.other = [Part(text: other, isDifferent: one != other)]
            return
        }
        var length = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in a.indices.reversed() {
            for j in b.indices.reversed() {
                length[i][j] =
                    Self.isSame(a[i], b[j]) ? length[i + 1][j + 1] + 1 : max(length[i + 1][j], length[i][j + 1])
            }
        }
        var (i, j) = (0, 0)
        var (inOne, inOther) = (Set<Int>(), Set<Int>())
        while i < a.count, j < b.count {
            if Self.isSame(a[i], b[j]) {
                inOne.insert(i)
                inOther.insert(j)
                (i, j) = (i + 1, j + 1)
            } else if length[i + 1][j] >= length[i][j + 1] {
                i += 1
            } else {
                j += 1
            }
        }
        self.one = Self.parts(a, common: inOne)
        self.other = Self.parts(b, common: inOther)
    }

    /// Capital letters are no difference: one clerk writes names in them, another does not.
    private static func isSame(_ one: Character, _ other: Character) -> Bool {
        one == other || one.lowercased() == other.lowercased()
    }

    private static func parts(_ text: [Character], common: Set<Int>) -> [Part] {
        var parts: [Part] = []
        for (index, character) in text.enumerated() {
            let isDifferent = !common.contains(index)
            if let last = parts.last, last.isDifferent == isDifferent {
                parts[parts.count - 1] = Part(text: last.text + String(character), isDifferent: isDifferent)
            } else {
                parts.append(Part(text: String(character), isDifferent: isDifferent))
            }
        }
        return parts
    }
}
