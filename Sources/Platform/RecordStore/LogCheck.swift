import Storage
import TransparencyLog
import Vault

/// The log against itself and against the leaves of the record stores: entries, places, nodes, signed roots.
///
/// The leaves carry keyed codes and the roots a signature, so that of two rows which disagree the changed one is known.
struct LogCheck {
    let log: LogStore
    let content: LogContent
    let leaves: KnownLeaves
    private(set) var findings: [AuditReport.Finding] = []
    private(set) var frontier = Frontier()

    private var places: [String: UInt64?] = [:]
    private var nodes: [TreePosition: LogHash?] = [:]
    /// Signed roots that verify and whose row is as it was written.
    private var roots: [UInt64: LogHash] = [:]
    /// A leaf's hash could not be recovered: what is computed from here on proves nothing.
    private var isLost = false

    init(log: LogStore, content: LogContent, leaves: KnownLeaves) {
        self.log = log
        self.content = content
        self.leaves = leaves
    }

    mutating func run() {
        findings = content.findings
        places = content.places
        nodes = content.nodes
        readRoots()
        let size = treeSize()
        for index in content.entries.keys.sorted() where index >= size {
            find(LogStore.entry, String(index), .inserted, nil)
        }
        let leafByIndex = Dictionary(
            content.places.compactMap { leaf, index in index.map { ($0, leaf) } },
            uniquingKeysWith: { first, _ in first })
        for index in 0..<size { append(index, placed: leafByIndex[index]) }
        for id in places.keys.sorted() { find(LogStore.place, id, .inserted, nil) }
        if !isLost {
            for position in nodes.keys.sorted() {
                find(LogStore.node, "\(position.level)/\(position.index)", .inserted, nil)
            }
        }
        checkRoots()
    }

    private mutating func find(_ table: Table, _ row: String, _ kind: AuditReport.Kind, _ index: UInt64?) {
        findings.append(
            AuditReport.Finding(store: "log", table: table.name, row: "main/\(row)", kind: kind, leafIndex: index))
    }

    // MARK: Entries

    /// How many leaves the tree has: what was signed last, and any leaf after it that the stores and places know.
    private func treeSize() -> UInt64 {
        var size = roots.keys.max() ?? 0
        while let entry = content.entries[size], let hash = entry.hash, leaves.names[hash]?.id == entry.leaf,
            let leaf = entry.leaf, content.places[leaf] == .some(.some(size))
        { size += 1 }
        return size
    }

    private mutating func append(_ index: UInt64, placed: String?) {
        let (hash, leaf) = entry(index, placed: placed)
        if let leaf, let place = places.removeValue(forKey: leaf) {
            if place != index { find(LogStore.place, leaf, .edited, index) }
        } else if let leaf {
            find(LogStore.place, leaf, .removed, index)
        }
        if hash == nil { isLost = true }
        for node in frontier.append(leafHash: hash ?? MerkleTree.emptyRoot) where node.position.level > 0 {
            let stored = nodes.removeValue(forKey: node.position)
            if !isLost, stored != .some(.some(node.hash)) {
                let name = "\(node.position.level)/\(node.position.index)"
                find(LogStore.node, name, stored == nil ? .removed : .edited, index)
            }
        }
        if !isLost, let root = roots[frontier.size], root != frontier.root {
            // Entry and leaf were changed alike, which the signed root still tells.
            find(LogStore.entry, String(index), .edited, index)
            isLost = true
        }
    }

    /// The leaf at an index and its hash, from whichever rows still tell them.
    private mutating func entry(_ index: UInt64, placed: String?) -> (hash: LogHash?, leaf: String?) {
        let byPlace = placed.flatMap { leaves.name(ofLeaf: $0) }
        guard let entry = content.entries[index] else {
            find(LogStore.entry, String(index), .removed, index)
            return (byPlace.flatMap { leaves.hashes[$0] }, placed)
        }
        let named = KnownLeaves.Name(store: entry.store ?? "", id: entry.leaf ?? "")
        let byHash = entry.hash.flatMap { leaves.names[$0] }
        if let hash = entry.hash, byHash == named { return (hash, named.id) }
        let candidates = [byHash, leaves.hashes[named] == nil ? nil : named, byPlace].compactMap { $0 }
        if let truth = candidates.first(where: { $0.id == placed }) ?? candidates.first {
            find(LogStore.entry, String(index), .edited, index)
            return (leaves.hashes[truth], truth.id)
        }
        if !leaves.stores.contains(named.store) {
            find(LogStore.entry, String(index), .edited, index)
        } else if !leaves.broken.contains(named) {
            findings.append(
                AuditReport.Finding(
                    store: named.store, table: AuditTables.leaf.name, row: named.id, kind: .removed, leafIndex: index))
        }
        return (entry.hash, entry.leaf)
    }

    // MARK: Signed roots

    private mutating func readRoots() {
        for (size, row) in content.roots where isSound(size, row) {
            guard let note = row.note,
                let checkpoint = try? Checkpoint(note: note, origin: log.origin, verifiers: [log.verifier]),
                checkpoint.size == size
            else { continue }
            roots[size] = checkpoint.root
        }
    }

    private func isSound(_ size: UInt64, _ row: LogContent.SignedRoot) -> Bool {
        guard let previous = row.previous else { return false }
        return log.vault.isAuthentic("checkpoint", LogStore.link(size: size, previous: previous), code: row.code)
    }

    private mutating func checkRoots() {
        // Each sound row names the one before it; the last one covers the whole tree.
        var expected = Set(roots.keys.compactMap { content.roots[$0]?.previous }.filter { $0 > 0 })
        if frontier.size > 0 { expected.insert(frontier.size) }
        for size in content.roots.keys.sorted() where roots[size] == nil {
            let isExpected = expected.contains(size)
            find(LogStore.checkpoint, String(size), isExpected ? .edited : .inserted, isExpected ? size - 1 : nil)
        }
        for size in expected.sorted() where content.roots[size] == nil {
            find(LogStore.checkpoint, String(size), .removed, size - 1)
        }
    }
}
