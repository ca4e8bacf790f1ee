/// The table in which a store keeps which migrations made it.
public enum SchemaHistory {
    public static let table = Table(
        "schema_migration", family: .reference,
        columns: [.integer("migration_number"), .text("name"), .text("checksum")], primaryKey: ["migration_number"])

    /// The rows that a store brought up by these migrations holds.
    public static func rows(of migrations: [Migration]) -> [Row] {
        migrations.map {
            Row([
                "migration_number": .integer(Int64($0.number)), "name": .text($0.name), "checksum": .text($0.checksum),
            ])
        }
    }
}
