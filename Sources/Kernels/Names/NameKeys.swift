/// Keys under which spellings of one name meet, within a script and across scripts.
///
/// A key is the sequence of a name's consonant classes, upper-case ASCII; short ones also carry the class of the last
/// vowel (`SMA`: Asma, Assma, أسماء). Articles, doubled consonants and the particles for "son of" leave no trace;
/// they are optional in registers. A letter that is read in two ways gives two keys: two names agree when they share
/// one. The classes and rules were chosen on the aligned name units of one half of the names known to Wikidata (CC0),
/// a corpus of Algerian names (CC0) and DziriNames (MIT); `Benchmarks/name-keys` measures them.
public enum NameKeys {
    /// The keys of a name, the most usual reading first; none when the name has no letter.
    ///
    /// At most eight. The words of a name in two scripts count as two names.
    public static func keys(_ name: String) -> [String] { keys(of: NormalisedName(name)) }

    /// The keys of a name that is already normalised.
    public static func keys(of name: NormalisedName) -> [String] {
        var found: [[UInt8]] = []
        let latin = name.words.filter { $0.utf8.first.map { $0 < 0x80 } ?? false }
        let arabic = name.words.filter { $0.utf8.first.map { $0 >= 0x80 } ?? false }
        if !latin.isEmpty { LatinKeys.append(of: latin.map { Array($0.utf8) }, to: &found) }
        if !arabic.isEmpty { ArabicKeys.append(of: arabic.map { Array($0.unicodeScalars) }, to: &found) }
        return found.prefix(8).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether two names share a key.
    public static func agree(_ one: String, _ other: String) -> Bool {
        !Set(keys(one)).isDisjoint(with: keys(other))
    }

    /// Longest consonant sequence that still needs its last vowel to tell names apart; measured in
    /// Benchmarks/name-keys.
    static let shortBody = 2

    /// The consonants of a reading: vowels (lower case) and repetitions left out, `H` at the end unheard, N before B
    /// as M.
    static func body(_ reading: [UInt8]) -> [UInt8] {
        var letters: [UInt8] = []
        for letter in reading where letter < 0x61 && letters.last != letter { letters.append(letter) }
        while letters.last == UInt8(ascii: "H") { letters.removeLast() }
        for index in letters.indices.dropLast()
        where letters[index] == UInt8(ascii: "N") && letters[index + 1] == UInt8(ascii: "B") {
            letters[index] = UInt8(ascii: "M")
        }
        return letters
    }

    static func add(_ body: [UInt8], ends: [UInt8], to found: inout [[UInt8]]) {
        func insert(_ key: [UInt8]) {
            if !key.isEmpty, !found.contains(key) { found.append(key) }
        }
        if body.count > shortBody { return insert(body) }
        // A zero stands for "ends in a consonant".
        for end in ends { insert(end == 0 ? body : body + [end]) }
    }
}
