import GRDB

extension SQLiteTransaction {
    func migrate(_ migrations: [Migration]) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    migration_number BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL,
                    PRIMARY KEY (migration_number))
                """)
        let rows = try GRDB.Row.fetchAll(database, sql: "SELECT migration_number, checksum FROM schema_migration")
        let plan = try MigrationPlan(
            migrations, history: rows.map { (number: $0["migration_number"], checksum: $0["checksum"]) })
        for migration in plan.pending {
            for table in migration.creates {
                // Short rows live in the key's own tree: one look-up instead of two. Long ones do not: a comparison in such
                // a tree reads whatever part of a row lies on further pages.
                let suffix = table.hasLongRows ? "" : " WITHOUT ROWID"
                for definition in Migration.definitions(of: table, blobType: "BLOB", integerType: "BIGINT") {
                    try database.execute(sql: definition + (definition.hasPrefix("CREATE TABLE") ? suffix : ""))
                }
            }
            try database.execute(
                sql: "INSERT INTO schema_migration (migration_number, name, checksum) VALUES (?, ?, ?)",
                arguments: [migration.number, migration.name, migration.checksum])
        }
    }
}
