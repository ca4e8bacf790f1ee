import Storage
import TransparencyLog

/// The rows of the log store as they lie there, whatever was done to them; nothing here is believed yet.
struct LogContent: Sendable {
    struct Entry: Sendable {
        let hash: LogHash?
        let store: String?
        let leaf: String?
    }

    struct SignedRoot: Sendable {
        let previous: UInt64?
        let note: String?
        let code: [UInt8]
    }

    private(set) var entries: [UInt64: Entry] = [:]
    private(set) var places: [String: UInt64?] = [:]
    private(set) var nodes: [TreePosition: LogHash?] = [:]
    private(set) var roots: [UInt64: SignedRoot] = [:]
    private(set) var findings: [AuditReport.Finding] = []
    private(set) var rowsChecked = 0
    /// Where a leaf of this content stands.
    private(set) var indexes: [LogHash: UInt64] = [:]
    private(set) var indexesByLeaf: [String: UInt64] = [:]

    static func read(_ log: LogStore) async throws -> LogContent {
        let keyCheck = KeyCheck.row(vault: log.vault, storeName: "log")
        return try await log.store.read { transaction in
            var content = LogContent()
            try content.read(transaction)
            let fixed = FixedRows(store: "log", migrations: LogStore.migrations, keyCheck: keyCheck)
            content.findings += try fixed.check(transaction, &content.rowsChecked)
            return content
        }
    }

    private mutating func read(_ transaction: any Transaction) throws {
        try forEach(LogStore.entry, transaction) { content, row in
            guard let index = Self.whole(row["leaf_index"]) else { return false }
            let entry = Entry(
                hash: Self.hash(row["leaf_hash"]), store: Self.text(row["store_name"]), leaf: Self.text(row["leaf_id"]))
            content.entries[index] = entry
            if let hash = entry.hash { content.indexes[hash] = min(index, content.indexes[hash] ?? .max) }
            if let leaf = entry.leaf { content.indexesByLeaf[leaf] = min(index, content.indexesByLeaf[leaf] ?? .max) }
            return true
        }
        try forEach(LogStore.place, transaction) { content, row in
            guard let leaf = Self.text(row["leaf_id"]) else { return false }
            content.places[leaf] = .some(Self.whole(row["leaf_index"]))
            return true
        }
        try forEach(LogStore.node, transaction) { content, row in
            guard let level = Self.whole(row["level"]), level < 64, let index = Self.whole(row["node_index"]) else {
                return false
            }
            content.nodes[TreePosition(level: Int(level), index: index)] = .some(Self.hash(row["hash"]))
            return true
        }
        try forEach(LogStore.checkpoint, transaction) { content, row in
            guard let size = Self.whole(row["size"]) else { return false }
            content.roots[size] = SignedRoot(
                previous: Self.whole(row["previous_size"]), note: Self.text(row["note"]), code: Self.bytes(row["code"]))
            return true
        }
    }

    /// Visits the rows of this log; a row of another log, or with an impossible key, was put in.
    private mutating func forEach(
        _ table: Table, _ transaction: any Transaction, _ take: (inout LogContent, Row) -> Bool
    ) throws {
        try transaction.forEachRow(table.selectAll, []) { row in
            rowsChecked += 1
            if row["log_id"] == LogStore.logID, take(&self, row) { return }
            findings.append(
                AuditReport.Finding(
                    store: "log", table: table.name, row: RowDigest.key(table, row), kind: .inserted, leafIndex: nil))
        }
    }

    private static func whole(_ value: SQLValue) -> UInt64? {
        if case .integer(let number) = value { UInt64(exactly: number) } else { nil }
    }

    private static func text(_ value: SQLValue) -> String? {
        if case .text(let text) = value { text } else { nil }
    }

    private static func bytes(_ value: SQLValue) -> [UInt8] {
        if case .blob(let bytes) = value { bytes } else { [] }
    }

    private static func hash(_ value: SQLValue) -> LogHash? { LogHash(bytes: bytes(value)) }
}

/// The rows that every store has from its start and that never change: its migrations and its key check.
struct FixedRows {
    let store: String
    let migrations: [Migration]
    let keyCheck: Row

    func check(_ transaction: any Transaction, _ rowsChecked: inout Int) throws -> [AuditReport.Finding] {
        try check(SchemaHistory.table, SchemaHistory.rows(of: migrations), transaction, &rowsChecked)
            + check(KeyCheck.table, [keyCheck], transaction, &rowsChecked)
    }

    private func check(
        _ table: Table, _ rows: [Row], _ transaction: any Transaction, _ rowsChecked: inout Int
    ) throws -> [AuditReport.Finding] {
        var findings: [AuditReport.Finding] = []
        func find(_ key: String, _ kind: AuditReport.Kind) {
            findings.append(
                AuditReport.Finding(store: store, table: table.name, row: key, kind: kind, leafIndex: nil))
        }
        var expected: [String: String] = [:]
        for row in rows { expected[RowDigest.key(table, row)] = RowDigest.digest(table, row) }
        var count = 0
        try transaction.forEachRow(table.selectAll, []) { row in
            count += 1
            let key = RowDigest.key(table, row)
            let digest = expected.removeValue(forKey: key)
            if digest == nil {
                find(key, .inserted)
            } else if digest != RowDigest.digest(table, row) {
                find(key, .edited)
            }
        }
        rowsChecked += count
        for key in expected.keys.sorted() { find(key, .removed) }
        return findings
    }
}
