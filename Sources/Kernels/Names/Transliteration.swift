/// Arabic and Tifinagh names in Latin letters, in the French style of the civil registers.
///
/// Rules only: short vowels are not written in Arabic, so an `a` stands between consonants that cannot be said
/// together; a `NameLexicon` knows the usual spelling of the names it holds and is asked first where one is given.
public enum Transliteration {
    /// A name in Latin letters; Latin words stay as they are.
    public static func latin(_ name: String, lexicon: NameLexicon? = nil) -> String {
        name.split(whereSeparator: \.isWhitespace).map { word -> String in
            let word = String(word)
            switch Script(of: word) {
            case .arabic:
                let plain = NormalisedName(word).text
                return lexicon?.latin(plain) ?? capitalised(spelled(Array(plain.unicodeScalars)))
            case .tifinagh: return capitalised(Tifinagh.toLatin(word))
            default: return word
            }
        }.joined(separator: " ")
    }

    private static func spelled(_ letters: [Unicode.Scalar]) -> String {
        var letters = letters
        var prefix = ""
        if letters.count > 3, letters[0] == "ا", letters[1] == "ل" {
            letters.removeFirst(2)
            prefix = "El "
            if let first = letters.first, let sound = consonants[first], sun.contains(first) {
                prefix = sound == "ch" ? "Ech-" : "E\(sound)-"
            }
        }
        var result = ""
        var afterConsonant = false
        for (index, letter) in letters.enumerated() {
            let isLast = index == letters.count - 1
            let next = isLast ? nil : letters[index + 1]
            if let sound = vowel(
                letter, isFirst: index == 0, isLast: isLast, next: next, afterConsonant: afterConsonant)
            {
                result += sound
                afterConsonant = sound == "w" || sound == "y"
            } else if let sound = consonants[letter] {
                let needsVowel = afterConsonant && (!isLast || letters.count <= 4)
                result += needsVowel ? "a" + sound : sound
                afterConsonant = true
            } else {
                result.unicodeScalars.append(letter)
                afterConsonant = false
            }
        }
        return prefix.isEmpty ? result : prefix + capitalised(result)
    }

    private static func vowel(
        _ letter: Unicode.Scalar, isFirst: Bool, isLast: Bool, next: Unicode.Scalar?, afterConsonant: Bool
    ) -> String? {
        let nextIsVowel = next.map { $0 == "ا" || $0 == "و" || $0 == "ي" } ?? false
        switch letter {
        case "ا": return "a"
        case "ع": return isFirst && nextIsVowel ? "" : "a"
        case "و": return isFirst || nextIsVowel ? "ou" : "ou"
        case "ي": return nextIsVowel || isFirst ? "y" : "i"
        case "ه" where isLast: return "a"
        default: return nil
        }
    }

    static func capitalised(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    private static let sun: Set<Unicode.Scalar> = ["ت", "ث", "د", "ذ", "ر", "ز", "س", "ش", "ص", "ض", "ط", "ظ", "ن"]

    private static let consonants: [Unicode.Scalar: String] = [
        "ب": "b", "ت": "t", "ث": "t", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "d", "ر": "r", "ز": "z", "س": "s",
        "ش": "ch", "ص": "s", "ض": "d", "ط": "t", "ظ": "d", "غ": "gh", "ف": "f", "ق": "k", "ك": "k", "ل": "l", "م": "m",
        "ن": "n", "ه": "h",
    ]
}
