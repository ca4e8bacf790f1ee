/// A statement cut into words, and the questions that the lint asks of it.
struct SQLTokens {
    let tokens: [String]
    private let problems: [String]

    init(_ sql: String) {
        var tokens: [String] = []
        var problems: [String] = []
        var word = ""
        func flush() {
            if !word.isEmpty { tokens.append(word) }
            word = ""
        }
        var inText = false
        for character in sql {
            if inText {
                if character == "'" { inText = false }
                continue
            }
            switch character {
            case "'":
                flush()
                inText = true
                tokens.append("''")
            case "a"..."z", "A"..."Z", "0"..."9", "_", ".": word.append(character)
            case " ", "\n", "\t": flush()
            case "\"", "`", "[", "]", ";", "$", ":", "@", "#", "~":
                flush()
                problems.append("the character \(character) is outside the subset")
            default:
                flush()
                if let last = tokens.last, ["<", ">", "!", "|"].contains(last), ["=", ">", "|"].contains(character) {
                    tokens[tokens.count - 1] = last + String(character)
                } else {
                    tokens.append(String(character))
                }
            }
        }
        flush()
        if inText { problems.append("a text is not closed") }
        for (mark, next) in zip(tokens, tokens.dropFirst()) where ["--", "/*"].contains(mark + next) {
            problems.append("a comment hides what follows")
        }
        self.tokens = tokens
        self.problems = problems
    }

    var verb: String { tokens.first?.uppercased() ?? "" }

    /// Words that one of the engines, or the spread-out form, does not take.
    private static let refused: Set<String> = [
        "TRIGGER", "UNIQUE", "REFERENCES", "FOREIGN", "AUTOINCREMENT", "SERIAL", "REPLACE", "PRAGMA", "ROWID", "GLOB",
        "IFNULL", "NVL", "DATETIME", "STRFTIME", "NOW", "RANDOM", "LAST_INSERT_ROWID", "ATTACH", "VACUUM", "COLLATE",
        "UNION", "EXCEPT", "INTERSECT", "ILIKE", "REGEXP", "NATURAL", "USING", "NEXTVAL", "CURRVAL", "CREATE", "ALTER",
        "DROP", "BEGIN", "COMMIT",
    ]

    var portabilityProblems: [String] {
        var found = problems
        if !["SELECT", "INSERT", "UPDATE", "DELETE"].contains(verb) { found.append("it begins with \(verb)") }
        for token in tokens where Self.refused.contains(token.uppercased()) {
            found.append("\(token.uppercased()) is outside the subset")
        }
        if verb == "INSERT", tokens.count > 1, tokens[1].uppercased() != "INTO" {
            found.append("INSERT is followed by \(tokens[1])")
        }
        if isFollowed("FOR", by: "UPDATE") {
            if !columnsComparedWithEquals.contains(Family.job.key ?? "") {
                found.append("FOR UPDATE outside one bucket")
            }
            let words = tokens.map { $0.uppercased() }
            let locks = words.filter { $0 == "FOR" }.count
            if locks > 1 || Array(words.suffix(4)) != ["FOR", "UPDATE", "SKIP", "LOCKED"] {
                found.append("rows are locked by FOR UPDATE SKIP LOCKED at the end, and not otherwise")
            }
        }
        return found
    }

    /// What stands after FROM, JOIN, INTO and UPDATE, and after a comma in FROM.
    var tableNames: [String] {
        var names: [String] = []
        var index = 0
        while index < tokens.count {
            let word = tokens[index].uppercased()
            let isUpdateVerb = word == "UPDATE" && index == 0
            if ["FROM", "JOIN", "INTO"].contains(word) || isUpdateVerb {
                var next = index + 1
                while next < tokens.count, tokens[next] != "(" {
                    names.append(tokens[next])
                    // A comma continues the list, after an optional alias.
                    next += 1
                    if next < tokens.count, tokens[next].uppercased() == "AS" { next += 1 }
                    if next < tokens.count, tokens[next] != ",", isAlias(tokens[next]) { next += 1 }
                    guard word == "FROM", next < tokens.count, tokens[next] == "," else { break }
                    next += 1
                }
            }
            index += 1
        }
        return Array(Set(names)).sorted()
    }

    var insertedColumns: [String] {
        guard let open = tokens.firstIndex(of: "("), let close = tokens.firstIndex(of: ")"), open < close else {
            return []
        }
        return tokens[(open + 1)..<close].filter { $0 != "," }
    }

    /// What SET gives a value, also in an INSERT that updates where the key exists.
    var assignedColumns: [String] {
        guard let start = tokens.firstIndex(where: { $0.uppercased() == "SET" }) else { return [] }
        let end = tokens[start...].firstIndex(where: { $0.uppercased() == "WHERE" }) ?? tokens.count
        return (start + 1..<end).flatMap { index -> [String] in
            guard index + 1 < end, tokens[index + 1] == "=" else { return [] }
            guard tokens[index] == ")", let open = tokens[..<index].lastIndex(of: "(") else { return [tokens[index]] }
            return tokens[(open + 1)..<index].filter { $0 != "," }
        }
    }

    /// Columns tested as `column = ?` in the statement's own WHERE and in that of each sub-query.
    var columnsComparedWithEquals: Set<String> {
        let scopes = selectScopes
        guard let first = scopes.first else { return [] }
        return scopes.dropFirst().reduce(comparedColumns(first)) { $0.intersection(comparedColumns($1)) }
    }

    /// The statement, and each sub-query, without what stands in deeper parentheses.
    var selectScopes: [[String]] {
        var finished: [[String]] = []
        var open: [[String]] = [[]]
        for token in tokens {
            if token == "(" {
                open.append([])
            } else if token == ")", open.count > 1 {
                let inner = open.removeLast()
                if inner.first?.uppercased() == "SELECT" { finished.append(inner) }
                open[open.count - 1].append("()")
            } else {
                open[open.count - 1].append(token)
            }
        }
        return [open[0]] + finished
    }

    /// Conditions joined by AND alone; none when OR or NOT stands among them.
    private func comparedColumns(_ scope: [String]) -> Set<String> {
        guard let start = scope.firstIndex(where: { $0.uppercased() == "WHERE" }) else { return [] }
        var found: Set<String> = []
        for index in scope.indices where index > start {
            let word = scope[index].uppercased()
            if ["ORDER", "GROUP", "LIMIT", "ON", "FOR", "RETURNING"].contains(word) { break }
            if word == "OR" || word == "NOT" { return [] }
            guard word == "=", index - 2 >= start, index + 1 < scope.count, scope[index + 1] == "?" else { continue }
            let startsCondition = ["WHERE", "AND"].contains(scope[index - 2].uppercased())
            let endsCondition =
                index + 2 == scope.count
                || ["AND", "ORDER", "GROUP", "LIMIT", "FOR", "RETURNING"].contains(scope[index + 2].uppercased())
            if startsCondition, endsCondition {
                found.insert(scope[index - 1].split(separator: ".").last.map(String.init) ?? scope[index - 1])
            }
        }
        return found
    }

    func isAlias(_ token: String) -> Bool {
        let keywords: Set<String> = [
            "WHERE", "SET", "ORDER", "GROUP", "LIMIT", "VALUES", "SELECT", "JOIN", "INNER", "LEFT", "ON", "FOR", "(",
            ")", "RETURNING", "HAVING", "OFFSET",
        ]
        return !keywords.contains(token.uppercased())
    }

    private func isFollowed(_ first: String, by second: String) -> Bool {
        zip(tokens, tokens.dropFirst()).contains { $0.uppercased() == first && $1.uppercased() == second }
    }
}
