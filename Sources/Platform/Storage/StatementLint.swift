/// Checks a catalogue against the rules under which SQL still runs on both engines and on many machines.
///
/// The rules are those of the architecture's section "SQL that still runs when it is spread over many machines".
public struct StatementLint: Sendable {
    public enum Rule: String, Sendable, CaseIterable {
        /// A family's table is reached by its key with `=`, or the statement is listed as a fan-out.
        case keyNamed
        /// No join or sub-query across families.
        case oneFamily
        /// Tables of one family are joined by its key.
        case keyJoined
        /// Keys never change.
        case keyUnchanged
        /// The words are in the subset that both engines take.
        case portable
        /// Every table named is described in the catalogue.
        case knownTable
        /// The primary key holds the family's key; indexes are not unique; the key is never null.
        case tableShape
        /// What came later stands behind what was there, and rows from before can have it.
        case laterShape
        /// The migrations of a store and the marks in its tables fit together.
        case migrations
        /// Two statements or tables share a name.
        case uniqueName
    }

    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        public let subject: String
        public let rule: Rule
        public let reason: String
        public var description: String { "\(subject): \(rule.rawValue): \(reason)" }
    }

    private let tables: [String: Table]
    private let catalogues: [Catalogue]

    public init(_ catalogues: [Catalogue]) {
        self.catalogues = catalogues
        tables = Dictionary(catalogues.flatMap(\.tables).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func findings() -> [Finding] {
        var findings: [Finding] = []
        var seen: Set<String> = []
        for catalogue in catalogues {
            for table in catalogue.tables {
                if let known = tables[table.name], known != table {
                    findings.append(Finding(subject: table.name, rule: .uniqueName, reason: "the name is taken"))
                }
                findings += check(table)
            }
            for statement in catalogue.statements {
                if !seen.insert(statement.name).inserted {
                    findings.append(Finding(subject: statement.name, rule: .uniqueName, reason: "the name is taken"))
                }
                findings += check(statement)
            }
        }
        return findings
    }

    public func check(_ table: Table) -> [Finding] {
        var findings: [Finding] = []
        func report(_ reason: String) {
            findings.append(Finding(subject: table.name, rule: .tableShape, reason: reason))
        }
        let names = Set(table.columns.map(\.name))
        if names.count != table.columns.count { report("two columns share a name") }
        if table.primaryKey.isEmpty { report("it has no primary key") }
        if let key = table.family.key, !table.primaryKey.contains(key) {
            report("the primary key lacks the family's key \(key)")
        }
        if table.family == .uniqueIndex, table.primaryKey != [Family.uniqueIndex.key ?? ""] {
            report("a unique index has its keyed hash, and nothing else, as primary key")
        }
        for column in table.columns where column.nullable && table.primaryKey.contains(column.name) {
            report("the key column \(column.name) may be null")
        }
        for column in table.primaryKey + table.indexes.flatMap(\.columns) where !names.contains(column) {
            report("there is no column \(column)")
        }
        for name in names.union([table.name]) where !Self.isPlainIdentifier(name) {
            report("\(name) is not a lower-case name of letters, digits and underscores")
        }
        return findings + laterFindings(table)
    }

    public func check(_ statement: Statement) -> [Finding] {
        var findings: [Finding] = []
        func report(_ rule: Rule, _ reason: String) {
            findings.append(Finding(subject: statement.name, rule: rule, reason: reason))
        }
        let tokens = SQLTokens(statement.sql)
        for problem in tokens.portabilityProblems { report(.portable, problem) }

        let named = tokens.tableNames
        if named.isEmpty { report(.knownTable, "no table is named") }
        let described = named.compactMap { tables[$0] }
        for name in named where tables[name] == nil { report(.knownTable, "\(name) is not in the catalogue") }

        // What a name means is known only where every table is.
        if !named.isEmpty, described.count == named.count {
            for problem in tokens.vocabularyProblems(described) { report(.portable, problem) }
            if let columns = tokens.conflictColumns, let table = described.first,
                Set(columns) != Set(table.primaryKey)
            {
                report(.portable, "ON CONFLICT names other columns than the primary key")
            }
        }
        let families = Set(described.map(\.family)).subtracting([.reference])
        if families.count > 1 {
            report(.oneFamily, "it spans \(families.map(\.name).sorted().joined(separator: " and "))")
        }
        let keys = Set(described.flatMap { $0.primaryKey + [$0.family.key].compactMap { $0 } })
        for column in Set(tokens.assignedColumns).intersection(keys).sorted() {
            report(.keyUnchanged, "\(column) is assigned")
        }
        if statement.isFanOut, tokens.verb != "SELECT" {
            report(.keyNamed, "a fan-out reads: rows are changed by their key")
        }
        guard let key = families.first?.key else { return findings }
        if families.count == 1 {
            for problem in tokens.joinProblems(tables) { report(.keyJoined, problem) }
        }
        switch tokens.verb {
        case "INSERT":
            if !tokens.insertedColumns.contains(key) { report(.keyNamed, "\(key) is not among the inserted columns") }
        default:
            if !statement.isFanOut, !tokens.columnsComparedWithEquals.contains(key) {
                report(.keyNamed, "\(key) is not compared with = at the top of WHERE")
            }
        }
        return findings
    }

    static func isPlainIdentifier(_ name: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = name.utf8.first, letters.contains(first) else { return false }
        return name.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") }
    }
}
