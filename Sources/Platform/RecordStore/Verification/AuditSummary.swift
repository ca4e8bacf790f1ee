import Storage
import TransparencyLog
import Vault

/// Everything read once and added up: sound, or what is to be looked at row by row.
struct AuditSummary: Sendable {
    private(set) var report = AuditReport()
    /// By record store.
    private(set) var suspects: [String: Suspects] = [:]
    /// Leaves, log and pending leaves are sound, so that only rows can be the cause of a difference.
    private(set) var isLeafSound = true
    private(set) var tree: LogTree?

    var isSound: Bool { isLeafSound && suspects.values.allSatisfy(\.isEmpty) }

    /// Log and record stores at the same time; each store as of a moment after that of the log, so that it has every
    /// leaf that the log has.
    static func read(
        _ stores: [RecordStore], _ log: LogStore, _ scope: AuditVerifier.Scope
    ) async throws -> AuditSummary {
        let crew = Crew()
        defer { crew.close() }
        let gate = Gate()
        return try await withThrowingTaskGroup(of: (Int, StoreScan).self) { group in
            for (index, records) in stores.enumerated() {
                group.addTask {
                    await gate.wait()
                    return (index, try await StoreScan.read(records, crew, scope: scope))
                }
            }
            defer { gate.open() }
            let tree = try await LogTree.read(log, storeNames: stores.map(\.name), crew) { gate.open() }
            gate.open()
            var scans: [(Int, StoreScan)] = []
            for try await scan in group { scans.append(scan) }
            var summary = AuditSummary()
            try await summary.compare(tree, scans.sorted { $0.0 < $1.0 }.map { (stores[$0.0], $0.1) }, log, scope)
            return summary
        }
    }

    private mutating func compare(
        _ tree: LogTree, _ scans: [(records: RecordStore, scan: StoreScan)], _ log: LogStore,
        _ scope: AuditVerifier.Scope
    ) async throws {
        report.treeSize = UInt64(tree.size)
        report.root = tree.size > 0 && !tree.isSuspicious ? tree.root : nil
        report.rowsChecked = tree.rowsChecked
        isLeafSound = !tree.isSuspicious
        self.tree = tree
        var finder = LeafFinder(tree)
        for (index, (records, scan)) in scans.enumerated() {
            report.rowsChecked += scan.rowsChecked
            report.leavesChecked += scan.leafCount
            suspects[records.name] = scan.suspects
            isLeafSound = isLeafSound && !scan.isSuspicious
            var waiting = 0
            var unknown: [(id: String, hash: LogHash)] = []
            var unproven: [String] = []
            for leaf in scan.leaves.joined() {
                let isPending = !scan.pending.isEmpty && scan.pending.contains(leaf.id)
                if isPending { waiting += 1 }
                if finder.take(leaf, store: UInt8(truncatingIfNeeded: index)) { continue }
                if isPending { report.pending += 1 } else { unknown.append((leaf.id.text, leaf.hash)) }
                if scope == .leaves { unproven.append(leaf.id.text) }
            }
            if isLeafSound, !unproven.isEmpty { isLeafSound = try await Self.areAuthentic(unproven, records) }
            // Each pending identifier is that of a leaf.
            isLeafSound = isLeafSound && waiting == scan.pending.count
            if isLeafSound, !unknown.isEmpty {
                // A leaf that is on neither list may have been sequenced since the log was read.
                isLeafSound = try await log.sequenced(unknown).count == unknown.count
            }
        }
        isLeafSound = isLeafSound && finder.count == tree.size
    }

    /// Whether leaves that the tree does not hold yet carry their codes.
    private static func areAuthentic(_ leaves: [String], _ records: RecordStore) async throws -> Bool {
        try await records.store.read { transaction in
            try transaction.query(AuditTables.leaf.selectByKey, each: leaves.map { [.text($0)] }).allSatisfy { rows in
                guard let row = rows.first, case .blob(let content) = row["content"], case .blob(let code) = row["code"]
                else { return false }
                return records.vault.isAuthentic("audit leaf", content, code: code)
            }
        }
    }
}

extension Suspects {
    var isEmpty: Bool { tables.isEmpty && subjects == nil && !jobs && derived.isEmpty }
}

/// Finds leaves in the log: mostly each behind the one before it.
struct LeafFinder {
    private let tree: LogTree
    private var next = 0
    private var found: [Bool]
    /// Indexes by the first bits of the hash; made when a leaf is not where it was expected.
    private var table: [UInt32] = []
    /// Leaves of the tree that were found.
    private(set) var count = 0

    init(_ tree: LogTree) {
        self.tree = tree
        found = Array(repeating: false, count: tree.size)
    }

    /// Whether the log has this leaf, with this hash and identifier, of this store.
    mutating func take(_ leaf: StoreScan.Leaf, store: UInt8) -> Bool {
        guard let index = index(leaf, store) else { return false }
        next = index + 1
        if !found[index] {
            found[index] = true
            count += 1
        }
        return true
    }

    private mutating func index(_ leaf: StoreScan.Leaf, _ store: UInt8) -> Int? {
        if tree.isLeaf(next, leaf.hash, leaf.id, store: store) { return next }
        if table.isEmpty { makeTable() }
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: leaf.hash.first) & mask
        while table[place] != .max {
            let index = Int(table[place])
            if tree.isLeaf(index, leaf.hash, leaf.id, store: store) { return index }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Where the tree has a leaf with this hash.
    mutating func place(of hash: LogHash) -> UInt64? {
        if next < tree.size, tree.hash(0, next) == hash {
            next += 1
            return UInt64(next - 1)
        }
        if table.isEmpty { makeTable() }
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: hash.first) & mask
        while table[place] != .max {
            let index = Int(table[place])
            if tree.hash(0, index) == hash {
                next = index + 1
                return UInt64(index)
            }
            place = (place + 1) & mask
        }
        return nil
    }

    private mutating func makeTable() {
        var size = 16
        while size < 2 * tree.size { size *= 2 }
        table = Array(repeating: .max, count: size)
        for index in 0..<tree.size {
            var place = Int(truncatingIfNeeded: tree.hash(0, index).first) & (size - 1)
            while table[place] != .max { place = (place + 1) & (size - 1) }
            table[place] = UInt32(truncatingIfNeeded: index)
        }
    }
}
