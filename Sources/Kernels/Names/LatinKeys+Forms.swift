extension LatinKeys {
    /// Stands between the words of a form, so that letters of two words are not read as one sound.
    static let seam = UInt8(ascii: "-")

    /// The shapes of a name: articles gone, "son of", "servant of the" and "father of the" in one shape.
    ///
    /// Where an `l` or `n` may belong to the name or to the word before it, both shapes are given; at most four. A
    /// particle written as a word of its own is optional in registers, so the name without it is the last shape.
    static func forms(of words: [[UInt8]]) -> [[UInt8]] {
        var words = words
        if words.count > 1 {
            let kept = words.filter { !articles.contains($0) }
            if !kept.isEmpty { words = kept }
        }
        var result = joined(words)
        if words.count > 1, particles.contains(words[0]) {
            for form in joined(Array(words.dropFirst())) where result.count < 6 && !result.contains(form) {
                result.append(form)
            }
        }
        return result
    }

    private static func joined(_ words: [[UInt8]]) -> [[UInt8]] {
        var words = words
        var prefix: [UInt8] = []
        while words.count > 1, let place = words.dropLast().firstIndex(where: servants.contains) {
            let next = withoutArticle(words[place + 1]) ?? words[place + 1]
            words.replaceSubrange(place...(place + 1), with: [Array("abd".utf8) + [seam] + next])
        }
        if words.count > 1, sons.contains(words[0]) || fathers.contains(words[0]) {
            words.removeFirst()
            prefix = [UInt8(ascii: "b"), seam]
        }
        var result = [prefix]
        for (index, word) in words.enumerated() {
            var next: [[UInt8]] = []
            for shape in shapes(of: word) {
                for form in result where next.count < 4 {
                    next.append(index == 0 ? form + shape : form + [seam] + shape)
                }
            }
            result = next
        }
        return result
    }

    private static let articles = texts([
        "el", "al", "as", "es", "ech", "ash", "ach", "ad", "ed", "ar", "er", "at", "et", "an", "en", "az", "ez", "l",
        "ul", "il",
    ])
    private static let servants = texts([
        "abd", "abdel", "abdal", "abdul", "abdou", "abder", "abdes", "abden", "abdoul",
    ])
    private static let sons = texts(["ben", "bin", "ibn", "iben", "ibin", "eben", "ebn", "bel", "bal", "b"])
    private static let fathers = texts(["bou", "bu", "abou", "abu", "aboul", "abul", "boul", "bul"])
    private static let particles = texts([
        "ben", "bin", "ibn", "bel", "bent", "bint", "ait", "ayt", "aith", "ould", "oulad", "ouled", "bou",
    ])

    private static func texts(_ words: [String]) -> Set<[UInt8]> { Set(words.map { Array($0.utf8) }) }

    /// The shapes of one word.
    private static func shapes(of word: [UInt8]) -> [[UInt8]] {
        var name = word
        servant(&name)
        faith(&name)
        if let shapes = father(name) ?? son(name) { return shapes }
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

    /// abdelkader, abderrahim, abdulaziz: the article goes, the servant stays.
    private static func servant(_ name: inout [UInt8]) {
        guard starts(name, "abd") || starts(name, "ebd"), name.count > 6 else { return }
        if isVowel(name[3]), name[4] == UInt8(ascii: "l") {
            let rest = name[5...]
            if rest.starts(with: "lah".utf8) || rest.starts(with: "ah".utf8) { return }
            name.replaceSubrange(3...4, with: [seam])
        } else if name[3] == UInt8(ascii: "l"), !isVowel(name[4]) {
            name[3] = seam
        } else if isVowel(name[3]), name[4] == name[5] {
            name[3] = seam
        }
    }

    /// nour al-din, noureddine, nordin: "of the faith" without its article.
    private static func faith(_ name: inout [UInt8]) {
        let tail = name.last == UInt8(ascii: "e") ? 4 : 3
        guard name.count > tail + 2, name[(name.count - tail)...].starts(with: "din".utf8) else { return }
        let end = name.count - tail
        if name[end - 1] == UInt8(ascii: "l"), end > 3, isVowel(name[end - 2]) { name.removeSubrange((end - 2)..<end) }
    }

    /// bouchaib, boulaich, aboulahcen: "father of", with or without the article's l.
    private static func father(_ name: [UInt8]) -> [[UInt8]]? {
        for prefix in ["aboul", "abul", "boul", "bul"] where starts(name, prefix) {
            let end = prefix.utf8.count
            guard name.count - end >= 3 else { return nil }
            return [[UInt8(ascii: "b"), seam] + name[end...]]
        }
        return nil
    }

    /// benali, bennacer, belhaj: "son of", with or without the article.
    private static func son(_ name: [UInt8]) -> [[UInt8]]? {
        for prefix in ["iben", "ibin", "eben", "ibn", "ebn", "ben", "bin"] where starts(name, prefix) {
            var end = prefix.utf8.count
            guard name.count - end >= 3 else { return nil }
            var shapes: [[UInt8]] = []
            if name[end] == UInt8(ascii: "n") {
                shapes.append([UInt8(ascii: "b"), seam] + name[end...])
                end += 1
            } else if isVowel(name[end]), name.count - end > 3 {
                shapes.append([UInt8(ascii: "b"), seam] + name[(end - 1)...])
            }
            guard name.count - end >= 3 else { return nil }
            if name[end...].starts(with: "al".utf8) || name[end...].starts(with: "el".utf8), name.count - end > 4,
                !isVowel(name[end + 2])
            {
                end += 2
            }
            var rest = Array(name[end...])
            servant(&rest)
            shapes.insert([UInt8(ascii: "b"), seam] + rest, at: 0)
            if rest.count > 4, rest[0] == UInt8(ascii: "l") {
                shapes.append([UInt8(ascii: "b"), seam] + rest.dropFirst())
            }
            return shapes
        }
        if starts(name, "bel") || starts(name, "bal"), name.count > 5 {
            return [[UInt8(ascii: "b"), seam] + name[(name[3] == UInt8(ascii: "l") ? 4 : 3)...]]
        }
        return nil
    }

    /// alaoui, el-alaoui, essaidi, ech-chaabi: the article by its l or by the doubled sun letter.
    private static func withoutArticle(_ name: [UInt8]) -> [UInt8]? {
        guard name.count > 4, name[0] == UInt8(ascii: "a") || name[0] == UInt8(ascii: "e") else { return nil }
        let second = name[1]
        if starts(Array(name.dropFirst()), "chch") || starts(Array(name.dropFirst()), "shsh") {
            return Array(name.dropFirst(3))
        }
        if second == UInt8(ascii: "l") {
            return isVowel(name[2]) && name[2] != UInt8(ascii: "y") || name[2] == second
                ? nil : Array(name.dropFirst(2))
        }
        guard "srdtnz".utf8.contains(second), name[2] == second else { return nil }
        return Array(name.dropFirst(2))
    }

    private static func starts(_ name: [UInt8], _ prefix: String) -> Bool { name.starts(with: prefix.utf8) }
}
