import Storage
import TransparencyLog
import Vault

/// One record store against its own leaves: the audit tables and every row that a leaf speaks of.
struct StoreCheck {
    let records: RecordStore
    let log: LogContent
    /// The log where it and all leaves are known to be sound: only other rows are then looked at, in little memory.
    let tree: LogTree?
    let scope: AuditVerifier.Scope
    /// The registers' rows and the subjects that are looked at.
    let suspects: Suspects

    struct Leaves: Sendable {
        /// By identifier, the hash of what the program wrote.
        var sound: [String: LogHash] = [:]
        var broken: Set<String> = []
    }

    struct Outcome: Sendable {
        var findings: [AuditReport.Finding] = []
        var pending = 0
        var leaves = Leaves()
        /// Sound leaves that are neither pending nor in the log as it was read.
        var unsequenced: [(id: String, hash: LogHash)] = []
    }

    func run() async throws -> Outcome {
        let (records, log, tree, scope, suspects) = (records, log, tree, scope, suspects)
        return try await records.store.read { transaction in
            var walk = Walk(records: records, log: log, finder: tree.map { LeafFinder($0) }, suspects: suspects)
            if tree == nil { try walk.readPending(transaction) }
            try walk.readLeaves(transaction)
            if scope == .everything { try walk.compareSubjects(transaction) }
            if tree == nil { walk.comparePending() }
            if scope == .everything {
                let jobs = walk.expectedJobs
                try walk.compareRows(transaction)
                if suspects.jobs { try walk.compareTurns(transaction, jobs) }
                try walk.compareDerived(transaction)
            }
            var count = 0
            let fixed = FixedRows(
                store: records.name, migrations: records.migrations,
                keyCheck: KeyCheck.row(vault: records.vault, storeName: records.name))
            walk.outcome.findings += try fixed.check(transaction, &count)
            return walk.outcome
        }
    }

    private struct Walk {
        let records: RecordStore
        let log: LogContent
        let suspects: Suspects
        private var finder: LeafFinder?
        private var leafIndexes: [String: UInt64] = [:]
        var outcome = Outcome()
        private var histories: [String: [String: RowHistory]] = [:]
        private var subjects: [String: Set<String>] = [:]
        private var pending: Set<String> = []
        /// Leaves that are not there although the log or their subjects name them.
        private var removed: Set<String> = []

        init(records: RecordStore, log: LogContent, finder: LeafFinder?, suspects: Suspects) {
            self.records = records
            self.log = log
            self.finder = finder
            self.suspects = suspects
        }

        mutating func readPending(_ transaction: any Transaction) throws {
            try transaction.forEachRow(AuditTables.pending.selectAll, []) { row in
                if row["bucket"] == .integer(0), case .text(let id) = row["leaf_id"] {
                    pending.insert(id)
                } else {
                    find(AuditTables.pending, RowDigest.key(AuditTables.pending, row), .inserted, nil)
                }
            }
        }

        mutating func readLeaves(_ transaction: any Transaction) throws {
            try transaction.forEachRow(AuditTables.leaf.selectAll, []) { row in
                guard case .text(let id) = row["leaf_id"] else {
                    find(AuditTables.leaf, RowDigest.key(AuditTables.leaf, row), .inserted, nil)
                    return
                }
                guard case .blob(let content) = row["content"], let leaf = try? AuditLeaf(decoding: content),
                    leaf.id == id, leaf.store == records.name
                else { return report(id, isCopy: isAuthentic(row)) }
                let hash = MerkleTree.leafHash(of: content)
                let index = finder == nil ? log.indexes[hash] : finder?.place(of: hash)
                // A hash in the signed tree is proof enough of the content where only the code was changed.
                if !isAuthentic(row) {
                    guard index != nil else { return report(id, isCopy: false) }
                    find(AuditTables.leaf, id, .edited, index)
                }
                if finder == nil { outcome.leaves.sound[id] = hash }
                if finder == nil, index == nil, log.indexesByLeaf[id] == nil, !pending.contains(id) {
                    outcome.unsequenced.append((id, hash))
                }
                if suspects.contains(subjectsOf: id) {
                    subjects[id] = Set(leaf.subjects.map(\.id))
                    leafIndexes[id] = index
                }
                for state in leaf.rows where suspects.contains(state.table, state.key) {
                    histories[state.table, default: [:]][state.key, default: RowHistory()].append(state, index)
                }
            }
        }

        private func isAuthentic(_ row: Row) -> Bool {
            guard case .blob(let content) = row["content"], case .blob(let code) = row["code"] else { return false }
            return records.vault.isAuthentic("audit leaf", content, code: code)
        }

        /// A leaf that is not what the program wrote under this identifier.
        private mutating func report(_ id: String, isCopy: Bool) {
            let index = log.indexesByLeaf[id]
            let isKnown = !isCopy && (index != nil || pending.contains(id))
            if isKnown { outcome.leaves.broken.insert(id) }
            find(AuditTables.leaf, id, isKnown ? .edited : .inserted, index)
        }

        mutating func compareSubjects(_ transaction: any Transaction) throws {
            var unknown: [(subject: String, id: String)] = []
            try transaction.forEachRow(AuditTables.subject.selectAll, []) { row in
                if case .text(let id) = row["leaf_id"], !suspects.contains(subjectsOf: id) { return }
                guard case .text(let subject) = row["subject_id"], case .text(let id) = row["leaf_id"],
                    subjects[id] != nil || outcome.leaves.broken.contains(id) || isMissing(id)
                else {
                    unknown.append((RowDigest.key(AuditTables.subject, row), ""))
                    return
                }
                if isMissing(id) { removed.insert(id) }
                if subjects[id] != nil, subjects[id]?.remove(subject) == nil {
                    unknown.append((subject + "/" + id, id))
                }
            }
            for row in unknown { find(AuditTables.subject, row.subject, .inserted, place(ofLeaf: row.id)) }
            for (id, missing) in subjects {
                for subject in missing {
                    find(AuditTables.subject, "\(subject)/\(id)", .removed, place(ofLeaf: id))
                }
            }
        }

        private func place(ofLeaf id: String) -> UInt64? {
            finder == nil ? log.indexesByLeaf[id] : leafIndexes[id]
        }

        /// The log or the pending list names a leaf that is not there.
        private func isMissing(_ id: String) -> Bool {
            finder == nil && outcome.leaves.sound[id] == nil && !outcome.leaves.broken.contains(id)
                && (log.indexesByLeaf[id] != nil || pending.contains(id))
        }

        mutating func comparePending() {
            for id in pending.sorted() where !outcome.leaves.broken.contains(id) {
                if let hash = outcome.leaves.sound[id] {
                    if log.indexes[hash] == nil { outcome.pending += 1 }
                } else if removed.contains(id), log.indexesByLeaf[id] == nil {
                    find(AuditTables.leaf, id, .removed, nil)
                } else if log.indexesByLeaf[id] == nil {
                    find(AuditTables.pending, "0/\(id)", .inserted, nil)
                }
            }
        }

        mutating func compareRows(_ transaction: any Transaction) throws {
            var brokenRows: [(table: Table, key: String, index: UInt64?)] = []
            for table in records.comparedTables where suspects.tables[table.name] != nil {
                var expected = histories.removeValue(forKey: table.name) ?? [:]
                try transaction.forEachRow(table.selectAll, []) { row in
                    let key = RowDigest.key(table, row)
                    guard suspects.contains(table.name, key) else { return }
                    let end = expected.removeValue(forKey: key)?.end
                    guard let end, let digest = end.digest else { return find(table, key, .inserted, end?.index) }
                    if RowDigest.digest(table, row) != digest {
                        find(table, key, .edited, end.index)
                    } else if !end.isWhole {
                        brokenRows.append((table, key, end.index))
                    }
                }
                for (key, history) in expected {
                    let end = history.end
                    if end.digest != nil {
                        find(table, key, .removed, end.index)
                    } else if !end.isWhole {
                        brokenRows.append((table, key, end.index))
                    }
                }
            }
            // The program changed or removed a row that was not as it had left it. Where a leaf is lost, that is why.
            guard !outcome.findings.contains(where: { $0.table == AuditTables.leaf.name }) else { return }
            for row in brokenRows { find(row.table, row.key, .edited, row.index) }
        }

        /// Rows that follow from others; where these were changed themselves, they are what is named.
        mutating func compareDerived(_ transaction: any Transaction) throws {
            for derived in records.derived where suspects.derived.contains(derived.table.name) {
                guard !outcome.findings.contains(where: { $0.table == derived.source.name }) else { continue }
                for row in try derived.differences(transaction) { find(derived.table, row.row, row.kind, nil) }
            }
        }

        /// The keys of the jobs that, as the leaves say, are still to be done.
        var expectedJobs: Set<String> {
            Set((histories[JobTables.job.name] ?? [:]).filter { $0.value.end.digest != nil }.keys)
        }

        /// Each job has one turn, which carries a code of its own.
        mutating func compareTurns(_ transaction: any Transaction, _ jobs: Set<String>) throws {
            var missing = jobs
            try transaction.forEachRow(JobTables.turn.selectAll, []) { row in
                let key = RowDigest.key(JobTables.turn, row)
                guard missing.remove(key) != nil else { return find(JobTables.turn, key, .inserted, nil) }
                if !JobTurn.isAuthentic(row, records.vault) { find(JobTables.turn, key, .edited, nil) }
            }
            for key in missing { find(JobTables.turn, key, .removed, nil) }
        }

        private mutating func find(_ table: Table, _ row: String, _ kind: AuditReport.Kind, _ index: UInt64?) {
            outcome.findings.append(
                AuditReport.Finding(store: records.name, table: table.name, row: row, kind: kind, leafIndex: index))
        }
    }
}

/// What the leaves say of one row: every change of its state, in no particular order.
struct RowHistory {
    private var changes: [(before: String?, after: String?, index: UInt64?)] = []

    mutating func append(_ state: AuditLeaf.RowState, _ index: UInt64?) {
        changes.append((state.before, state.after, index))
    }

    /// The digest after the last change, nil for a row that was removed; the place of the leaf that says so; and whether
    /// each change began where another ended.
    ///
    /// The changes form one path through the states, which begins where the row does not exist: its end is the state
    /// that was entered once more often than it was left. So the order of the leaves, which two clocks may have
    /// confused, does not matter.
    var end: (digest: String?, index: UInt64?, isWhole: Bool) {
        var balance: [String?: Int] = [.none: 1]
        for change in changes {
            balance[change.before, default: 0] -= 1
            balance[change.after, default: 0] += 1
        }
        let ends = balance.filter { $0.value == 1 }
        // With a leaf lost the path is broken; the latest change is then the best that is known.
        let isWhole = ends.count == 1 && balance.allSatisfy { $0.value == 0 || $0.value == 1 }
        let last = { (candidates: [(before: String?, after: String?, index: UInt64?)]) in
            candidates.max { ($0.index ?? .max) < ($1.index ?? .max) }
        }
        if isWhole, let end = ends.first {
            return (end.key, last(changes.filter { $0.after == end.key })?.index, true)
        }
        let latest = last(changes)
        return (latest?.after, latest?.index, false)
    }
}
