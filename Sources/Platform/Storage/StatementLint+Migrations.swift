extension StatementLint {
    /// What does not fit together among the migrations of one store and the marks in the tables that they make.
    public static func findings(of migrations: [Migration], of store: String) -> [Finding] {
        MigrationPlan.faults(migrations).map { Finding(subject: store, rule: .migrations, reason: $0) }
    }

    /// Columns and indexes that a table got after it was made.
    func laterFindings(_ table: Table) -> [Finding] {
        var findings: [Finding] = []
        func report(_ reason: String) {
            findings.append(Finding(subject: table.name, rule: .laterShape, reason: reason))
        }
        let order = table.columns.map { $0.addedBy ?? 0 }
        if order != order.sorted() { report("a column that was added stands before one that was there") }
        for column in table.columns {
            guard column.addedBy != nil else {
                if column.earlier != .null { report("\(column.name) has a constant for rows from before, and none is") }
                continue
            }
            if table.primaryKey.contains(column.name) { report("\(column.name) was added to the primary key") }
            switch (column.type, column.earlier) {
            case (_, .null):
                if !column.nullable { report("\(column.name) was added without anything for rows from before") }
            case (.integer, .integer): break
            case (.text, .text(let text)) where Self.isPlainConstant(text): break
            default: report("what rows from before have in \(column.name) is no number and no plain text")
            }
            if column.nullable, column.earlier != .null {
                report("\(column.name) may be null and has a constant: which of them rows from before have is unclear")
            }
        }
        for index in table.indexes {
            let name = index.name(on: table)
            if let dropped = index.droppedBy, dropped <= index.addedBy ?? 0 { report("\(name) goes before it comes") }
            // PostgreSQL cuts longer names short.
            if name.utf8.count > 63 { report("\(name) has more than 63 letters") }
        }
        let names = table.indexes.filter { $0.droppedBy == nil }.map { $0.name(on: table) }
        if Set(names).count != names.count { report("two indexes share a name") }
        return findings
    }

    private static func isPlainConstant(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "?") }
    }
}
