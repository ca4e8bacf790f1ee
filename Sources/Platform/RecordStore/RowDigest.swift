import Crypto
import Storage

/// SHA-256 over a row's columns in the order of the table's description, each with its type and length.
enum RowDigest {
    static func digest(_ table: Table, _ row: Row) -> String {
        digest(table, row.values(of: table))
    }

    /// - Parameter values: in the order of the table's columns.
    static func digest(_ table: Table, _ values: some Sequence<SQLValue>) -> String {
        // One buffer for one call of the hash: a call for each value took longer than the hash itself.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes += prefix(table)
        for value in values {
            switch value {
            case .null: append(0, EmptyCollection(), to: &bytes)
            case .integer(let value): append(1, String(value).utf8, to: &bytes)
            case .text(let value): append(2, value.utf8, to: &bytes)
            case .blob(let value): append(3, value, to: &bytes)
            }
        }
        return Hexadecimal.encode(SHA256.hash(data: bytes))
    }

    /// What is hashed before the columns. `RowBatch` puts columns behind it in the form of `digest`.
    static func prefix(_ table: Table) -> [UInt8] { Array("sijill row 1 \(table.name)\n".utf8) }

    /// The primary key as text, unambiguous within its table.
    static func key(_ table: Table, _ row: Row) -> String {
        table.primaryKey.map { text(row[$0]) }.joined(separator: "/")
    }

    /// - Parameter values: in the order of the table's columns.
    static func key(_ table: Table, values: [SQLValue]) -> String {
        table.primaryKey.map { name in
            table.columns.firstIndex { $0.name == name }.map { text(values[$0]) } ?? "-"
        }.joined(separator: "/")
    }

    private static func text(_ value: SQLValue) -> String {
        switch value {
        case .null: "-"
        case .integer(let value): String(value)
        case .text(let value): value
        case .blob(let value): Hexadecimal.encode(value)
        }
    }

    private static func append(_ kind: UInt8, _ value: some Collection<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(kind)
        withUnsafeBytes(of: UInt64(value.count).bigEndian) { bytes += $0 }
        bytes += value
    }
}
