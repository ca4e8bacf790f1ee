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

    /// Its files are read by the server's own tools (`pg_amcheck`, checksums); here only its settings.
    public func engineProblems() async throws -> [String] {
        try await read { transaction in
            try transaction.query(Self.settings, []).map {
                "\(try $0.text("name")) is \(try $0.text("setting")): a commit could be lost or a text changed"
            }
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
