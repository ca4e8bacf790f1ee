/// What a store's history and the program's migrations amount to: which are still to be applied.
struct MigrationPlan {
    let pending: [Migration]

    /// Throws `StorageError` (`schema`) for a store that is newer than the program, or whose migrations differ from it.
    init(_ migrations: [Migration], history: [(number: Int, checksum: String)]) throws(StorageError) {
        let known = Dictionary(migrations.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        guard known.count == migrations.count else {
            throw StorageError(.schema, "two migrations of the program share a number")
        }
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
}
