import Storage
import Vault

/// Ties a store to the master key it was made with, so that a wrong key file is refused at the start.
enum KeyCheck {
    static let table = Table(
        "key_check", family: .reference, columns: [.text("purpose"), .blob("code")], primaryKey: ["purpose"])

    static func row(vault: StoreVault, storeName: String) -> Row {
        Row([
            "purpose": .text("master"), "code": .blob(vault.authenticationCode("key check", Array(storeName.utf8))),
        ])
    }

    /// Whether the store was ever opened under a key.
    static func isKept(in store: any Store) async throws -> Bool {
        guard try await !store.appliedMigrations().isEmpty else { return false }
        return try await store.read { try !$0.query(table.selectAll, []).isEmpty }
    }

    /// Keeps the check in a new store, compares it in any other.
    ///
    /// - Parameter content: a statement without arguments that finds a row in every store but a new one.
    static func confirm(
        store: any Store, vault: StoreVault, storeName: String, content: Statement
    ) async throws {
        let expected = row(vault: vault, storeName: storeName)
        try await store.write { transaction in
            if let row = try transaction.query(table.selectByKey, [expected["purpose"]]).first {
                guard row["code"] == expected["code"] else {
                    throw RecordError(
                        .wrongKey, "the \(storeName) store was made with another master key: restore its key file")
                }
                return
            }
            // Were the check made anew here, any key would open a store from which it was taken away.
            guard try transaction.query(content, []).isEmpty else {
                throw RecordError(.wrongKey, "the \(storeName) store lacks its key check: restore the store")
            }
            try transaction.execute(table.insert, table.columns.map { expected[$0.name] })
        }
    }
}
