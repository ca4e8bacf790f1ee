import CDigests
import Foundation
import Storage
import TransparencyLog
import Vault

/// The log store's rows in the least memory, and whether they are one sound tree.
///
/// For each leaf the hash, 16 bytes of its identifier and a byte for its store; for each node its hash. What does not
/// fit is not looked into here: `isSuspicious` then says that the rows must be compared one by one.
final class LogTree: @unchecked Sendable {
    // Written by several threads at places of their own, read after `CrewParts.finish`.
    let size: Int
    private let hashes: UnsafeMutableRawPointer
    private let ids: UnsafeMutablePointer<LeafID>
    /// Which record store a leaf lies in; `absent` where there is no entry.
    private let stores: UnsafeMutablePointer<UInt8>
    private let placed: UnsafeMutablePointer<Bool>
    /// By level from 1, the nodes from left to right.
    private let levels: [(nodes: UnsafeMutableRawPointer, count: Int)]
    private let storeNames: [[UInt8]]
    private let logID = Array("main".utf8)
    private(set) var isSuspicious = false
    private(set) var rowsChecked = 0

    private static let absent = UInt8.max
    private static let way = cd_best_way()

    private init(size: Int, storeNames: [String]) {
        self.size = size
        self.storeNames = storeNames.map { Array($0.utf8) }
        hashes = .allocate(byteCount: max(1, 32 * size), alignment: 16)
        memset(hashes, 0, 32 * size)
        ids = .allocate(capacity: size)
        ids.initialize(repeating: LeafID(high: 0, low: 0), count: size)
        stores = .allocate(capacity: size)
        stores.initialize(repeating: Self.absent, count: size)
        placed = .allocate(capacity: size)
        placed.initialize(repeating: false, count: size)
        levels = (1..<64).map { size >> $0 }.filter { $0 > 0 }.map { count in
            let nodes = UnsafeMutableRawPointer.allocate(byteCount: 32 * count, alignment: 16)
            memset(nodes, 0, 32 * count)
            return (nodes, count)
        }
    }

    deinit {
        hashes.deallocate()
        ids.deallocate()
        stores.deallocate()
        placed.deallocate()
        for level in levels { level.nodes.deallocate() }
    }

    /// Whether the leaf at an index is this one, of this store.
    func isLeaf(_ index: Int, _ hash: LogHash, _ id: LeafID, store: UInt8) -> Bool {
        index < size && hashes.loadUnaligned(fromByteOffset: 32 * index, as: UInt64.self) == hash.first.bigEndian
            && self.hash(0, index) == hash && ids[index] == id && stores[index] == store
    }

    func hash(_ level: Int, _ index: Int) -> LogHash {
        let nodes = level == 0 ? hashes : levels[level - 1].nodes
        return LogHash(at: UnsafeRawPointer(nodes) + 32 * index)
    }

    var root: LogHash { root(of: size) }

    private func root(of size: Int) -> LogHash {
        Frontier(size: UInt64(size)) { hash($0.level, Int($0.index)) }.root
    }

    // MARK: Reading

    /// What the threads find.
    private final class Part {
        var rows = 0
        var isSuspicious = false
        var roots: [(size: Int, previous: Int, root: LogHash)] = []
    }

    /// - Parameter opened: called once the moment is fixed as of which the log is read.
    static func read(
        _ log: LogStore, storeNames: [String], _ crew: Crew, opened: @escaping @Sendable () -> Void
    ) async throws -> LogTree {
        let keyCheck = KeyCheck.row(vault: log.vault, storeName: "log")
        return try await log.store.read { transaction in
            let newest = try transaction.query(LogStore.latestCheckpoint, [LogStore.logID]).first
            opened()
            var size = 0
            var isSigned = true
            if let newest {
                let checkpoint = try? Checkpoint(
                    note: newest.text("note"), origin: log.origin, verifiers: [log.verifier])
                size = checkpoint.flatMap { Int(exactly: $0.size) } ?? 0
                // Entries without a root that can be believed: nothing tells how many there should be.
                isSigned = size > 0 && size < 1 << 32
            }
            let tree = LogTree(size: isSigned ? size : 0, storeNames: storeNames)
            tree.isSuspicious = !isSigned
            try tree.read(transaction, log, crew)
            let fixed = FixedRows(store: "log", migrations: LogStore.migrations, keyCheck: keyCheck)
            if try !fixed.check(transaction, &tree.rowsChecked).isEmpty { tree.isSuspicious = true }
            return tree
        }
    }

    private func read(_ transaction: any Transaction, _ log: LogStore, _ crew: Crew) throws {
        let entries = CrewParts(crew) { Part() }
        try transaction.scan(LogStore.entry, prefix: []) { batch in
            entries.add { self.takeEntries(batch, $0) }
        }
        // Places are compared with entries, which must be there.
        finish(entries, rows: size)
        let places = CrewParts(crew) { Part() }
        try transaction.scan(LogStore.place, prefix: []) { batch in places.add { self.takePlaces(batch, $0) } }
        let nodes = CrewParts(crew) { Part() }
        try transaction.scan(LogStore.node, prefix: []) { batch in nodes.add { self.takeNodes(batch, $0) } }
        let signed = CrewParts(crew) { Part() }
        try transaction.scan(LogStore.checkpoint, prefix: []) { batch in
            signed.add { self.takeCheckpoints(batch, log, $0) }
        }
        finish(places, rows: size)
        finish(nodes, rows: levels.reduce(0) { $0 + $1.count })
        let roots = finish(signed, rows: nil).flatMap(\.roots).sorted { $0.size < $1.size }
        let compared = CrewParts(crew) { Part() }
        for level in 1..<max(1, levels.count + 1) where level <= levels.count { compare(level, compared) }
        finish(compared, rows: nil)
        isSuspicious = isSuspicious || !(0..<size).allSatisfy { stores[$0] != Self.absent && placed[$0] }
        var previous = 0
        for signed in roots where !isSuspicious {
            isSuspicious = signed.previous != previous || signed.size > size || root(of: signed.size) != signed.root
            previous = signed.size
        }
        isSuspicious = isSuspicious || previous != size
    }

    /// - Parameter rows: how many there must be; nil where another check tells.
    @discardableResult
    private func finish(_ parts: CrewParts<Part>, rows: Int?) -> [Part] {
        let parts = parts.finish()
        let count = parts.reduce(0) { $0 + $1.rows }
        rowsChecked += count
        isSuspicious = isSuspicious || parts.contains(where: \.isSuspicious) || (rows ?? count) != count
        return parts
    }

    private func takeEntries(_ batch: RowBatch, _ part: Part) {
        part.rows += batch.count
        batch.forEachRow { row in
            var columns = BatchColumns(row, after: 0)
            guard isOfLog(&columns), let index = columns.nextWhole(), index < size,
                let hash = columns.next(BatchColumns.Kind.blob, count: 32), let address = hash.baseAddress,
                let name = columns.next(BatchColumns.Kind.text), let id = columns.next(BatchColumns.Kind.text),
                let leaf = LeafID(id), let store = storeNames.firstIndex(where: { name.elementsEqual($0) })
            else { return part.isSuspicious = true }
            (hashes + 32 * index).copyMemory(from: address, byteCount: 32)
            ids[index] = leaf
            stores[index] = UInt8(truncatingIfNeeded: store)
        }
    }

    private func takePlaces(_ batch: RowBatch, _ part: Part) {
        part.rows += batch.count
        batch.forEachRow { row in
            var columns = BatchColumns(row, after: 0)
            guard isOfLog(&columns), let id = columns.next(BatchColumns.Kind.text), let leaf = LeafID(id),
                let index = columns.nextWhole(), index < size, ids[index] == leaf
            else { return part.isSuspicious = true }
            placed[index] = true
        }
    }

    private func takeNodes(_ batch: RowBatch, _ part: Part) {
        part.rows += batch.count
        batch.forEachRow { row in
            var columns = BatchColumns(row, after: 0)
            guard isOfLog(&columns), let level = columns.nextWhole(), level > 0, level <= levels.count,
                let index = columns.nextWhole(), index < levels[level - 1].count,
                let hash = columns.next(BatchColumns.Kind.blob, count: 32), let address = hash.baseAddress
            else { return part.isSuspicious = true }
            (levels[level - 1].nodes + 32 * index).copyMemory(from: address, byteCount: 32)
        }
    }

    private func takeCheckpoints(_ batch: RowBatch, _ log: LogStore, _ part: Part) {
        part.rows += batch.count
        batch.forEachRow { row in
            var columns = BatchColumns(row, after: 0)
            guard isOfLog(&columns), let size = columns.nextWhole(), let previous = columns.nextWhole(),
                let note = columns.next(BatchColumns.Kind.text), let code = columns.next(BatchColumns.Kind.blob),
                log.vault.isAuthentic(
                    "checkpoint", LogStore.link(size: UInt64(size), previous: UInt64(previous)), code: [UInt8](code)),
                let checkpoint = try? Checkpoint(
                    note: String(decoding: note, as: UTF8.self), origin: log.origin, verifiers: [log.verifier]),
                checkpoint.size == UInt64(size)
            else { return part.isSuspicious = true }
            part.roots.append((size, previous, checkpoint.root))
        }
    }

    @inline(__always)
    private func isOfLog(_ columns: inout BatchColumns) -> Bool {
        guard let name = columns.next(BatchColumns.Kind.text, count: 4) else { return false }
        return name.loadUnaligned(as: UInt32.self) == logID.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    }

    /// Computes the nodes of a level from those below, piece by piece.
    private func compare(_ level: Int, _ parts: CrewParts<Part>) {
        let piece = 2048
        let (nodes, count) = levels[level - 1]
        let below = LentBytes(level == 1 ? hashes : levels[level - 2].nodes)
        let stored = LentBytes(nodes)
        for start in stride(from: 0, to: count, by: piece) {
            let length = min(piece, count - start)
            parts.add { part in
                withUnsafeTemporaryAllocation(byteCount: 32 * length, alignment: 16) { computed in
                    guard let address = computed.baseAddress else { return }
                    cd_nodes(
                        (below.start + 64 * start).assumingMemoryBound(to: UInt8.self), length, Self.way,
                        address.assumingMemoryBound(to: UInt8.self))
                    if memcmp(address, stored.start + 32 * start, 32 * length) != 0 { part.isSuspicious = true }
                }
            }
        }
    }
}

/// Memory that another object owns, while that one is kept.
private struct LentBytes: @unchecked Sendable {
    let start: UnsafeRawPointer
    init(_ start: UnsafeMutableRawPointer) { self.start = UnsafeRawPointer(start) }
}
