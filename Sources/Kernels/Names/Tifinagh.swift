/// Tifinagh and its Latin transliteration, letter by letter and back.
///
/// Source: ISO/IEC 10646 block 2D30–2D7F; the Latin column is the French-style spelling of civil registers.
public enum Tifinagh {
    private static let table: [(UInt32, String)] = [
        (0x2D30, "a"), (0x2D31, "b"), (0x2D33, "g"), (0x2D37, "d"), (0x2D39, "d"), (0x2D3B, "e"), (0x2D3C, "f"),
        (0x2D3D, "k"), (0x2D40, "h"), (0x2D43, "h"), (0x2D44, "a"), (0x2D45, "kh"), (0x2D47, "q"), (0x2D49, "i"),
        (0x2D4A, "j"), (0x2D4D, "l"), (0x2D4E, "m"), (0x2D4F, "n"), (0x2D53, "ou"), (0x2D54, "r"), (0x2D55, "r"),
        (0x2D56, "gh"), (0x2D59, "s"), (0x2D5A, "s"), (0x2D5B, "ch"), (0x2D5C, "t"), (0x2D5F, "t"), (0x2D61, "w"),
        (0x2D62, "y"), (0x2D63, "z"), (0x2D65, "z"), (0x2D32, "b"), (0x2D34, "g"), (0x2D35, "dj"), (0x2D36, "dj"),
        (0x2D38, "d"), (0x2D3A, "d"), (0x2D3E, "k"), (0x2D3F, "k"), (0x2D41, "h"), (0x2D42, "h"), (0x2D46, "kh"),
        (0x2D48, "q"), (0x2D4B, "j"), (0x2D4C, "j"), (0x2D50, "n"), (0x2D51, "gn"), (0x2D52, "ng"), (0x2D57, "gh"),
        (0x2D58, "j"), (0x2D5D, "t"), (0x2D5E, "ch"), (0x2D60, "v"), (0x2D64, "z"), (0x2D66, "e"), (0x2D67, "o"),
    ]

    private static let toLatin: [UInt32: String] = Dictionary(table, uniquingKeysWith: { first, _ in first })

    /// Longest spellings first, so that `ch` is not read as two letters.
    private static let toTifinagh: [(latin: [UInt8], letter: Unicode.Scalar)] = {
        var seen: Set<String> = []
        var rows: [(latin: [UInt8], letter: Unicode.Scalar)] = []
        let extra: [(UInt32, String)] = [
            (0x2D5B, "sh"), (0x2D53, "u"), (0x2D53, "o"), (0x2D4A, "dj"), (0x2D3D, "c"), (0x2D31, "p"), (0x2D3C, "v"),
            (0x2D5C, "th"), (0x2D37, "dh"),
        ]
        for (value, latin) in extra + table where seen.insert(latin).inserted {
            if let letter = Unicode.Scalar(value) { rows.append((Array(latin.utf8), letter)) }
        }
        return rows.sorted { $0.latin.count > $1.latin.count }
    }()

    static func latin(_ scalar: Unicode.Scalar) -> String? {
        (0x2D30...0x2D67).contains(scalar.value) ? toLatin[scalar.value] : nil
    }

    /// The Latin spelling of a Tifinagh name; other characters stay as they are.
    public static func toLatin(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            if let piece = latin(scalar) { result += piece } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    /// The Tifinagh spelling of a Latin name.
    ///
    /// Doubled consonants, which Tifinagh writes twice too, stay doubled; Latin marks are dropped.
    public static func fromLatin(_ name: String) -> String {
        let words = NormalisedName(name).words.map { word -> String in
            var rest = Array(word.utf8)[...]
            var letters = String.UnicodeScalarView()
            while let first = rest.first {
                if let row = toTifinagh.first(where: { rest.starts(with: $0.latin) }) {
                    letters.append(row.letter)
                    rest = rest.dropFirst(row.latin.count)
                } else {
                    letters.append(Unicode.Scalar(first))
                    rest = rest.dropFirst()
                }
            }
            return String(letters)
        }
        return words.joined(separator: " ")
    }
}
