import CDigests
import Crypto
import Foundation
import Storage
import TransparencyLog
import Vault

/// One record store read once, in no order: its leaves, and whether what they say adds up to the rows that are there.
///
/// Memory: 48 bytes a leaf, whatever the number of rows.
struct StoreScan: Sendable {
    /// A leaf as the program wrote it.
    struct Leaf: Sendable {
        let hash: LogHash
        let id: LeafID
    }

    /// In parts, each in the order in which it was read.
    private(set) var leaves: [[Leaf]] = []
    private(set) var pending: Set<LeafID> = []
    private(set) var rowsChecked = 0
    /// A leaf, the list of pending leaves or a row that never changes is not as the program wrote it.
    private(set) var isSuspicious = false
    private(set) var suspects = Suspects()

    var leafCount: Int { leaves.reduce(0) { $0 + $1.count } }

    /// - Parameter scope: with `leaves` the registers' rows are not read.
    static func read(_ records: RecordStore, _ crew: Crew, scope: AuditVerifier.Scope) async throws -> StoreScan {
        try await records.store.read { transaction in
            var scan = StoreScan()
            try scan.readPending(transaction)
            let work = StoreWork(records)
            let parts = CrewParts(crew) { StorePart(work) }
            try transaction.scan(AuditTables.leaf, prefix: []) { batch in
                parts.add { scope == .everything ? work.takeLeaves(batch, $0) : work.takeLeafHashes(batch, $0) }
            }
            if scope == .everything {
                try transaction.scan(AuditTables.subject, prefix: []) { batch in
                    parts.add { work.takeSubjects(batch, $0) }
                }
                for (index, table) in work.names.tables.enumerated() {
                    let layout = RowLayout(table)
                    try transaction.scan(table, prefix: layout.prefix) { batch in
                        parts.add { work.takeRows(batch, index, layout, $0) }
                    }
                }
                for (index, derived) in work.derived.enumerated() {
                    try transaction.scan(derived.source, prefix: []) { batch in
                        parts.add { work.takeSources(batch, index, $0) }
                    }
                    try transaction.scan(derived.table, prefix: []) { batch in
                        parts.add { work.takeDerived(batch, index, $0) }
                    }
                }
            }
            try scan.readTurns(transaction, records, scope)
            let fixed = FixedRows(
                store: records.name, migrations: records.migrations,
                keyCheck: KeyCheck.row(vault: records.vault, storeName: records.name))
            if try !fixed.check(transaction, &scan.rowsChecked).isEmpty { scan.isSuspicious = true }
            scan.take(parts.finish(), work)
            return scan
        }
    }

    private mutating func readPending(_ transaction: any Transaction) throws {
        try transaction.forEachRow(AuditTables.pending.selectAll, []) { row in
            rowsChecked += 1
            guard row["bucket"] == .integer(0), case .text(let text) = row["leaf_id"], let id = LeafID(text) else {
                isSuspicious = true
                return
            }
            pending.insert(id)
        }
    }

    /// Each job that is there has one turn; whether the jobs are there that should be, the sums tell.
    private mutating func readTurns(
        _ transaction: any Transaction, _ records: RecordStore, _ scope: AuditVerifier.Scope
    ) throws {
        guard scope == .everything else { return }
        var jobs: Set<String> = []
        try transaction.forEachRow(JobTables.job.selectAll, []) { jobs.insert(RowDigest.key(JobTables.job, $0)) }
        try transaction.forEachRow(JobTables.turn.selectAll, []) { row in
            rowsChecked += 1
            if jobs.remove(RowDigest.key(JobTables.turn, row)) == nil || !JobTurn.isAuthentic(row, records.vault) {
                suspects.jobs = true
            }
        }
        suspects.jobs = suspects.jobs || !jobs.isEmpty
    }

    private mutating func take(_ parts: [StorePart], _ work: StoreWork) {
        leaves = parts.map(\.leaves)
        rowsChecked += parts.reduce(0) { $0 + $1.rows }
        isSuspicious = isSuspicious || parts.contains(where: \.isSuspicious)
        guard let sums = parts.first?.sums else { return }
        for part in parts.dropFirst() { sums.add(part.sums) }
        for (index, table) in work.names.tables.enumerated() {
            suspects.tables[table.name] = sums.differing(table: index)
        }
        suspects.subjects = sums.differing(table: work.subjectTable)
        for (index, derived) in work.derived.enumerated()
        where sums.differing(table: work.subjectTable + 1 + index) != nil
            || parts.contains(where: { $0.malformed.contains(index) })
        {
            suspects.derived.insert(derived.table.name)
        }
        suspects.jobs = suspects.jobs || suspects.tables[JobTables.job.name] != nil
        // Whose turn it is can be said only of a whole list of jobs.
        if suspects.jobs { suspects.tables[JobTables.job.name] = [Bool](repeating: true, count: RowSums.buckets) }
    }
}

/// What one thread found in one record store.
final class StorePart {
    let sums: RowSums
    fileprivate(set) var leaves: [StoreScan.Leaf] = []
    fileprivate(set) var rows = 0
    fileprivate(set) var isSuspicious = false
    /// Derived tables with a row that is no list.
    fileprivate(set) var malformed: Set<Int> = []
    fileprivate let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 16)

    init(_ work: StoreWork) { sums = RowSums(tables: work.subjectTable + 1 + work.derived.count, key: work.key) }

    deinit { scratch.deallocate() }
}

/// Where a table's key stands in its rows.
struct RowLayout: Sendable {
    /// What the digest of a row begins with.
    let prefix: [UInt8]
    let columnCount: Int
    private let names: [String]
    /// The columns of the key, in its order.
    let key: [Int]
    /// For the columns at the end that came later, the last first: what rows hold that were written before, as it stands
    /// in a batch. It is no part of a digest (decision 21).
    private let earlier: [[UInt8]]

    init(_ table: Table) {
        prefix = RowDigest.prefix(table)
        columnCount = table.columns.count
        names = table.columns.map(\.name)
        key = table.primaryKey.compactMap { name in table.columns.firstIndex { $0.name == name } }
        earlier = table.columns.reversed().prefix { $0.addedBy != nil }.map { RowDigest.bytes($0.earlier) }
    }

    func place(_ column: String) -> Int { names.firstIndex(of: column) ?? 0 }

    /// What of a row belongs into its digest.
    @inline(__always)
    func counted(_ row: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        earlier.isEmpty ? row : withoutEarlier(row)
    }

    private func withoutEarlier(_ row: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var columns = BatchColumns(row, after: prefix.count)
        var starts: [Int] = []
        for _ in 0..<columnCount {
            starts.append(columns.place)
            _ = columns.next()
        }
        var end = row.count
        for (value, start) in zip(earlier, starts.reversed()) where row[start..<end].elementsEqual(value) {
            end = start
        }
        return UnsafeRawBufferPointer(rebasing: row[..<end])
    }
}

/// What threads do with the batches of one record store.
final class StoreWork: Sendable {
    let names: TableNames
    let subjectTable: Int
    let derived: [DerivedRows]
    let key: (UInt64, UInt64)
    private let storeName: [UInt8]
    private let leafKey: cd_hmac_key
    private static let way = cd_best_way()

    init(_ records: RecordStore) {
        names = TableNames(records.comparedTables)
        subjectTable = names.tables.count
        derived = records.derived
        var random = SystemRandomNumberGenerator()
        key = (random.next(), random.next())
        storeName = Array(records.name.utf8)
        leafKey = records.vault.authenticationKey("audit leaf").withUnsafeBytes { bytes in
            var key = cd_hmac_key()
            cd_hmac_prepare(&key, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
            return key
        }
    }

    // MARK: Leaves

    func takeLeaves(_ batch: RowBatch, _ part: StorePart) {
        part.rows += batch.count
        guard let scratch = part.scratch.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        batch.forEachRow { row in
            var columns = BatchColumns(row, after: 0)
            guard let text = columns.next(BatchColumns.Kind.text), let id = LeafID(text),
                let content = columns.next(BatchColumns.Kind.blob),
                let code = columns.next(BatchColumns.Kind.blob, count: 32),
                let codeStart = code.baseAddress
            else { return part.isSuspicious = true }
            withUnsafePointer(to: leafKey) { key in
                cd_hmac_and_leaf(
                    key, content.baseAddress?.assumingMemoryBound(to: UInt8.self), content.count, Self.way, scratch,
                    scratch + 32)
            }
            guard memcmp(scratch, codeStart, 32) == 0 else { return part.isSuspicious = true }
            let hash = LogHash(at: scratch + 32)
            guard read(content, text, part) else { return part.isSuspicious = true }
            part.leaves.append(StoreScan.Leaf(hash: hash, id: id))
        }
    }

    /// Hashes alone, two leaves at a time: a hash that stands in the signed tree is proof enough of the content.
    func takeLeafHashes(_ batch: RowBatch, _ part: StorePart) {
        part.rows += batch.count
        guard let scratch = part.scratch.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        scratch[64] = 0
        func message(_ content: UnsafeRawBufferPointer) -> cd_message {
            cd_message(
                prefix: scratch + 64, prefix_count: 1, data: content.baseAddress?.assumingMemoryBound(to: UInt8.self),
                count: content.count)
        }
        var first: (id: LeafID, content: UnsafeRawBufferPointer)?
        batch.forEachRow { row in
            var columns = BatchColumns(row, after: 0)
            guard let text = columns.next(BatchColumns.Kind.text), let id = LeafID(text),
                let content = columns.next(BatchColumns.Kind.blob), isNamed(content, text)
            else { return part.isSuspicious = true }
            guard let one = first else {
                first = (id, content)
                return
            }
            cd_sha256_two(message(one.content), message(content), Self.way, scratch, scratch + 32)
            part.leaves.append(StoreScan.Leaf(hash: LogHash(at: scratch), id: one.id))
            part.leaves.append(StoreScan.Leaf(hash: LogHash(at: scratch + 32), id: id))
            first = nil
        }
        if let first {
            cd_sha256(message(first.content), Self.way, scratch)
            part.leaves.append(StoreScan.Leaf(hash: LogHash(at: scratch), id: first.id))
        }
    }

    /// Whether the leaf is of this identifier.
    private func isNamed(_ content: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer) -> Bool {
        var leaf = LeafBytes(content)
        if let named = leaf?.readHead() { return BatchColumns.areEqual(named, id) }
        return decoded(content, id) != nil
    }

    private func decoded(_ content: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer) -> AuditLeaf? {
        guard let leaf = try? AuditLeaf(decoding: [UInt8](content)), Array(leaf.id.utf8) == [UInt8](id),
            Array(leaf.store.utf8) == storeName
        else { return nil }
        return leaf
    }

    /// Adds up what the leaf says; false where it is not a leaf of this store and identifier.
    private func read(_ content: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer, _ part: StorePart) -> Bool {
        guard var leaf = LeafBytes(content), let scratch = part.scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return false }
        // In two goes: nothing of a leaf that cannot be read to its end may count.
        var check = leaf
        guard let head = check.read(digests: scratch + 64, row: { _ in }, subject: { _ in }) else {
            return readDecoded(content, id, part)
        }
        guard BatchColumns.areEqual(head.id, id), head.store.elementsEqual(storeName) else { return false }
        _ = leaf.read(
            digests: scratch + 64,
            row: { row in
                guard let table = names.index(row.table) else { return }
                if let after = row.after { part.sums.add(.plus, table: table, key: row.key, after, 32) }
                if let before = row.before { part.sums.add(.minus, table: table, key: row.key, before, 32) }
            },
            subject: { subject in
                part.sums.add(
                    .plus, table: subjectTable, key: id, subject.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    subject.count)
            })
        return true
    }

    /// The same for a leaf with escapes in its texts.
    private func readDecoded(_ content: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer, _ part: StorePart) -> Bool
    {
        guard let leaf = decoded(content, id) else { return false }
        func add(_ sign: RowSums.Sign, _ table: Int, _ key: UnsafeRawBufferPointer, _ digest: String?) {
            guard let digest else { return }
            // A digest that is none matches no row, so that the sums will differ.
            let bytes = Hexadecimal.decode(digest) ?? []
            part.sums.add(sign, table: table, key: key, bytes, bytes.count)
        }
        for row in leaf.rows {
            guard let table = Array(row.table.utf8).withUnsafeBytes({ names.index($0) }) else { continue }
            Array(row.key.utf8).withUnsafeBytes { key in
                add(.plus, table, key, row.after)
                add(.minus, table, key, row.before)
            }
        }
        for subject in Set(leaf.subjects.map(\.id)) {
            let bytes = Array(subject.utf8)
            part.sums.add(.plus, table: subjectTable, key: id, bytes, bytes.count)
        }
        return true
    }

    // MARK: Rows

    func takeSubjects(_ batch: RowBatch, _ part: StorePart) {
        part.rows += batch.count
        batch.forEachRow { row in
            var columns = BatchColumns(row, after: 0)
            guard let subject = columns.next(BatchColumns.Kind.text), let id = columns.next(BatchColumns.Kind.text)
            else {
                return part.isSuspicious = true
            }
            part.sums.add(
                .minus, table: subjectTable, key: id, subject.baseAddress?.assumingMemoryBound(to: UInt8.self),
                subject.count)
        }
    }

    /// What a source says of derived rows.
    func takeSources(_ batch: RowBatch, _ index: Int, _ part: StorePart) {
        let derived = derived[index]
        let layout = RowLayout(derived.source)
        let place = (member: layout.place(derived.member), keys: layout.place(derived.keys))
        batch.forEachRow { row in
            guard let member = Self.column(row, place.member, BatchColumns.Kind.text).flatMap({ LeafID($0) })?.bytes,
                let keys = Self.column(row, place.keys, BatchColumns.Kind.blob)
            else { return }
            for start in stride(from: 0, to: keys.count - keys.count % derived.keyBytes, by: derived.keyBytes) {
                let key = UnsafeRawBufferPointer(rebasing: keys[start..<start + derived.keyBytes])
                part.sums.add(.plus, table: subjectTable + 1 + index, key: key, member, member.count)
            }
        }
    }

    /// What is there of them.
    func takeDerived(_ batch: RowBatch, _ index: Int, _ part: StorePart) {
        part.rows += batch.count
        let derived = derived[index]
        let layout = RowLayout(derived.table)
        let place = (key: layout.place(derived.key), members: layout.place(derived.members))
        batch.forEachRow { row in
            guard let key = Self.column(row, place.key, BatchColumns.Kind.blob),
                let members = Self.column(row, place.members, BatchColumns.Kind.blob), !members.isEmpty,
                members.count.isMultiple(of: DerivedRows.memberBytes)
            else {
                part.malformed.insert(index)
                return
            }
            for start in stride(from: 0, to: members.count, by: DerivedRows.memberBytes) {
                part.sums.add(
                    .minus, table: subjectTable + 1 + index, key: key,
                    members.baseAddress?.advanced(by: start).assumingMemoryBound(to: UInt8.self),
                    DerivedRows.memberBytes)
            }
        }
    }

    private static func column(_ row: UnsafeRawBufferPointer, _ place: Int, _ kind: UInt8) -> UnsafeRawBufferPointer? {
        var columns = BatchColumns(row, after: 0)
        for _ in 0..<place { _ = columns.next() }
        return columns.next(kind)
    }

    /// Two rows at a time, which the processor hashes in little more time than one.
    func takeRows(_ batch: RowBatch, _ table: Int, _ layout: RowLayout, _ part: StorePart) {
        part.rows += batch.count
        guard let scratch = part.scratch.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        var first: UnsafeRawBufferPointer?
        batch.forEachRow { row in
            guard let one = first else {
                first = row
                return
            }
            cd_sha256_two(
                Self.message(layout.counted(one)), Self.message(layout.counted(row)), Self.way, scratch, scratch + 32)
            subtract(one, scratch, table, layout, part)
            subtract(row, scratch + 32, table, layout, part)
            first = nil
        }
        if let first {
            cd_sha256(Self.message(layout.counted(first)), Self.way, scratch)
            subtract(first, scratch, table, layout, part)
        }
    }

    @inline(__always)
    private static func message(_ row: UnsafeRawBufferPointer) -> cd_message {
        cd_message(
            prefix: nil, prefix_count: 0, data: row.baseAddress?.assumingMemoryBound(to: UInt8.self), count: row.count)
    }

    @inline(__always)
    private func subtract(
        _ row: UnsafeRawBufferPointer, _ digest: UnsafePointer<UInt8>, _ table: Int, _ layout: RowLayout,
        _ part: StorePart
    ) {
        if layout.key == [0] {
            var columns = BatchColumns(row, after: layout.prefix.count)
            let (kind, bytes) = columns.next()
            if kind == BatchColumns.Kind.text || kind == BatchColumns.Kind.integer {
                return part.sums.add(.minus, table: table, key: bytes, digest, 32)
            }
            if kind == BatchColumns.Kind.blob, bytes.count == 32 || bytes.count == 20 {
                let text = UnsafeMutableRawBufferPointer(rebasing: part.scratch[128..<128 + 2 * bytes.count])
                Self.write(bytes, to: text)
                return part.sums.add(.minus, table: table, key: UnsafeRawBufferPointer(text), digest, 32)
            }
        }
        let key = Self.key(row, layout)
        key.withUnsafeBytes { part.sums.add(.minus, table: table, key: $0, digest, 32) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to text: UnsafeMutableRawBufferPointer) {
        for (index, byte) in bytes.enumerated() {
            text[2 * index] = digit(byte >> 4)
            text[2 * index + 1] = digit(byte & 15)
        }
    }

    @inline(__always)
    private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 87 + nibble }

    /// As `RowDigest.key` writes it.
    private static func key(_ row: UnsafeRawBufferPointer, _ layout: RowLayout) -> [UInt8] {
        var columns = BatchColumns(row, after: layout.prefix.count)
        var values: [(kind: UInt8, bytes: UnsafeRawBufferPointer)] = []
        for _ in 0..<layout.columnCount { values.append(columns.next()) }
        var key: [UInt8] = []
        for (place, index) in layout.key.enumerated() {
            if place > 0 { key.append(UInt8(ascii: "/")) }
            let (kind, bytes) = values[index]
            switch kind {
            case BatchColumns.Kind.null: key.append(UInt8(ascii: "-"))
            case BatchColumns.Kind.blob: for byte in bytes { key += [digit(byte >> 4), digit(byte & 15)] }
            default: key += bytes
            }
        }
        return key
    }
}
