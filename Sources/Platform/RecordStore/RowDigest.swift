import Crypto
import Storage

/// SHA-256 over a row's columns in the order of the table's description, each with its type and length.
enum RowDigest {
    static func digest(_ table: Table, _ row: Row) -> String {
        var hash = SHA256()
        hash.update(data: Array("sijill row 1 \(table.name)\n".utf8))
        for column in table.columns {
            switch row[column.name] {
            case .null: update(&hash, 0, [])
            case .integer(let value): update(&hash, 1, Array(String(value).utf8))
            case .text(let value): update(&hash, 2, Array(value.utf8))
            case .blob(let value): update(&hash, 3, value)
            }
        }
        return Hexadecimal.encode(hash.finalize())
    }

    /// The primary key as text, unambiguous within its table.
    static func key(_ table: Table, _ row: Row) -> String {
        table.primaryKey.map { column in
            switch row[column] {
            case .null: "-"
            case .integer(let value): String(value)
            case .text(let value): value
            case .blob(let value): Hexadecimal.encode(value)
            }
        }.joined(separator: "/")
    }

    private static func update(_ hash: inout SHA256, _ kind: UInt8, _ bytes: [UInt8]) {
        hash.update(data: [kind])
        withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: bytes)
    }
}
