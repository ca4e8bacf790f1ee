extension Definitions {
    /// Refuses definitions that need one another. Throws `cycle` naming the whole circle.
    ///
    /// Looks at words only, so that the circle is named and not just its first unknown name; a word that a macro binds
    /// for itself is not counted.
    ///
    /// Where faults are collected: notes them and returns the names of all circles.
    func checkCycles(_ nodes: [LawNode]) throws(LawError) -> Set<String> {
        var words: [String: Set<String>] = [:]
        var places: [String: LawNode] = [:]
        var members: [(name: String, node: LawNode)] = []
        for node in nodes { members += try node.members() }
        for (name, entry) in members {
            guard let source = try? entry.optional("is") else { continue }
            words[name] = Self.freeWords(in: (try? source.text()) ?? "")
            places[name] = source
        }
        var circles: Set<String> = []
        for name in words.keys.sorted() where !circles.contains(name) {
            guard let circle = Self.circle(from: name, words), let place = places[name] else { continue }
            try place.tolerate(
                place.error(
                    .cycle,
                    "The definitions need one another: \(circle.joined(separator: " → ")). Write one of them without "
                        + "the others."))
            circles.formUnion(circle)
        }
        return circles
    }

    private static func circle(from start: String, _ words: [String: Set<String>]) -> [String]? {
        var seen: Set<String> = []
        var open: [[String]] = [[start]]
        while let path = open.popLast() {
            for next in (words[path[path.count - 1]] ?? []).sorted() where words[next] != nil {
                if next == start { return path + [start] }
                if seen.insert(next).inserted { open.append(path + [next]) }
            }
        }
        return nil
    }

    /// Names that stand neither after a dot nor in quotes, nor before a comma as a macro's variable.
    private static func freeWords(in source: String) -> Set<String> {
        var words: Set<String> = []
        var bound: Set<String> = []
        var word = ""
        var before: Character = " "
        var quote: Character?
        for character in source + " " {
            if let open = quote {
                if character == open { quote = nil }
                continue
            }
            if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
                continue
            }
            if !word.isEmpty {
                if before == "(", character == "," { bound.insert(word) }
                if before != "." { words.insert(word) }
                word = ""
            }
            if character == "\"" || character == "'" { quote = character }
            if !character.isWhitespace { before = character }
        }
        return words.subtracting(bound)
    }
}
