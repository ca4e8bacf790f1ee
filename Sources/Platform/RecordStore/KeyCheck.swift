import Storage
import Vault

/// Ties a store to the master key it was made with, so that a wrong key file is refused at the start.
enum KeyCheck {
    static let table = Table(
        "key_check", family: .reference, columns: [.text("purpose"), .blob("code")], primaryKey: ["purpose"])

    static func confirm(store: any Store, vault: StoreVault, storeName: String) async throws {
        let expected = vault.authenticationCode("key check", Array(storeName.utf8))
        try await store.write { transaction in
            guard let row = try transaction.query(table.selectByKey, [.text("master")]).first else {
                try transaction.execute(table.insert, [.text("master"), .blob(expected)])
                return
            }
            guard try row.blob("code") == expected else {
                throw RecordError(
                    .wrongKey, "the \(storeName) store was made with another master key: restore its key file")
            }
        }
    }
}
