import Foundation
public import Quantities
public import Storage
import Vault

/// One act on records, inside one transaction of the store.
///
/// Sealed fields open only here, and each opening puts its subject into the act's audit leaf: nobody looks unseen.
public final class RecordTransaction {
    public let access: Access
    public let now: Instant
    let transaction: any Transaction
    let vault: StoreVault
    private let surroundings: Surroundings

    private(set) var rows: [AuditLeaf.RowState] = []
    private(set) var subjects: [String: AuditLeaf.Reach] = [:]
    private(set) var details: [String: String] = [:]
    /// Acts carried out within this one for another purpose, each with a leaf of its own.
    private(set) var inner: [(act: String, records: RecordTransaction)] = []

    init(access: Access, transaction: any Transaction, vault: StoreVault, surroundings: Surroundings) {
        self.access = access
        self.transaction = transaction
        self.vault = vault
        self.surroundings = surroundings
        now = surroundings.now
    }

    /// Carries out a part of the act that serves another purpose: the same actor and transaction, a leaf of its own.
    ///
    /// Who reads the own file's accesses then sees what each reading was for. The inner act must not write a row that
    /// the outer one has written.
    public func perform<Answer>(
        _ act: String, purpose: Purpose, _ body: (RecordTransaction) throws -> Answer
    ) rethrows -> Answer {
        let records = RecordTransaction(
            access: Access(actor: access.actor, purpose: purpose, legalBasis: access.legalBasis),
            transaction: transaction, vault: vault, surroundings: surroundings)
        let answer = try body(records)
        inner.append((act, records))
        return answer
    }

    public func newIdentifier() -> String { surroundings.newIdentifier() }
    public func randomBytes(_ count: Int) -> [UInt8] { surroundings.randomBytes(count) }

    /// Puts a fact about the act into its leaf; never a personal value.
    public func note(_ name: String, _ value: String) { details[name] = value }

    /// Names a subject of the act beyond those whose fields are sealed or opened.
    public func concerns(_ subject: String, _ reach: AuditLeaf.Reach) {
        if subjects[subject] != .write { subjects[subject] = reach }
    }

    // MARK: Rows

    /// Appends a row. The act ends with `StorageError` (`duplicateKey`) when the key exists.
    public func insert(_ table: Table, _ values: [String: SQLValue]) throws {
        let row = Row(values)
        let inOrder = table.values(row)
        try transaction.enqueue(table.insert, inOrder)
        record(table, row, before: nil, after: inOrder)
    }

    /// Replaces the row with the same key. Throws `RecordError` (`absent`) when there is none.
    public func update(_ table: Table, _ values: [String: SQLValue]) throws {
        let row = Row(values)
        let key = table.primaryKey.map { row[$0] }
        guard let old = try self.row(table, key: key) else {
            throw RecordError(.absent, "\(table.name) has no such row")
        }
        try change(table, from: old, to: row)
    }

    /// Removes a row; the leaf keeps what it was the digest of. Throws `RecordError` (`absent`).
    public func delete(_ table: Table, key: [SQLValue]) throws {
        guard let old = try row(table, key: key) else { throw RecordError(.absent, "\(table.name) has no such row") }
        try transaction.enqueue(table.delete, key)
        record(table, old, before: old, after: nil)
    }

    public func row(_ table: Table, key: [SQLValue]) throws -> Row? {
        try transaction.query(table.selectByKey, key).first
    }

    /// Throws `StorageError` (`statement`) for anything but SELECT: a row changed this way would be in no leaf.
    public func query(_ statement: Statement, _ arguments: [SQLValue]) throws -> [Row] {
        guard statement.isSelect else {
            throw StorageError(.statement, "\(statement.name) does not read: change rows by insert, update and delete")
        }
        return try transaction.query(statement, arguments)
    }

    /// - Parameter after: in the order of the table's columns; nil for a row that is removed.
    private func record(_ table: Table, _ row: Row, before: Row?, after: [SQLValue]?) {
        guard !table.isDerived else { return }
        record(
            table, key: RowDigest.key(table, row), before: before.map { RowDigest.digest(table, $0) },
            after: after.map { RowDigest.digest(table, $0) })
    }

    func record(_ table: Table, key: String, before: String?, after: String?) {
        rows.append(AuditLeaf.RowState(table: table.name, key: key, before: before, after: after))
    }

    /// Replaces rows that were read in this transaction: `old` and `new` have the same key.
    public func update(_ table: Table, _ changes: [(old: Row, new: [String: SQLValue])]) throws {
        for (old, values) in changes { try change(table, from: old, to: Row(values)) }
    }

    private func change(_ table: Table, from old: Row, to row: Row) throws {
        let values = table.values(row)
        let others = zip(table.columns, values).filter { !table.primaryKey.contains($0.0.name) }.map(\.1)
        try transaction.enqueue(table.update, others + table.primaryKey.map { row[$0] })
        record(table, row, before: old, after: values)
    }

    // MARK: Sealed fields

    /// Seals a value for one field of one row under the subject's key.
    public func seal(_ value: some Encodable, subject: String, table: Table, row: String, field: String) throws
        -> SQLValue
    {
        concerns(subject, .write)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let identity = FieldIdentity(table: table.name, row: row, field: field)
        return .blob(try vault.seal([UInt8](try encoder.encode(value)), subject: subject, identity: identity))
    }

    /// Opens a field that `seal` closed. Throws `VaultError` (`seal`) when it was changed or moved.
    public func open<Value: Decodable>(
        _ type: Value.Type, from stored: Row, subject: String, table: Table, row: String, field: String
    ) throws -> Value {
        concerns(subject, .read)
        let identity = FieldIdentity(table: table.name, row: row, field: field)
        let bytes = try vault.open(try stored.blob(field), subject: subject, identity: identity)
        return try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// The keyed hash under which a value is looked up.
    public func blindIndex(_ kind: String, _ value: String) -> SQLValue { .blob(vault.blindIndex(kind, value)) }

    // MARK: Who looked

    /// The leaves that speak of a subject, newest first.
    public func leaves(of subject: String, limit: Int) throws -> [AuditLeaf] {
        try transaction.query(AuditTables.leavesOfSubject, [.text(subject), .integer(Int64(limit))]).compactMap { row in
            let leaf = try transaction.query(AuditTables.leaf.selectByKey, [.text(try row.text("leaf_id"))]).first
            return try leaf.map { try AuditLeaf(decoding: try $0.blob("content")) }
        }
    }
}
