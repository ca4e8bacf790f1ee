import Storage
import TransparencyLog
import Vault

/// Brings the audit leaves of all record stores into the one tree, within a second of their commit.
///
/// A leaf is taken off the pending list only after the log store holds it; a crash between the two delivers it again,
/// which the log recognises.
public struct LogSequencer: Sendable {
    let stores: [RecordStore]
    private let log: LogStore
    let drained = DrainTime()
    private static let batch = 2000

    public init(stores: [RecordStore], log: LogStore) {
        self.stores = stores
        self.log = log
    }

    /// Sequences everything that is pending now; returns how many leaves that were.
    @discardableResult
    public func drain() async throws -> Int {
        var total = 0
        for records in stores {
            var last = ""
            while let next = try await batch(of: records, after: last) {
                total += next.leaves.count
                last = next.last
                if next.isLast { break }
            }
        }
        drained.mark()
        return total
    }

    /// How long ago this process last came to the end of the pending lists; nil before the first time.
    public var sinceDrained: Duration? { drained.elapsed }

    /// Drains again and again until the task is cancelled, then once more.
    public func run(every interval: Duration = .milliseconds(200), onError: @Sendable (any Error) -> Void) async {
        while !Task.isCancelled {
            do { try await drain() } catch is CancellationError { break } catch { onError(error) }
            try? await Task.sleep(for: interval)
        }
        // A task of its own: a store refuses to work for one that is cancelled.
        let end = await Task { try await drain() }.result
        if case .failure(let error) = end { onError(error) }
    }

    private struct Batch: Sendable {
        /// How far the pending list was read, and whether it ended there.
        let last: String
        let isLast: Bool
        let leaves: [(store: String, id: String, hash: LogHash)]
    }

    private func batch(of records: RecordStore, after last: String) async throws -> Batch? {
        let batch: Batch? = try await records.store.read { transaction in
            let waiting = try transaction.query(
                AuditTables.pendingLeaves, [.integer(0), .text(last), .integer(Int64(Self.batch))]
            ).map { try $0.text("leaf_id") }
            guard let end = waiting.last else { return nil }
            let rows = try transaction.query(AuditTables.leaf.selectByKey, each: waiting.map { [.text($0)] })
            let leaves = zip(waiting, rows).compactMap { id, row -> (store: String, id: String, hash: LogHash)? in
                // What the program did not write stays pending, for the verification to report.
                guard let leaf = row.first,
                    case .blob(let content) = leaf["content"], case .blob(let code) = leaf["code"],
                    records.vault.isAuthentic("audit leaf", content, code: code)
                else { return nil }
                return (store: records.name, id: id, hash: MerkleTree.leafHash(of: content))
            }
            return Batch(last: end, isLast: waiting.count < Self.batch, leaves: leaves)
        }
        guard let batch, !batch.leaves.isEmpty else { return batch }
        try await log.append(batch.leaves)
        try await records.store.write { transaction in
            for leaf in batch.leaves {
                try transaction.enqueue(AuditTables.pending.delete, [.integer(0), .text(leaf.id)])
            }
        }
        return batch
    }
}
