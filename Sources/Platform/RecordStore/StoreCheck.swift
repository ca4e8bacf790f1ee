import Storage
import TransparencyLog
import Vault

/// One record store against the log and against its own leaves.
struct StoreCheck {
    let records: RecordStore
    /// The log's entries for this store, by leaf.
    let entries: [String: LogCheck.Entry]

    struct Outcome: Sendable {
        var findings: [AuditReport.Finding] = []
        var pending = 0
        var rowsChecked = 0
    }

    /// What the leaves say of one row: every state it was in, and the place of the leaf that says so.
    private struct RowHistory {
        var states: [(before: String?, after: String?, index: UInt64?)] = []

        /// The state after the last act. Leaves come in the order of their identifiers; where two processes wrote within
        /// the same millisecond that order may be wrong, and the digests tell which state no other act started from.
        var last: (digest: String?, index: UInt64?) {
            let isChain = zip(states, states.dropFirst()).allSatisfy { $0.after == $1.before }
            if isChain, let end = states.last { return (end.after, end.index) }
            let starts = states.compactMap(\.before)
            let end = states.last { $0.after.map { !starts.contains($0) } ?? false } ?? states.last
            return (end?.after, end?.index)
        }
    }

    func run() async throws -> Outcome {
        let (records, entries) = (records, entries)
        return try await records.store.read { transaction in
            var outcome = Outcome()
            var check = Walk(records: records, entries: entries)
            try check.readLeaves(transaction, &outcome)
            try check.compareRows(transaction, &outcome)
            return outcome
        }
    }

    private struct Walk {
        let records: RecordStore
        let entries: [String: LogCheck.Entry]
        var histories: [String: [String: RowHistory]] = [:]
        var subjects: [String: Set<String>] = [:]
        var waiting: Set<String> = []

        mutating func readLeaves(_ transaction: any Transaction, _ outcome: inout Outcome) throws {
            var unseen = entries
            var unsequenced: Set<String> = []
            try transaction.forEachRow(AuditTables.leaf.selectAll, []) { row in
                outcome.rowsChecked += 1
                let id = try row.text("leaf_id")
                let content = try row.blob("content")
                let entry = unseen.removeValue(forKey: id)
                guard records.vault.isAuthentic("audit leaf", content, code: try row.blob("code")),
                    let leaf = try? AuditLeaf(decoding: content), leaf.id == id,
                    entry == nil || entry?.hash == MerkleTree.leafHash(of: content)
                else {
                    outcome.findings.append(
                        finding(AuditTables.leaf, id, entry == nil ? .inserted : .edited, entry?.index))
                    return
                }
                if entry == nil { unsequenced.insert(id) }
                subjects[id] = Set(leaf.subjects.map(\.id))
                for state in leaf.rows {
                    histories[state.table, default: [:]][state.key, default: RowHistory()].states.append(
                        (state.before, state.after, entry?.index))
                }
            }
            for (id, entry) in unseen {
                outcome.findings.append(finding(AuditTables.leaf, id, .removed, entry.index))
            }
            try transaction.forEachRow(AuditTables.pending.selectAll, []) { row in
                outcome.rowsChecked += 1
                let id = try row.text("leaf_id")
                waiting.insert(id)
                if subjects[id] == nil { outcome.findings.append(finding(AuditTables.pending, "0/\(id)", .inserted, nil)) }
            }
            outcome.pending = unsequenced.intersection(waiting).count
            for id in unsequenced.subtracting(waiting).sorted() {
                outcome.findings.append(finding(AuditTables.pending, "0/\(id)", .removed, nil))
            }
            try transaction.forEachRow(AuditTables.subject.selectAll, []) { row in
                outcome.rowsChecked += 1
                let (subject, id) = (try row.text("subject_id"), try row.text("leaf_id"))
                if subjects[id]?.remove(subject) == nil {
                    outcome.findings.append(
                        finding(AuditTables.subject, "\(subject)/\(id)", .inserted, entries[id]?.index))
                }
            }
            for (id, missing) in subjects {
                outcome.findings += missing.map {
                    finding(AuditTables.subject, "\($0)/\(id)", .removed, entries[id]?.index)
                }
            }
        }

        mutating func compareRows(_ transaction: any Transaction, _ outcome: inout Outcome) throws {
            let covered: Set<Table> = [AuditTables.leaf, AuditTables.subject, AuditTables.pending, KeyCheck.table]
            for table in records.tables where !covered.contains(table) {
                var expected = histories.removeValue(forKey: table.name) ?? [:]
                try transaction.forEachRow(table.selectAll, []) { row in
                    outcome.rowsChecked += 1
                    let key = RowDigest.key(table, row)
                    guard let last = expected.removeValue(forKey: key)?.last, let digest = last.digest else {
                        outcome.findings.append(finding(table, key, .inserted, nil))
                        return
                    }
                    if RowDigest.digest(table, row) != digest {
                        outcome.findings.append(finding(table, key, .edited, last.index))
                    }
                }
                for (key, history) in expected where history.last.digest != nil {
                    outcome.findings.append(finding(table, key, .removed, history.last.index))
                }
            }
        }

        private func finding(
            _ table: Table, _ row: String, _ kind: AuditReport.Kind, _ index: UInt64?
        ) -> AuditReport.Finding {
            AuditReport.Finding(store: records.name, table: table.name, row: row, kind: kind, leafIndex: index)
        }
    }
}
