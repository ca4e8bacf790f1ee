/// The readings of a name in Arabic letters.
enum ArabicKeys {
    static func append(of words: [[Unicode.Scalar]], to found: inout [[UInt8]]) {
        let bare = words.map { word in
            var word = starts(word, "ال") && word.count > 3 && !isGod(word) ? Array(word.dropFirst(2)) : word
            if starts(word, "عبدال"), word.count > 6, !starts(Array(word.dropFirst(3)), "الله") {
                word.replaceSubrange(3...4, with: ["-"])
            }
            return word.count == 3 && starts(word, "عبد") ? word + ["-"] : word
        }
        for form in forms(of: Array(bare.joined())) { append(form: form, to: &found) }
        if bare.count > 1, particles.contains(String(String.UnicodeScalarView(bare[0]))) {
            for form in forms(of: Array(bare.dropFirst().joined())) { append(form: form, to: &found) }
        }
    }

    private static let particles: Set<String> = ["بن", "ابن", "بنت", "ايت", "ولد", "اولاد", "بو"]

    private static func isGod(_ word: [Unicode.Scalar]) -> Bool { starts(word, "الله") && word.count == 4 }

    private static func forms(of name: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var name = name
        if name.count > 6, name.suffix(5).elementsEqual("الدين".unicodeScalars) {
            name.removeSubrange((name.count - 5)..<(name.count - 3))
        }
        for prefix in ["ابن", "بال", "بن", "بل"] where starts(name, prefix) {
            let count = prefix.unicodeScalars.count
            guard name.count - count >= 3 else { break }
            name.replaceSubrange(0..<count, with: ["ب"])
            break
        }
        if starts(name, "ابو"), name.count > 5 { name.removeFirst() }
        if starts(name, "بول"), name.count > 4 { name.remove(at: 2) }
        if name.count > 3, name[0] == "ل" {
            if !isLong(name[1]) { return [Array(name.dropFirst())] }
            if name.count > 4, name[1] == "ا" { return [name, Array(name.dropFirst())] }
        }
        return [name]
    }

    private static func append(form: [Unicode.Scalar], to found: inout [[UInt8]]) {
        guard let last = form.last else { return }
        let letters = last == "ه" && form.count > 2 ? Array(form.dropLast()) : form
        var reading: [UInt8] = []
        var hasGhayn = false
        var hasInterdental = false
        var index = 0
        while index < letters.count {
            let letter = letters[index]
            // French spelling of j and ch goes into Arabic as two letters: دج, تش.
            if index + 1 < letters.count,
                (letter == "د" && letters[index + 1] == "ج") || (letter == "ت" && letters[index + 1] == "ش")
            {
                index += 1
                continue
            }
            hasGhayn = hasGhayn || letter == "غ"
            hasInterdental = hasInterdental || letter == "ذ" || letter == "ظ"
            reading.append(classes[letter] ?? UInt8(ascii: "a"))
            index += 1
        }
        let ends = ends(form)
        NameKeys.add(NameKeys.body(reading), ends: ends, to: &found)
        if hasGhayn {
            let k = reading.map { $0 == UInt8(ascii: "G") ? UInt8(ascii: "K") : $0 }
            NameKeys.add(NameKeys.body(k), ends: ends, to: &found)
        }
        if hasInterdental {
            let z = letters.map { $0 == "ذ" || $0 == "ظ" ? UInt8(ascii: "Z") : classes[$0] ?? UInt8(ascii: "a") }
            NameKeys.add(NameKeys.body(z), ends: ends, to: &found)
        }
    }

    private static func ends(_ form: [Unicode.Scalar]) -> [UInt8] {
        switch form.last {
        case "ه", "ا": [UInt8(ascii: "A")]
        case "ي": [UInt8(ascii: "I"), UInt8(ascii: "A")]
        case "و": [UInt8(ascii: "U")]
        case "ع", "ح": [UInt8(ascii: "A"), 0]
        default: [0]
        }
    }

    private static func isLong(_ letter: Unicode.Scalar) -> Bool {
        letter == "ا" || letter == "و" || letter == "ي" || letter == "ه"
    }

    private static func starts(_ name: [Unicode.Scalar], _ prefix: String) -> Bool {
        name.starts(with: prefix.unicodeScalars)
    }

    /// The class of the first letter, in lower case for what may be a vowel.
    static func reading(_ text: String) -> UInt8? {
        text.unicodeScalars.first.map { classes[$0] ?? UInt8(ascii: "a") }
    }

    private static let classes: [Unicode.Scalar: UInt8] = {
        let rows: [(String, Character)] = [
            ("ب", "B"), ("تثط", "T"), ("ج", "J"), ("حه", "H"), ("خقك", "K"), ("دذضظ", "D"), ("ر", "R"), ("ز", "Z"),
            ("سص", "S"), ("ش", "X"), ("غ", "G"), ("ف", "F"), ("ل", "L"), ("م", "M"), ("ن", "N"),
        ]
        var table: [Unicode.Scalar: UInt8] = [:]
        for (letters, symbol) in rows {
            for letter in letters.unicodeScalars { table[letter] = symbol.asciiValue }
        }
        return table
    }()
}
