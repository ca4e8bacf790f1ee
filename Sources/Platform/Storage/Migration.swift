/// One numbered step of a schema, forward only.
public struct Migration: Sendable {
    public let number: Int
    public let name: String
    public let creates: [Table]

    public init(_ number: Int, _ name: String, creates: [Table]) {
        self.number = number
        self.name = name
        self.creates = creates
    }

    /// The definitions, in the words both engines share but for the names of the types.
    func definitions(blobType: String, integerType: String, textType: String = "TEXT") -> [String] {
        creates.flatMap {
            Self.definitions(of: $0, blobType: blobType, integerType: integerType, textType: textType)
        }
    }

    static func definitions(
        of table: Table, blobType: String, integerType: String, textType: String = "TEXT"
    ) -> [String] {
        let columns = table.columns.map { column in
            let type =
                switch column.type {
                case .text: textType
                case .integer: integerType
                case .blob: blobType
                }
            return "\(column.name) \(type)\(column.nullable ? "" : " NOT NULL")"
        }
        let key = "PRIMARY KEY (\(table.primaryKey.joined(separator: ", ")))"
        let body = (columns + [key]).joined(separator: ", ")
        let indexes = table.indexes.map { columns in
            let name = "\(table.name)_by_\(columns.joined(separator: "_"))"
            return "CREATE INDEX \(name) ON \(table.name) (\(columns.joined(separator: ", ")))"
        }
        return ["CREATE TABLE \(table.name) (\(body))"] + indexes
    }

    /// Changes when a published migration is edited; kept with the store and compared at each start.
    var checksum: String {
        // FNV-1a, 64 bit: guards against mistakes, not against attackers.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let text = "\(number) \(name) " + definitions(blobType: "BLOB", integerType: "BIGINT").joined(separator: ";")
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
