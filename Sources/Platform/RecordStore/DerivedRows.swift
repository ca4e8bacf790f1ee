public import Storage

/// Rows that follow from those of another table, as an index does: verified against these instead of against leaves.
///
/// Each row is a list of members under a key of bytes. The source says the same the other way round: a row names one
/// member, an identifier, and the keys under which it stands. `StoreScan` adds both up; where the sums differ, the rows
/// are compared one by one.
public struct DerivedRows: Sendable {
    let table: Table
    let source: Table
    /// Columns of `table`: the key, and its members one behind the other, 16 bytes each.
    let key: String
    let members: String
    /// Columns of `source`: the member as a UUID, and its keys one behind the other.
    let member: String
    let keys: String
    let keyBytes: Int
    static let memberBytes = 16

    public init(
        _ table: Table, key: String, members: String, from source: Table, member: String, keys: String, keyBytes: Int
    ) {
        self.table = table
        self.key = key
        self.members = members
        self.source = source
        self.member = member
        self.keys = keys
        self.keyBytes = keyBytes
    }

    private struct Bytes: Hashable {
        let bytes: [UInt8]

        init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    }

    /// The rows of the table that are not as the source says, in the order of their keys. Throws `StorageError`.
    func differences(_ transaction: any Transaction) throws -> [(row: String, kind: AuditReport.Kind)] {
        var open: [Bytes: [Bytes: Int]] = [:]
        try transaction.copyOut(source) { row in
            guard case .text(let id) = row[member], case .blob(let list) = row[keys],
                let member = Hexadecimal.decode(String(id.filter { $0 != "-" }))
            else { return }
            for start in stride(from: 0, to: list.count - list.count % keyBytes, by: keyBytes) {
                open[Bytes(list[start..<start + keyBytes]), default: [:]][Bytes(member), default: 0] += 1
            }
        }
        var found: [(row: String, kind: AuditReport.Kind)] = []
        try transaction.copyOut(table) { row in
            let name = RowDigest.key(table, row)
            guard case .blob(let key) = row[key], let wanted = open.removeValue(forKey: Bytes(key)) else {
                found.append((name, .inserted))
                return
            }
            guard case .blob(let list) = row[members], list.count.isMultiple(of: Self.memberBytes) else {
                found.append((name, .edited))
                return
            }
            var has: [Bytes: Int] = [:]
            for start in stride(from: 0, to: list.count, by: Self.memberBytes) {
                has[Bytes(list[start..<start + Self.memberBytes]), default: 0] += 1
            }
            if has != wanted { found.append((name, .edited)) }
        }
        found += open.keys.map { (Hexadecimal.encode($0.bytes), .removed) }
        return found.sorted { $0.row < $1.row }
    }
}
