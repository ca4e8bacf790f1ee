import Crypto
import Storage

/// SHA-256 over a row's columns in the order of the table's description, each with its type and length.
///
/// Columns that were added to the table later are left out from the end while they hold what rows from before hold: the
/// digest of such a row is what it was before they were there (decision 21).
enum RowDigest {
    static func digest(_ table: Table, _ row: Row) -> String {
        digest(table, row.values(of: table))
    }

    /// - Parameter values: in the order of the table's columns.
    static func digest(_ table: Table, _ values: [SQLValue]) -> String {
        // One buffer for one call of the hash: a call for each value took longer than the hash itself.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes += prefix(table)
        for value in counted(table, values) { append(value, to: &bytes) }
        return Hexadecimal.encode(SHA256.hash(data: bytes))
    }

    /// What of a row belongs into its digest.
    private static func counted(_ table: Table, _ values: [SQLValue]) -> ArraySlice<SQLValue> {
        var end = values.count
        while end > 0, end <= table.columns.count, table.columns[end - 1].addedBy != nil,
            values[end - 1] == table.columns[end - 1].earlier
        {
            end -= 1
        }
        return values[..<end]
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

    /// A value as it stands in the hashed bytes.
    static func bytes(_ value: SQLValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return bytes
    }

    private static func append(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: append(0, EmptyCollection(), to: &bytes)
        case .integer(let value): append(1, String(value).utf8, to: &bytes)
        case .text(let value): append(2, value.utf8, to: &bytes)
        case .blob(let value): append(3, value, to: &bytes)
        }
    }

    private static func append(_ kind: UInt8, _ value: some Collection<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(kind)
        withUnsafeBytes(of: UInt64(value.count).bigEndian) { bytes += $0 }
        bytes += value
    }
}
