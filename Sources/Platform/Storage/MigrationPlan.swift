/// What a store's history and the program's migrations amount to: which are still to be applied.
struct MigrationPlan {
    let pending: [Migration]

    /// Throws `StorageError` (`schema`) for a store that is newer than the program, or whose migrations differ from it.
    init(_ migrations: [Migration], history: [(number: Int, checksum: String)]) throws(StorageError) {
        if let fault = Self.faults(migrations).first { throw StorageError(.schema, fault) }
        let known = Dictionary(migrations.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        for applied in history {
            guard let migration = known[applied.number] else {
                throw StorageError(
                    .schema,
                    "the store has migration \(applied.number), which this program does not know: use a newer program")
            }
            guard migration.checksum == applied.checksum else {
                throw StorageError(.schema, "migration \(applied.number) of the store differs from the program's")
            }
        }
        let applied = Set(history.map(\.number))
        pending = migrations.filter { !applied.contains($0.number) }.sorted { $0.number < $1.number }
    }

    /// Where the migrations of one store and the marks in the descriptions of its tables do not fit together.
    static func faults(_ migrations: [Migration]) -> [String] {
        var faults: [String] = []
        if Set(migrations.map(\.number)).count != migrations.count {
            faults.append("two migrations of the program share a number")
        }
        var makers: [String: Migration] = [:]
        for migration in migrations {
            for table in migration.creates where makers.updateValue(migration, forKey: table.name) != nil {
                faults.append("\(table.name) is made by two migrations")
            }
        }
        for migration in migrations {
            let changed = migration.definitions(.sqlite).count > migration.definitionsOfTables
            if !migration.indexChanges.isEmpty, changed || !migration.creates.isEmpty {
                faults.append("migration \(migration.number) changes indexes and something else: make two of it")
            }
            for table in migration.changes {
                if !table.marks.contains(migration.number) {
                    faults.append("nothing of \(table.name) is marked with migration \(migration.number)")
                }
                if (makers[table.name]?.number ?? .max) >= migration.number {
                    faults.append("migration \(migration.number) changes \(table.name), which is not made before it")
                }
            }
        }
        let changes = Dictionary(migrations.map { ($0.number, $0.changes) }, uniquingKeysWith: { first, _ in first })
        for table in migrations.flatMap(\.creates) {
            for mark in table.marks.sorted() where changes[mark]?.contains(table) != true {
                faults.append("\(table.name) is marked with migration \(mark), which does not change it")
            }
        }
        return faults
    }
}

extension Migration {
    fileprivate var definitionsOfTables: Int { Migration(number, name, creates: creates).definitions(.sqlite).count }
}

extension Table {
    /// The migrations that columns and indexes are marked with.
    fileprivate var marks: Set<Int> {
        Set(columns.compactMap(\.addedBy) + indexes.flatMap { [$0.addedBy, $0.droppedBy] }.compactMap { $0 })
    }
}
