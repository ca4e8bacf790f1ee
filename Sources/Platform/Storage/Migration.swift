/// One numbered step of a schema, forward only.
///
/// What it does stands in the tables' descriptions: `creates` makes tables as they were first, without what is marked as
/// added later; `changes` adds the columns, and builds or removes the indexes, that are marked with its number. A
/// migration of indexes over rows that are there does nothing else.
public struct Migration: Sendable {
    public let number: Int
    public let name: String
    public let creates: [Table]
    public let changes: [Table]

    public init(_ number: Int, _ name: String, creates: [Table] = [], changes: [Table] = []) {
        self.number = number
        self.name = name
        self.creates = creates
        self.changes = changes
    }

    /// How an engine names its types.
    struct Types {
        let blob: String
        let integer: String
        let text: String

        static let sqlite = Types(blob: "BLOB", integer: "BIGINT", text: "TEXT")
        /// Texts are ordered by their bytes, as SQLite orders them, whatever the database's language is.
        static let postgreSQL = Types(blob: "BYTEA", integer: "BIGINT", text: "TEXT COLLATE \"C\"")

        func definition(_ column: Table.Column) -> String {
            let type =
                switch column.type {
                case .text: text
                case .integer: integer
                case .blob: blob
                }
            let constant =
                switch column.earlier {
                case .null, .blob: ""
                case .integer(let number): " DEFAULT \(number)"
                case .text(let text): " DEFAULT '\(text.replacing("'", with: "''"))'"
                }
            return "\(column.name) \(type)\(column.nullable ? "" : " NOT NULL")\(constant)"
        }
    }

    /// What is done in one transaction: tables with their first indexes, and columns.
    func definitions(_ types: Types) -> [String] {
        let tables = creates.flatMap { table in
            let columns = table.columns.filter { $0.addedBy == nil }.map(types.definition)
            let key = "PRIMARY KEY (\(table.primaryKey.joined(separator: ", ")))"
            let body = (columns + [key]).joined(separator: ", ")
            let indexes = table.indexes.filter { $0.addedBy == nil }.map { $0.creation(on: table) }
            return ["CREATE TABLE \(table.name) (\(body))"] + indexes
        }
        let columns = changes.flatMap { table in
            table.columns.filter { $0.addedBy == number }.map {
                "ALTER TABLE \(table.name) ADD COLUMN \(types.definition($0))"
            }
        }
        return tables + columns
    }

    /// What is done to indexes of tables that may be full, in this order.
    var indexChanges: [IndexChange] {
        changes.flatMap { table in
            table.indexes.filter { $0.addedBy == number }.map { IndexChange(table: table, index: $0, isAddition: true) }
                + table.indexes.filter { $0.droppedBy == number }.map {
                    IndexChange(table: table, index: $0, isAddition: false)
                }
        }
    }

    struct IndexChange {
        let table: Table
        let index: Table.Index
        let isAddition: Bool

        var definition: String {
            isAddition ? index.creation(on: table) : "DROP INDEX \(index.name(on: table))"
        }
    }

    /// Changes when a published migration is edited; kept with the store and compared at each start.
    var checksum: String {
        // FNV-1a, 64 bit: guards against mistakes, not against attackers.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let steps = definitions(.sqlite) + indexChanges.map(\.definition)
        let text = "\(number) \(name) " + steps.joined(separator: ";")
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

extension Table.Index {
    func name(on table: Table) -> String { "\(table.name)_by_\(columns.joined(separator: "_"))" }

    /// - Parameter manner: what stands before the name, such as `CONCURRENTLY`.
    func creation(on table: Table, _ manner: String = "") -> String {
        "CREATE INDEX \(manner)\(name(on: table)) ON \(table.name) (\(columns.joined(separator: ", ")))"
    }
}
