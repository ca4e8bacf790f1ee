import Vault
import Storage
import TransparencyLog

/// Brings the audit leaves of all record stores into the one tree, within a second of their commit.
///
/// A leaf is taken off the pending list only after the log store holds it; a crash between the two delivers it again,
/// which the log recognises.
public struct LogSequencer: Sendable {
    private let stores: [RecordStore]
    private let log: LogStore
    private static let batch: Int64 = 500

    public init(stores: [RecordStore], log: LogStore) {
        self.stores = stores
        self.log = log
    }

    /// Sequences everything that is pending now; returns how many leaves that were.
    @discardableResult
    public func drain() async throws -> Int {
        var total = 0
        for records in stores {
            while true {
                let count = try await drainOnce(records)
                total += count
                if count < Int(Self.batch) { break }
            }
        }
        return total
    }

    /// Drains again and again until the task is cancelled, then once more.
    public func run(every interval: Duration = .milliseconds(200), onError: @Sendable (any Error) -> Void) async {
        while !Task.isCancelled {
            do { try await drain() } catch { onError(error) }
            try? await Task.sleep(for: interval)
        }
        do { try await drain() } catch { onError(error) }
    }

    private func drainOnce(_ records: RecordStore) async throws -> Int {
        let leaves = try await records.store.read { transaction in
            try transaction.query(AuditTables.pendingLeaves, [.integer(0), .integer(Self.batch)]).compactMap {
                row -> (store: String, id: String, hash: LogHash)? in
                // What the program did not write stays pending, for the verification to report.
                let id = try row.text("leaf_id")
                guard let leaf = try transaction.query(AuditTables.leaf.selectByKey, [.text(id)]).first else { return nil }
                let content = try leaf.blob("content")
                guard records.vault.isAuthentic("audit leaf", content, code: try leaf.blob("code")) else { return nil }
                return (store: records.name, id: id, hash: MerkleTree.leafHash(of: content))
            }
        }
        guard !leaves.isEmpty else { return 0 }
        try await log.append(leaves)
        try await records.store.write { transaction in
            for leaf in leaves { try transaction.execute(AuditTables.pending.delete, [.integer(0), .text(leaf.id)]) }
        }
        return leaves.count
    }
}
