/// The readings of a name in Latin letters.
enum LatinKeys {
    static func append(of words: [[UInt8]], to found: inout [[UInt8]]) {
        for form in forms(of: words) {
            for reading in readings(form) {
                NameKeys.add(NameKeys.body(reading), ends: ends(reading, form: form), to: &found)
            }
        }
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
            case (UInt8(ascii: "c"), UInt8(ascii: "h")):
                add("X")
                index += 2
            case (UInt8(ascii: "s"), UInt8(ascii: "h")):
                if isLast { add("X") } else { add("X", "SH") }
                index += 2
            case (UInt8(ascii: "r"), UInt8(ascii: "h")) where isVowel(at(2)):
                add("RH", "G")
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
            case (UInt8(ascii: "g"), _) where isVowel(next):
                add("K", "G")
                index += 1
            case (UInt8(ascii: "s"), _)
            where index > 0 && isVowel(name[index - 1]) && isVowel(next) && isLast:
                add("S", "Z")
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
