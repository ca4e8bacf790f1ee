import Storage
import TransparencyLog
import Vault

/// Recomputes the tree from the rows, and compares every row of every store with what its audit leaves say.
///
/// Found: any row edited, removed or inserted behind the program's back, in the registers' tables, the audit tables, the
/// log, the list of migrations and the key check. Where one change disturbs several tables, the changed row is named.
/// The stores may be in use meanwhile. Not found: what was written within the last moments and not yet sequenced, taken
/// out whole; all files replaced together by older copies of themselves; keep checkpoints elsewhere.
///
/// All is read once and added up (`LogTree`, `StoreScan`), which tells a sound store. Only where that does not come out
/// are rows compared one by one (`StoreCheck`, `LogCheck`), and of the registers' rows only those that do not add up.
public struct AuditVerifier: Sendable {
    public enum Scope: Sendable {
        /// Leaves, log and every row of every table.
        case everything
        /// Leaves and log: that the signed tree is that of the leaves in the stores.
        case leaves
    }

    private let stores: [RecordStore]
    private let log: LogStore

    public init(stores: [RecordStore], log: LogStore) {
        self.stores = stores
        self.log = log
    }

    public func verify(_ scope: Scope = .everything) async throws -> AuditReport {
        let start = ContinuousClock.now
        let summary = try await AuditSummary.read(stores, log, scope)
        var report = summary.report
        if !summary.isSound { try await explain(summary, scope, &report) }
        report.seconds = (ContinuousClock.now - start) / .seconds(1)
        return report
    }

    /// Finds the rows that were changed.
    private func explain(_ summary: AuditSummary, _ scope: Scope, _ report: inout AuditReport) async throws {
        if summary.isLeafSound, let tree = summary.tree {
            for records in stores {
                let check = StoreCheck(
                    records: records, log: LogContent(), tree: tree, scope: scope,
                    suspects: summary.suspects[records.name] ?? Suspects())
                report.findings += try await check.run().findings
            }
            return report.sort()
        }
        // The log first: a leaf that it holds was committed before, so each store read later has it.
        let content = try await LogContent.read(log)
        var leaves = KnownLeaves()
        report.pending = 0
        for records in stores {
            let suspects = summary.suspects[records.name] ?? Suspects()
            let outcome = try await StoreCheck(
                records: records, log: content, tree: nil, scope: scope, suspects: suspects
            ).run()
            report.findings += outcome.findings
            report.pending += outcome.pending
            // A leaf that is on neither list may have been sequenced since the log was read.
            let since = try await log.sequenced(outcome.unsequenced)
            for leaf in outcome.unsequenced where !since.contains(leaf.id) && content.places[leaf.id] == nil {
                report.findings.append(
                    AuditReport.Finding(
                        store: records.name, table: AuditTables.pending.name, row: "0/\(leaf.id)", kind: .removed,
                        leafIndex: nil))
            }
            leaves.add(outcome.leaves, of: records.name)
        }
        var check = LogCheck(log: log, content: content, leaves: leaves)
        check.run()
        report.findings += check.findings
        report.treeSize = check.frontier.size
        report.root = check.frontier.root
        report.sort()
    }
}

/// What the record stores say of their leaves, for the log to be compared with.
struct KnownLeaves: Sendable {
    struct Name: Hashable, Sendable {
        let store: String
        let id: String
    }

    /// Leaves as the program wrote them.
    private(set) var hashes: [Name: LogHash] = [:]
    private(set) var names: [LogHash: Name] = [:]
    /// Leaves that are there, but not as the program wrote them.
    private(set) var broken: Set<Name> = []
    private(set) var stores: Set<String> = []

    func name(ofLeaf id: String) -> Name? {
        stores.lazy.map { Name(store: $0, id: id) }.first { hashes[$0] != nil }
    }

    mutating func add(_ leaves: StoreCheck.Leaves, of store: String) {
        stores.insert(store)
        for (id, hash) in leaves.sound {
            hashes[Name(store: store, id: id)] = hash
            names[hash] = Name(store: store, id: id)
        }
        for id in leaves.broken { broken.insert(Name(store: store, id: id)) }
    }
}
