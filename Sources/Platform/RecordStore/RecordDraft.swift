public import Quantities
public import Storage
import TransparencyLog
import Vault

/// What an act writes on one subject, sealed and with its audit leaf, made outside of any transaction.
///
/// Many can be made at once on all cores; nothing of them is there until `RecordTransaction.append` takes them in.
public struct RecordDraft: Sendable {
    let rows: [(table: Table, values: [SQLValue])]
    let leafID: String
    let leaf: [UInt8]
    let code: [UInt8]
    let subject: String
}

/// Makes drafts of one act; keeps the keys that all of them need.
public struct RecordDrafting: Sendable {
    public let act: String
    public let access: Access
    public let now: Instant
    private let store: RecordStore

    init(act: String, access: Access, store: RecordStore) {
        self.act = act
        self.access = access
        self.store = store
        now = store.surroundings.now
    }

    public func newIdentifier() -> String { store.surroundings.newIdentifier() }
    public func randomBytes(_ count: Int) -> [UInt8] { store.surroundings.randomBytes(count) }

    /// The keyed hash under which a value of one kind is looked up; for many values.
    public func blindIndexer(_ kind: String) -> @Sendable (String) -> [UInt8] {
        let indexer = store.vault.blindIndexer(kind)
        return { indexer($0) }
    }

    /// Rows on one subject, which `build` adds in the order in which they are to be written.
    public func draft(
        on subject: String, _ build: (inout RecordDraftBuilder) throws -> Void
    ) throws -> RecordDraft {
        var builder = RecordDraftBuilder(subject: subject, vault: store.vault)
        try build(&builder)
        let leaf = AuditLeaf(
            id: newIdentifier(), store: store.name, at: now, act: act, access: access,
            subjects: [AuditLeaf.Subject(id: subject, reach: .write)],
            rows: builder.rows.map { table, values in
                let row = RowDigest.digest(table, values)
                return AuditLeaf.RowState(
                    table: table.name, key: RowDigest.key(table, values: values), before: nil, after: row)
            }, details: [:])
        let content = leaf.encoded()
        return RecordDraft(
            rows: builder.rows, leafID: leaf.id, leaf: content,
            code: store.vault.authenticationCode("audit leaf", content), subject: subject)
    }
}

/// The rows of a draft while they are added.
public struct RecordDraftBuilder {
    private let sealer: Sealer
    fileprivate(set) var rows: [(table: Table, values: [SQLValue])] = []

    fileprivate init(subject: String, vault: StoreVault) { sealer = vault.sealer(subject) }

    /// - Parameter values: in the order of the table's columns.
    public mutating func insert(_ table: Table, _ values: [SQLValue]) { rows.append((table, values)) }

    /// Seals bytes, JSON as `RecordTransaction.seal` writes it, for one field of one row under the subject's key.
    public func seal(_ json: [UInt8], table: Table, row: String, field: String) throws -> SQLValue {
        .blob(try sealer.seal(json, identity: FieldIdentity(table: table.name, row: row, field: field)))
    }
}

extension RecordStore {
    /// For an act on many subjects, each with a leaf of its own.
    public func drafting(_ act: String, access: Access) -> RecordDrafting {
        RecordDrafting(act: act, access: access, store: self)
    }
}

extension RecordTransaction {
    /// Takes in drafts, table by table, each in the order of its key. Throws `StorageError` (`duplicateKey`).
    public func append(_ drafts: [RecordDraft]) throws {
        guard !drafts.isEmpty else { return }
        var tables: [Table] = []
        var rows: [String: [[SQLValue]]] = [:]
        for draft in drafts {
            for (table, values) in draft.rows {
                if rows[table.name] == nil { tables.append(table) }
                rows[table.name, default: []].append(values)
            }
        }
        for table in tables { try copy(table, rows[table.name] ?? []) }
        try copy(AuditTables.leaf, drafts.map { [.text($0.leafID), .blob($0.leaf), .blob($0.code)] })
        try copy(AuditTables.subject, drafts.map { [.text($0.subject), .text($0.leafID)] })
        try copy(AuditTables.pending, drafts.map { [.integer(0), .text($0.leafID)] })
    }

    /// Appends many rows of one table to the act's own leaf.
    public func insert(_ table: Table, rows: [[SQLValue]]) throws {
        for values in rows where !table.isDerived {
            record(
                table, key: RowDigest.key(table, values: values), before: nil, after: RowDigest.digest(table, values))
        }
        try copy(table, rows)
    }

    /// The rows with these keys, nil where there is none, in the same order.
    public func rows(_ table: Table, keys: [[SQLValue]]) throws -> [Row?] {
        try transaction.query(table.selectByKey, each: keys).map(\.first)
    }

    private func copy(_ table: Table, _ rows: [[SQLValue]]) throws {
        // A tree that grows at one end after another is cheaper than one that grows everywhere at once.
        let place = table.columns.firstIndex { $0.name == table.primaryKey[0] } ?? 0
        try transaction.copyIn(table, rows.sorted { Self.precedes($0[place], $1[place]) })
    }

    private static func precedes(_ left: SQLValue, _ right: SQLValue) -> Bool {
        switch (left, right) {
        case (.blob(let left), .blob(let right)): left.lexicographicallyPrecedes(right)
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        default: false
        }
    }
}
