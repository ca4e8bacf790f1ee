import Crypto
public import Quantities
public import Storage
import Synchronization
public import Vault

/// The one door to personal data: a transaction with an actor, a purpose and a legal basis.
///
/// The act's audit leaf is a row of the same store in the same transaction: there is no act without its leaf, and no
/// answer leaves before the leaf is on the medium.
public final class RecordStore: Sendable {
    public let name: String
    let store: any Store
    let vault: StoreVault
    let migrations: [Migration]
    let derived: [DerivedRows]
    let surroundings: Surroundings
    private let readings: WriteGroups
    private let submissions: WriteGroups

    /// Which short acts are carried out in one transaction when many come at once.
    public enum Grouping: Sendable {
        /// Acts that open fields and change nothing: their leaves are written together.
        case readings
        /// Acts that change what others of their kind read as well, and would have to give way to one another.
        case submissions
    }

    /// Opens the store and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - migrations: those of the registers that live here; numbered from 2 to 99, since the others are the store's own.
    ///   - derived: what the rows of tables that no leaf speaks of follow from.
    /// Throws `StorageError` or `RecordError` (`wrongKey`).
    public init(
        name: String, store: any Store, vault: StoreVault, migrations: [Migration], derived: [DerivedRows] = [],
        surroundings: Surroundings
    ) async throws {
        self.name = name
        self.store = store
        self.vault = vault
        self.surroundings = surroundings
        self.derived = derived
        readings = WriteGroups(store)
        submissions = WriteGroups(store)
        let all = Self.migrations(with: migrations)
        self.migrations = all
        try await store.migrate(all)
        try await KeyCheck.confirm(store: store, vault: vault, storeName: name, content: AuditTables.anyLeaf)
    }

    /// Whether a store, of records or of the log, was ever opened under a key.
    public static func isMade(_ store: any Store) async throws -> Bool { try await KeyCheck.isKept(in: store) }

    /// All migrations of a store in which these registers live.
    public static func migrations(with registers: [Migration]) -> [Migration] {
        [Migration(1, "audit", creates: AuditTables.all + [KeyCheck.table])] + registers
            + [BulkPlace.migration, JobTables.migration]
    }

    var tables: [Table] { migrations.flatMap(\.creates) }

    /// The tables each row of which is as the leaves say; the others carry codes or are compared in another way.
    var comparedTables: [Table] {
        let others: Set<Table> = [
            AuditTables.leaf, AuditTables.subject, AuditTables.pending, KeyCheck.table, JobTables.turn,
        ]
        return tables.filter { !others.contains($0) && !$0.isDerived }
    }

    /// The audit tables' catalogue, for the lint.
    public static var catalogue: Catalogue {
        Catalogue(
            "recordStore",
            tables: AuditTables.all + [KeyCheck.table, SchemaHistory.table, BulkPlace.table] + JobTables.all,
            statements: AuditTables.statements + JobTables.statements)
    }

    /// Carries out one act. When `body` throws nothing of it remains.
    ///
    /// - Parameter grouping: for short acts that come in numbers; others have a transaction of their own.
    public func perform<Answer: Sendable>(
        _ act: String, access: Access, grouping: Grouping? = nil,
        _ body: @escaping @Sendable (RecordTransaction) throws -> Answer
    ) async throws -> Answer {
        // The leaf is there exactly when the act is: where the answer to COMMIT was lost, it says which.
        let leaf = LeafIdentity()
        let mark = CommitMark(AuditTables.leaf.selectByKey) { leaf.written.map { [.text($0)] } }
        let work: @Sendable (any Transaction) throws -> Answer = { [self] transaction in
            leaf.begin()
            let records = RecordTransaction(
                access: access, transaction: transaction, vault: vault, surroundings: surroundings)
            let answer = try body(records)
            for (act, records) in records.inner { try append(act, records, LeafIdentity(), to: transaction) }
            try append(act, records, leaf, to: transaction)
            return answer
        }
        return switch grouping {
        case nil: try await store.write(knownBy: mark, work)
        case .readings: try await readings.write(knownBy: mark, work)
        case .submissions: try await submissions.write(knownBy: mark, work)
        }
    }

    /// Reads what holds no personal value: keyed hashes, states, identifiers. Sealed fields cannot be opened here.
    public func lookUp<Answer: Sendable>(
        _ body: @escaping @Sendable (RecordLookup) throws -> Answer
    ) async throws -> Answer {
        try await store.read { [self] transaction in
            try body(RecordLookup(now: surroundings.now, transaction: transaction, vault: vault))
        }
    }

    /// One row under a keyed hash, where nothing else is to be looked up: the same as `lookUp`, in one step.
    public func row(_ table: Table, blindIndex kind: String, of value: String) async throws -> Row? {
        try await store.rows(table.selectByKey, [.blob(vault.blindIndex(kind, value))]).first
    }

    /// Before many rows at once are written: see `Store.expectBulk`.
    public func expectBulk() async throws { try await store.expectBulk() }

    public var now: Instant { surroundings.now }

    /// A key of this store for one purpose, such as a sector's tokens.
    public func vaultKey(_ purpose: String) -> [UInt8] { vault.key(purpose).withUnsafeBytes { [UInt8]($0) } }

    private func append(
        _ act: String, _ records: RecordTransaction, _ identity: LeafIdentity, to transaction: any Transaction
    ) throws {
        guard !records.subjects.isEmpty || !records.rows.isEmpty else { return }
        let leaf = AuditLeaf(
            id: identity.make(surroundings.newIdentifier), store: name, at: records.now, act: act,
            access: records.access,
            subjects: records.subjects.map { AuditLeaf.Subject(id: $0.key, reach: $0.value) }.sorted { $0.id < $1.id },
            rows: records.rows, details: records.details)
        let content = leaf.encoded()
        let code = vault.authenticationCode("audit leaf", content)
        try transaction.enqueue(AuditTables.leaf.insert, [.text(leaf.id), .blob(content), .blob(code)])
        for subject in leaf.subjects {
            try transaction.enqueue(AuditTables.subject.insert, [.text(subject.id), .text(leaf.id)])
        }
        try transaction.enqueue(AuditTables.pending.insert, [.integer(0), .text(leaf.id)])
    }
}

/// Reading without opening: no sealed field, so no leaf.
public struct RecordLookup {
    public let now: Instant
    private let transaction: any Transaction
    private let vault: StoreVault

    init(now: Instant, transaction: any Transaction, vault: StoreVault) {
        self.now = now
        self.transaction = transaction
        self.vault = vault
    }

    public func row(_ table: Table, key: [SQLValue]) throws -> Row? {
        try transaction.query(table.selectByKey, key).first
    }

    /// The rows with these keys, nil where there is none, in the same order.
    public func rows(_ table: Table, keys: [[SQLValue]]) throws -> [Row?] {
        try transaction.query(table.selectByKey, each: keys).map(\.first)
    }

    public func query(_ statement: Statement, _ arguments: [SQLValue]) throws -> [Row] {
        try transaction.query(statement, arguments)
    }

    public func blindIndex(_ kind: String, _ value: String) -> SQLValue { .blob(vault.blindIndex(kind, value)) }
}

/// The identifier of an act's leaf: made once, however often the transaction is tried.
private final class LeafIdentity: Sendable {
    private let state = Mutex<(made: String?, isWritten: Bool)>((nil, false))

    /// The identifier, where the last try wrote the leaf.
    var written: String? { state.withLock { $0.isWritten ? $0.made : nil } }

    func begin() { state.withLock { $0.isWritten = false } }

    func make(_ new: () -> String) -> String {
        state.withLock { state in
            let id = state.made ?? new()
            state = (id, true)
            return id
        }
    }
}
