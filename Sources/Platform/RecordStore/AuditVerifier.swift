import Storage
public import TransparencyLog
import Vault

/// What verification found.
public struct AuditReport: Sendable {
    public enum Kind: String, Sendable {
        case edited, removed, inserted
    }

    /// A row that is not what the program wrote.
    public struct Finding: Sendable, Hashable {
        public let store: String
        public let table: String
        /// The primary key, as text.
        public let row: String
        public let kind: Kind
        /// The place in the tree of the leaf that last spoke of the row; nil for a row of which no leaf speaks.
        public let leafIndex: UInt64?
    }

    public internal(set) var treeSize: UInt64 = 0
    public internal(set) var root: LogHash?
    /// Leaves that wait for the sequencer.
    public internal(set) var pending = 0
    public internal(set) var rowsChecked = 0
    /// In the order of the tree; rows without a leaf come last.
    public internal(set) var findings: [Finding] = []

    public var isSound: Bool { findings.isEmpty }
}

/// Recomputes the tree from the rows, and compares every row of every store with what its audit leaves say.
///
/// Found: any row edited, removed or inserted behind the program's back, in the registers' tables, the audit tables and
/// the log itself. Not found: all files replaced together by older copies of themselves; keep checkpoints elsewhere.
public struct AuditVerifier: Sendable {
    private let stores: [RecordStore]
    private let log: LogStore

    public init(stores: [RecordStore], log: LogStore) {
        self.stores = stores
        self.log = log
    }

    public func verify() async throws -> AuditReport {
        let tree = try await LogCheck(log: log).run()
        var report = tree.report
        for records in stores {
            let found = try await StoreCheck(records: records, entries: tree.entries[records.name] ?? [:]).run()
            report.findings += found.findings
            report.pending += found.pending
            report.rowsChecked += found.rowsChecked
        }
        let known = Set(stores.map(\.name))
        for (store, entries) in tree.entries where !known.contains(store) {
            report.findings += entries.map {
                AuditReport.Finding(
                    store: "log", table: LogStore.entry.name, row: "main/\($0.value.index)", kind: .edited,
                    leafIndex: $0.value.index)
            }
        }
        report.findings.sort {
            ($0.leafIndex ?? .max, $0.store, $0.table, $0.row) < ($1.leafIndex ?? .max, $1.store, $1.table, $1.row)
        }
        return report
    }
}

/// The log store against itself: entries without gaps, nodes, places, signed roots.
struct LogCheck {
    struct Entry: Sendable {
        let index: UInt64
        let hash: LogHash
    }

    let log: LogStore

    func run() async throws -> (report: AuditReport, entries: [String: [String: Entry]]) {
        let (origin, verifier) = (log.origin, log.verifier)
        return try await log.store.read { transaction in
            var report = AuditReport()
            var entries: [String: [String: Entry]] = [:]
            func find(_ table: Table, _ row: String, _ kind: AuditReport.Kind, _ index: UInt64?) {
                report.findings.append(
                    AuditReport.Finding(store: "log", table: table.name, row: "main/\(row)", kind: kind, leafIndex: index))
            }
            var checkpoints: [UInt64: String] = [:]
            try transaction.forEachRow(LogStore.checkpoint.selectAll, []) { row in
                report.rowsChecked += 1
                checkpoints[UInt64(bitPattern: try row.integer("size"))] = try row.text("note")
            }
            var places: [String: UInt64] = [:]
            try transaction.forEachRow(LogStore.place.selectAll, []) { row in
                report.rowsChecked += 1
                places[try row.text("leaf_id")] = UInt64(bitPattern: try row.integer("leaf_index"))
            }
            var nodes: [TreePosition: LogHash?] = [:]
            try transaction.forEachRow(LogStore.node.selectAll, []) { row in
                report.rowsChecked += 1
                let level = try row.integer("level")
                let position = TreePosition(level: Int(level), index: UInt64(bitPattern: try row.integer("node_index")))
                nodes[position] = LogHash(bytes: try row.blob("hash"))
            }
            // Signed roots that disagree put the blame on the entries since the last root that agreed.
            var frontier = Frontier()
            try transaction.forEachRow(LogStore.entry.selectAll, []) { row in
                report.rowsChecked += 1
                let index = UInt64(bitPattern: try row.integer("leaf_index"))
                while frontier.size < index {
                    find(LogStore.entry, String(frontier.size), .removed, frontier.size)
                    _ = frontier.append(leafHash: MerkleTree.emptyRoot)
                }
                guard let hash = LogHash(bytes: try row.blob("leaf_hash")) else {
                    find(LogStore.entry, String(index), .edited, index)
                    return
                }
                let id = try row.text("leaf_id")
                if places.removeValue(forKey: id) != index { find(LogStore.place, id, .edited, index) }
                entries[try row.text("store_name"), default: [:]][id] = Entry(index: index, hash: hash)
                for node in frontier.append(leafHash: hash) where node.position.level > 0 {
                    let stored = nodes.removeValue(forKey: node.position)
                    if stored != .some(.some(node.hash)) {
                        let name = "\(node.position.level)/\(node.position.index)"
                        find(LogStore.node, name, stored == nil ? .removed : .edited, index)
                    }
                }
                if let note = checkpoints.removeValue(forKey: frontier.size) {
                    let checkpoint = try? Checkpoint(note: note, origin: origin, verifiers: [verifier])
                    if checkpoint?.root != frontier.root || checkpoint?.size != frontier.size {
                        find(LogStore.checkpoint, String(frontier.size), .edited, index)
                    }
                }
            }
            // A checkpoint beyond the last entry: what it covered is gone. Unsigned, it was put in.
            for (size, note) in checkpoints.sorted(by: { $0.key < $1.key }) {
                let signed = (try? Checkpoint(note: note, origin: origin, verifiers: [verifier]))?.size == size
                if signed, size > frontier.size {
                    for index in frontier.size..<min(size, frontier.size + 1000) {
                        find(LogStore.entry, String(index), .removed, index)
                    }
                } else {
                    find(LogStore.checkpoint, String(size), signed ? .edited : .inserted, nil)
                }
            }
            for id in places.keys.sorted() { find(LogStore.place, id, .inserted, nil) }
            for position in nodes.keys.sorted() {
                find(LogStore.node, "\(position.level)/\(position.index)", .inserted, nil)
            }
            report.treeSize = frontier.size
            report.root = frontier.root
            return (report, entries)
        }
    }
}
