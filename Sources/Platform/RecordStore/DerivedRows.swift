public import Storage

/// Rows that follow from those of another table, as an index does: verified against these instead of against leaves.
///
/// Each row is a set of members under a key; both tables say the same pairs of key and member, each in its own way.
/// Pairs are summed as hashes under a seed of the process, so that memory does not grow with the table; only where the
/// sums differ are the pairs compared one by one.
public struct DerivedRows: Sendable {
    public typealias Pair = (key: ArraySlice<UInt8>, member: ArraySlice<UInt8>)

    let table: Table
    let source: Table
    let members: @Sendable (Row) -> [Pair]?
    let expected: @Sendable (Row) -> [Pair]?

    /// - Parameters:
    ///   - members: what a row of `table`, whose primary key is one column of bytes, says; nil where that is nothing.
    ///   - expected: what a row of `source` says of rows of `table`.
    public init(
        _ table: Table, from source: Table, members: @escaping @Sendable (Row) -> [Pair]?,
        expected: @escaping @Sendable (Row) -> [Pair]?
    ) {
        self.table = table
        self.source = source
        self.members = members
        self.expected = expected
    }

    /// The rows of the table that are not as the source says, by key; and how many rows were looked at.
    func differences(
        _ transaction: any Transaction
    ) throws -> (found: [(row: String, kind: AuditReport.Kind)], rowsChecked: Int) {
        var sum = PairSum()
        var malformed: [(row: String, kind: AuditReport.Kind)] = []
        var rowsChecked = 0
        try transaction.copyOut(table) { row in
            rowsChecked += 1
            guard let pairs = members(row), !pairs.isEmpty else {
                malformed.append((RowDigest.key(table, row), .edited))
                return
            }
            for pair in pairs { sum.add(pair) }
        }
        try transaction.copyOut(source) { row in for pair in expected(row) ?? [] { sum.subtract(pair) } }
        if sum.isZero, malformed.isEmpty { return ([], rowsChecked) }
        return (try compared(transaction), rowsChecked)
    }

    private struct Key: Hashable {
        let bytes: [UInt8]
    }

    private func compared(_ transaction: any Transaction) throws -> [(row: String, kind: AuditReport.Kind)] {
        var open: [Key: [Key: Int]] = [:]
        try transaction.copyOut(source) { row in
            for pair in expected(row) ?? [] {
                open[Key(bytes: Array(pair.key)), default: [:]][Key(bytes: Array(pair.member)), default: 0] += 1
            }
        }
        var found: [(row: String, kind: AuditReport.Kind)] = []
        try transaction.copyOut(table) { row in
            let name = RowDigest.key(table, row)
            guard case .blob(let key) = row[table.primaryKey[0]], let wanted = open.removeValue(forKey: Key(bytes: key))
            else {
                found.append((name, .inserted))
                return
            }
            var has: [Key: Int] = [:]
            for pair in members(row) ?? [] { has[Key(bytes: Array(pair.member)), default: 0] += 1 }
            if has != wanted { found.append((name, .edited)) }
        }
        found += open.keys.map { (Hexadecimal.encode($0.bytes), .removed) }
        return found.sorted { $0.row < $1.row }
    }
}

/// The sum of the hashes of pairs, 128 bits.
private struct PairSum {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    var isZero: Bool { low == 0 && high == 0 }

    mutating func add(_ pair: DerivedRows.Pair) {
        let hash = Self.hash(pair)
        low &+= hash.low
        high &+= hash.high
    }

    mutating func subtract(_ pair: DerivedRows.Pair) {
        let hash = Self.hash(pair)
        low &-= hash.low
        high &-= hash.high
    }

    /// SipHash under the seed of the process, which nobody who changed a row knew.
    private static func hash(_ pair: DerivedRows.Pair) -> (low: UInt64, high: UInt64) {
        var hasher = Hasher()
        pair.key.withUnsafeBytes { hasher.combine(bytes: $0) }
        pair.member.withUnsafeBytes { hasher.combine(bytes: $0) }
        var other = hasher
        other.combine(1 as UInt8)
        return (UInt64(bitPattern: Int64(hasher.finalize())), UInt64(bitPattern: Int64(other.finalize())))
    }
}
