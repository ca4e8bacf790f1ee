extension PostgreSQLStore {
    static let count = Statement(
        "schema.exists",
        "SELECT COUNT(*) AS total FROM pg_tables WHERE tablename = 'schema_migration' AND schemaname = current_schema()"
    )

    public func appliedMigrations() async throws -> [Int] {
        try await read { try Self.history(in: $0).map(\.number) }
    }

    private static let settings = Statement(
        "schema.settings",
        """
        SELECT name, setting FROM pg_settings WHERE (name IN ('fsync', 'full_page_writes') AND setting = 'off')
        OR (name = 'server_encoding' AND setting <> 'UTF8')
        """)

    /// Its settings, and what the server says when it reads the pages of every table and, where its extension `amcheck` is
    /// installed, of every index.
    public func engineProblems() async throws -> [String] {
        let settings = try await read { transaction in
            try transaction.query(Self.settings, []).map {
                "\(try $0.text("name")) is \(try $0.text("setting")): a commit could be lost or a text changed"
            }
        }
        return settings + (try await damagedRelations())
    }

    private static let tables = Statement(
        "schema.tables",
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")

    private static let indexes = Statement(
        "schema.indexes",
        """
        SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema()
        AND EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'amcheck') ORDER BY indexname
        """)

    /// Each in a transaction of its own, since an error ends it.
    private func damagedRelations() async throws -> [String] {
        let (tables, indexes) = try await read { transaction in
            (
                try transaction.query(Self.tables, []).map { try $0.text("name") },
                try transaction.query(Self.indexes, []).map { try $0.text("name") }
            )
        }
        // The place of a row stands in the table only, so that no index answers instead.
        let looks =
            tables.map { (name: $0, sql: "SELECT COUNT(ctid) AS total FROM \"\($0)\"") }
            + indexes.map { (name: $0, sql: "SELECT bt_index_check('\"\($0)\"'::regclass) IS NULL AS checked") }
        var problems: [String] = []
        for look in looks {
            do {
                _ = try await read { try $0.query(Statement("schema.look", look.sql), []) }
            } catch let error as StorageError where error.code == .medium {
                problems.append("\(look.name): \(error.message)")
            }
        }
        return problems
    }

    private static let checksums = Statement(
        "schema.checksums", "SELECT name FROM pg_settings WHERE name = 'data_checksums' AND setting = 'off'")

    private static let amcheck = Statement(
        "schema.amcheck", "SELECT extname FROM pg_extension WHERE extname = 'amcheck'")

    public func engineAdvice() async throws -> [String] {
        try await read { transaction in
            let withoutSums = try transaction.query(Self.checksums, []).map { _ in
                "the server keeps no data checksums, so that damage in parts that no row uses is not found: stop it and "
                    + "run `pg_checksums --enable`"
            }
            let withoutIndexes = try transaction.query(Self.amcheck, []).isEmpty
            return withoutSums
                + (withoutIndexes
                    ? ["indexes are not looked at: `CREATE EXTENSION amcheck` in this database, by an administrator"]
                    : [])
        }
    }

    static func isNew(_ transaction: any Transaction) throws -> Bool {
        try transaction.query(count, []).first?.integer("total") == 0
    }

    static func history(in transaction: any Transaction) throws -> [(number: Int, checksum: String)] {
        if try isNew(transaction) { return [] }
        return try transaction.query(SchemaHistory.table.selectAll, []).map {
            (number: Int(try $0.integer("migration_number")), checksum: try $0.text("checksum"))
        }
    }
}
