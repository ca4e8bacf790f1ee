/// The subset as a closed list: what is neither a word of it nor a name of the tables is refused, whatever it is.
extension SQLTokens {
    /// A table as a statement names it: by its name or by another.
    struct Reference: Hashable {
        let table: String
        let alias: String
    }

    private static let words: Set<String> = [
        "SELECT", "DISTINCT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "EXISTS", "ORDER",
        "BY",
        "ASC", "DESC", "GROUP", "HAVING", "LIMIT", "OFFSET", "AS", "JOIN", "INNER", "LEFT", "ON", "CASE", "WHEN",
        "THEN",
        "ELSE", "END", "INSERT", "INTO", "VALUES", "UPDATE", "SET", "DELETE", "CONFLICT", "DO", "NOTHING", "RETURNING",
        "FOR", "SKIP", "LOCKED",
    ]

    /// Functions that give the same on both engines; AVG, ROUND, LOWER and LIKE, for instance, do not.
    private static let functions: Set<String> = [
        "COUNT", "SUM", "MIN", "MAX", "COALESCE", "NULLIF", "ABS", "LENGTH", "SUBSTR",
    ]

    /// Words and names that are neither in the subset nor in the described tables; forms that one engine lacks.
    func vocabularyProblems(_ tables: [Table]) -> [String] {
        let columns = Set(tables.flatMap(\.columns).map(\.name))
        let references = references(in: tokens)
        let scopes = Set(references.map(\.alias) + references.map(\.table) + ["excluded"])
        let given = Set(tokens.indices.dropLast().filter { tokens[$0].uppercased() == "AS" }.map { tokens[$0 + 1] })
        var found: [String] = []
        for (index, token) in tokens.enumerated() where token.first.map({ $0.isLetter || $0 == "_" }) ?? false {
            let word = token.uppercased()
            let isCall = index + 1 < tokens.count && tokens[index + 1] == "("
            let names = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let isColumn = names.count == 1 && (columns.contains(token) || given.contains(token))
            let isScopedColumn = names.count == 2 && scopes.contains(names[0]) && columns.contains(names[1])
            // A function of that name exists in one engine alone.
            let isWord = Self.words.contains(word) && !(word == "LEFT" && isCall)
            if isWord || isColumn && !isCall || isScopedColumn || scopes.contains(token) { continue }
            if isCall, Self.functions.contains(word) { continue }
            found.append("\(token) is neither a word of the subset nor a name of the tables")
        }
        return found + formProblems + orderProblems(tables)
    }

    private var formProblems: [String] {
        var found: [String] = []
        for index in tokens.indices.dropLast() where tokens[index] == "=" && tokens[index + 1] == "=" {
            found.append("== is outside the subset")
        }
        if let limit = tokens.firstIndex(where: { $0.uppercased() == "LIMIT" }), limit + 2 < tokens.count,
            tokens[limit + 2] == ","
        {
            found.append("LIMIT takes one number: the first row is said by OFFSET")
        }
        for (index, token) in tokens.enumerated() {
            let last = index > 0 ? tokens[index - 1].uppercased() : ""
            if token == "*", ["SELECT", "DISTINCT", "RETURNING", ","].contains(last) || last.hasSuffix(".") {
                found.append("columns are named: * is something else after a migration")
            }
            if ["/", "%"].contains(token) {
                found.append("\(token) by zero is an error in one engine and null in the other")
            }
            if last == "?", token.first?.isNumber ?? false || token == "?" {
                found.append("? stands alone for an argument")
            }
        }
        if verb == "INSERT" {
            if tokens.count < 4 || tokens[3] != "(" { found.append("INSERT names its columns") }
            let widths = valueWidths
            if widths.isEmpty { found.append("INSERT takes its rows from VALUES") }
            if widths.contains(where: { $0 != insertedColumns.count }) {
                found.append("VALUES has another number of values than there are columns")
            }
        }
        return found
    }

    /// Nulls come first in SQLite and last in PostgreSQL.
    private func orderProblems(_ tables: [Table]) -> [String] {
        var nullable = Set(tables.flatMap(\.columns).filter(\.nullable).map(\.name))
        for index in tokens.indices.dropLast().dropFirst() where tokens[index].uppercased() == "AS" {
            let named = tokens[index - 1].split(separator: ".").last.map(String.init) ?? ""
            if nullable.contains(named) { nullable.insert(tokens[index + 1]) }
        }
        var found: [String] = []
        for start in tokens.indices.dropLast()
        where tokens[start].uppercased() == "ORDER" && tokens[start + 1].uppercased() == "BY" {
            for token in tokens[(start + 2)...] {
                if [")", "LIMIT", "FOR"].contains(token.uppercased()) { break }
                let name = token.split(separator: ".").last.map(String.init) ?? token
                if token.allSatisfy(\.isNumber) { found.append("what is ordered by is named, not counted") }
                if nullable.contains(name) { found.append("\(name) may be null, which the engines order differently") }
            }
        }
        return found
    }

    /// How many values each row after VALUES has.
    private var valueWidths: [Int] {
        guard let start = tokens.firstIndex(where: { $0.uppercased() == "VALUES" }) else { return [] }
        var widths: [Int] = []
        var depth = 0
        for token in tokens[(start + 1)...] {
            if token == "(" { depth += 1 }
            if token == ")" { depth -= 1 }
            if token == "(", depth == 1 { widths.append(1) }
            if token == ",", depth == 1, !widths.isEmpty { widths[widths.count - 1] += 1 }
            if depth == 0, token.uppercased() == "ON" || token.uppercased() == "RETURNING" { break }
        }
        return widths
    }

    /// The columns of ON CONFLICT, or nil where it names none.
    var conflictColumns: [String]? {
        guard let start = tokens.firstIndex(where: { $0.uppercased() == "CONFLICT" }), start + 1 < tokens.count,
            tokens[start + 1] == "(", let end = tokens[start...].firstIndex(of: ")")
        else { return nil }
        return tokens[(start + 2)..<end].filter { $0 != "," }
    }

    // MARK: Joins

    /// Tables that stand in one SELECT without being tied to the others by their family's key.
    func joinProblems(_ described: [String: Table]) -> [String] {
        var found: [String] = []
        for scope in selectScopes {
            let references = references(in: scope)
            let keyed = references.filter { described[$0.table]?.family.key != nil }
            guard keyed.count > 1, let key = described[keyed[0].table]?.family.key else { continue }
            var groups = Dictionary(keyed.map { ($0.alias, $0.alias) }, uniquingKeysWith: { first, _ in first })
            if groups.count < keyed.count { found.append("two tables share a name") }
            for (left, right) in keyEquations(scope, key) {
                let (from, to) = (groups[left] ?? left, groups[right] ?? right)
                for (alias, group) in groups where group == from { groups[alias] = to }
            }
            if Set(groups.values).count > 1 {
                found.append("\(groups.keys.sorted().joined(separator: " and ")) are not joined by \(key)")
            }
        }
        return found
    }

    /// Pairs of aliases that `key = key` ties together; none where OR or NOT stands among them.
    ///
    /// Two that are each compared with `?` are not tied: the arguments may differ.
    private func keyEquations(_ scope: [String], _ key: String) -> [(String, String)] {
        guard !scope.contains(where: { ["OR", "NOT"].contains($0.uppercased()) }) else { return [] }
        func alias(_ token: String) -> String? {
            let names = token.split(separator: ".").map(String.init)
            return names.count == 2 && names[1] == key ? names[0] : nil
        }
        return scope.indices.dropFirst().dropLast().compactMap { index in
            guard scope[index] == "=", let left = alias(scope[index - 1]), let right = alias(scope[index + 1])
            else { return nil }
            return (left, right)
        }
    }

    /// The tables named in FROM, JOIN, INTO and UPDATE, each with the name by which it is called.
    private func references(in tokens: [String]) -> [Reference] {
        var found: [Reference] = []
        for (index, token) in tokens.enumerated() {
            let word = token.uppercased()
            guard ["FROM", "JOIN", "INTO"].contains(word) || (word == "UPDATE" && index == 0) else { continue }
            var next = index + 1
            while next < tokens.count, tokens[next] != "(", tokens[next] != "()" {
                let table = tokens[next]
                var alias = table
                next += 1
                if next < tokens.count, tokens[next].uppercased() == "AS" { next += 1 }
                if next < tokens.count, tokens[next] != ",", isAlias(tokens[next]) {
                    alias = tokens[next]
                    next += 1
                }
                found.append(Reference(table: table, alias: alias))
                guard word == "FROM", next < tokens.count, tokens[next] == "," else { break }
                next += 1
            }
        }
        return found
    }
}
