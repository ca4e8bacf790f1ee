import GRDB

extension SQLiteTransaction {
    /// Applies the next migration; false when there is none.
    ///
    /// Writers wait for its end, readers go on; after an end half-way nothing of it is there.
    func migrateOnce(_ migrations: [Migration]) throws -> Bool {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    migration_number BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL,
                    PRIMARY KEY (migration_number))
                """)
        let rows = try GRDB.Row.fetchAll(database, sql: "SELECT migration_number, checksum FROM schema_migration")
        let plan = try MigrationPlan(
            migrations, history: rows.map { (number: $0["migration_number"], checksum: $0["checksum"]) })
        guard let migration = plan.pending.first else { return false }
        // Short rows live in the key's own tree: one look-up instead of two. Long ones do not: a comparison in such a tree
        // reads whatever part of a row lies on further pages.
        let short = Set(migration.creates.filter { !$0.hasLongRows }.map { "CREATE TABLE \($0.name) (" })
        for definition in migration.definitions(.sqlite) + migration.indexChanges.map(\.definition) {
            let isShort =
                definition.prefixMatch(of: /CREATE TABLE \w+ \(/).map { short.contains(String($0.output)) } ?? false
            try database.execute(sql: definition + (isShort ? " WITHOUT ROWID" : ""))
        }
        try database.execute(
            sql: "INSERT INTO schema_migration (migration_number, name, checksum) VALUES (?, ?, ?)",
            arguments: [migration.number, migration.name, migration.checksum])
        return true
    }
}
