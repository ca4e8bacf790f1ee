/// The readings of a name in Latin letters.
enum LatinKeys {
    static func append(of words: [[UInt8]], to found: inout [[UInt8]]) {
        var words = words
        if words.count > 1, articles.contains(words[0]) { words.removeFirst() }
        for form in forms(of: Array(words.joined())) {
            for reading in readings(form) {
                NameKeys.add(NameKeys.body(reading), ends: ends(reading, form: form), to: &found)
            }
        }
    }

    private static let articles: Set<[UInt8]> = Set(
        [
            "el", "al", "as", "es", "ech", "ash", "ach", "ad", "ed", "ar", "er", "at", "et", "an", "en", "az", "ez",
            "l", "ul", "il",
        ]
        .map { Array($0.utf8) })

    /// The name without its article and with "son of", "servant of the" and "father of the" in one shape.
    static func forms(of name: [UInt8]) -> [[UInt8]] {
        var name = name
        servant(&name)
        faith(&name)
        son(&name)
        if starts(name, "boul"), name.count > 5, !isVowel(name[4]) { name.remove(at: 3) }
        if starts(name, "bul"), name.count > 4, !isVowel(name[3]) { name.remove(at: 2) }
        if let bare = withoutArticle(name) { name = bare }
        guard name.count > 3 else { return [name] }
        let second = name[1]
        if name[0] == UInt8(ascii: "l"), !isVowel(second) { return [Array(name.dropFirst())] }
        if name.count > 4, name[0] == UInt8(ascii: "l"), "aeou".utf8.contains(second) {
            return [name, Array(name.dropFirst())]
        }
        if name.count > 5, name[0] == UInt8(ascii: "a") || name[0] == UInt8(ascii: "e"), second == UInt8(ascii: "l"),
            "aeou".utf8.contains(name[2])
        {
            return [name, Array(name.dropFirst(2))]
        }
        return [name]
    }

    /// abdelkader, abderrahim, abd al-karim: the article goes, the servant stays.
    private static func servant(_ name: inout [UInt8]) {
        guard starts(name, "abd") || starts(name, "ebd"), name.count > 6 else { return }
        if isVowel(name[3]), name[4] == UInt8(ascii: "l") {
            let rest = name[5...]
            if rest.starts(with: "lah".utf8) || rest.starts(with: "ah".utf8) { return }
            name.removeSubrange(3...4)
        } else if name[3] == UInt8(ascii: "l"), !isVowel(name[4]) {
            name.remove(at: 3)
        } else if isVowel(name[3]), name[4] == name[5] {
            name.remove(at: 3)
        }
    }

    /// nour al-din, noureddine, nordin: "of the faith" without its article.
    private static func faith(_ name: inout [UInt8]) {
        let tail = name.last == UInt8(ascii: "e") ? 4 : 3
        guard name.count > tail + 2, name[(name.count - tail)...].starts(with: "din".utf8) else { return }
        let end = name.count - tail
        if name[end - 1] == UInt8(ascii: "l"), end > 3, isVowel(name[end - 2]) { name.removeSubrange((end - 2)..<end) }
    }

    private static func son(_ name: inout [UInt8]) {
        for prefix in ["iben", "ibin", "eben", "ibn", "ebn", "ben", "bin"] where starts(name, prefix) {
            var end = prefix.utf8.count
            if end < name.count, name[end] == UInt8(ascii: "n") { end += 1 }
            guard name.count - end >= 3 else { return }
            if name[end...].starts(with: "al".utf8) || name[end...].starts(with: "el".utf8), name.count - end > 4,
                !isVowel(name[end + 2])
            {
                end += 2
            }
            name.replaceSubrange(0..<end, with: "b".utf8)
            return
        }
        if starts(name, "bel") || starts(name, "bal"), name.count > 5 {
            name.removeSubrange(1...(name[3] == UInt8(ascii: "l") ? 3 : 2))
        }
    }

    /// alaoui, el-alaoui, essaidi, ech-chaabi: the article by its l or by the doubled sun letter.
    private static func withoutArticle(_ name: [UInt8]) -> [UInt8]? {
        guard name.count > 4, name[0] == UInt8(ascii: "a") || name[0] == UInt8(ascii: "e") else { return nil }
        let second = name[1]
        if starts(Array(name.dropFirst()), "chch") || starts(Array(name.dropFirst()), "shsh") {
            return Array(name.dropFirst(3))
        }
        if second == UInt8(ascii: "l") {
            return isVowel(name[2]) || name[2] == second ? nil : Array(name.dropFirst(2))
        }
        guard "srdtnz".utf8.contains(second), name[2] == second else { return nil }
        return Array(name.dropFirst(2))
    }

    /// Every way to read the letters: consonant classes in upper case, vowels in lower case.
    static func readings(_ name: [UInt8]) -> [[UInt8]] {
        var outs: [[UInt8]] = [[]]
        func add(_ alternatives: StaticString...) {
            var next: [[UInt8]] = []
            for alternative in alternatives {
                let bytes = alternative.withUTF8Buffer { Array($0) }
                for out in outs where next.count < 8 { next.append(out + bytes) }
            }
            outs = next
        }
        var index = 0
        func at(_ offset: Int) -> UInt8 { index + offset < name.count ? name[index + offset] : 0 }
        while index < name.count {
            let (letter, next) = (name[index], at(1))
            let isLast = index + 2 >= name.count
            switch (letter, next) {
            case (UInt8(ascii: "s"), UInt8(ascii: "c")) where at(2) == UInt8(ascii: "h"),
                (UInt8(ascii: "t"), UInt8(ascii: "c")) where at(2) == UInt8(ascii: "h"):
                add("X")
                index += 3
            case (UInt8(ascii: "c"), UInt8(ascii: "h")), (UInt8(ascii: "s"), UInt8(ascii: "h")):
                add("X")
                index += 2
            case (UInt8(ascii: "k"), UInt8(ascii: "h")):
                if isLast { add("K") } else { add("K", "KH") }
                index += 2
            case (UInt8(ascii: "t"), UInt8(ascii: "h")):
                if isLast { add("T") } else { add("T", "TH") }
                index += 2
            case (UInt8(ascii: "g"), UInt8(ascii: "h")):
                if isFront(at(2)) { add("G", "J") } else { add("G") }
                index += 2
            case (UInt8(ascii: "d"), UInt8(ascii: "j")):
                add("J")
                index += 2
            case (UInt8(ascii: "d"), UInt8(ascii: "h")):
                add("D")
                index += 2
            case (UInt8(ascii: "p"), UInt8(ascii: "h")):
                add("F")
                index += 2
            case (UInt8(ascii: "g"), UInt8(ascii: "u")) where isVowel(at(2)),
                (UInt8(ascii: "q"), UInt8(ascii: "u")) where isVowel(at(2)):
                add("K")
                index += 2
            case (UInt8(ascii: "g"), _) where isFront(next):
                add("J", "K")
                index += 1
            case (UInt8(ascii: "c"), _) where isFront(next):
                add("S")
                index += 1
            default:
                single(letter, isLast: index + 1 == name.count, add: { add($0) })
                index += 1
            }
        }
        return outs
    }

    private static func single(_ letter: UInt8, isLast: Bool, add: (StaticString) -> Void) {
        switch letter {
        case UInt8(ascii: "h"): add(isLast ? "h" : "H")
        case UInt8(ascii: "b"), UInt8(ascii: "p"): add("B")
        case UInt8(ascii: "v"), UInt8(ascii: "f"): add("F")
        case UInt8(ascii: "c"), UInt8(ascii: "k"), UInt8(ascii: "q"), UInt8(ascii: "g"): add("K")
        case UInt8(ascii: "d"): add("D")
        case UInt8(ascii: "t"): add("T")
        case UInt8(ascii: "s"): add("S")
        case UInt8(ascii: "z"): add("Z")
        case UInt8(ascii: "j"): add("J")
        case UInt8(ascii: "l"): add("L")
        case UInt8(ascii: "m"): add("M")
        case UInt8(ascii: "n"): add("N")
        case UInt8(ascii: "r"): add("R")
        case UInt8(ascii: "x"): add("KS")
        case UInt8(ascii: "a"): add("a")
        case UInt8(ascii: "e"): add("e")
        case UInt8(ascii: "i"), UInt8(ascii: "y"): add("i")
        case UInt8(ascii: "o"), UInt8(ascii: "u"), UInt8(ascii: "w"): add("u")
        default: break
        }
    }

    /// The class of the last vowel; a final e or h may be silent.
    private static func ends(_ reading: [UInt8], form: [UInt8]) -> [UInt8] {
        var vowels = reading[...]
        let hasH = vowels.last == UInt8(ascii: "h")
        if hasH { vowels = vowels.dropLast() }
        guard let last = vowels.last, last >= 0x61 else { return [0] }
        let before = vowels.dropLast().last.map { $0 >= 0x61 } ?? false
        let end: [UInt8] =
            switch last {
            case UInt8(ascii: "e"): before ? [UInt8(ascii: "I"), UInt8(ascii: "A")] : [0, UInt8(ascii: "A")]
            case UInt8(ascii: "i"): [UInt8(ascii: "I")]
            case UInt8(ascii: "u"): [UInt8(ascii: "U")]
            default: [UInt8(ascii: "A")]
            }
        return hasH && !end.contains(0) ? end + [0] : end
    }

    private static func starts(_ name: [UInt8], _ prefix: String) -> Bool { name.starts(with: prefix.utf8) }

    static func isVowel(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
            UInt8(ascii: "y"):
            true
        default: false
        }
    }

    private static func isFront(_ letter: UInt8) -> Bool {
        letter == UInt8(ascii: "e") || letter == UInt8(ascii: "i") || letter == UInt8(ascii: "y")
    }
}
