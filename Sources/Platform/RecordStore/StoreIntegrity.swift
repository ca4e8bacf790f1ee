public import Storage
import Vault

/// What must hold among the rows of a register: which fields are sealed, and which rows speak of others.
public struct IntegrityRules: Sendable {
    /// A field that is sealed under the key of one subject.
    public struct Seal: Sendable {
        let table: Table
        let field: String
        let subject: @Sendable (Row) -> String?

        /// - Parameters:
        ///   - kind: what the subject's name begins with, such as `person`.
        ///   - column: the column whose value follows it; nil where the kind is the whole name.
        public init(_ table: Table, field: String = "content", kind: String, column: String?) {
            self.table = table
            self.field = field
            subject = { row in
                guard let column else { return kind }
                guard case .text(let id) = row[column] else { return nil }
                return "\(kind)/\(id)"
            }
        }
    }

    /// Rows of one table that each need a row of another.
    public struct Reference: Sendable {
        let from: Table
        let to: Table
        let needed: @Sendable (Row) -> [[SQLValue]]
        let offered: @Sendable (Row) -> [SQLValue]

        public init(
            _ from: Table, _ columns: [String], to: Table, _ targets: [String],
            where isConcerned: @escaping @Sendable (Row) -> Bool = { _ in true }
        ) {
            self.init(from, to: to, targets) { row in
                let key = columns.map { row[$0] }
                return key.contains(.null) || !isConcerned(row) ? [] : [key]
            }
        }

        /// - Parameter needed: the keys that a row speaks of, where they are not simply its columns.
        public init(
            _ from: Table, to: Table, _ targets: [String], needed: @escaping @Sendable (Row) -> [[SQLValue]]
        ) {
            self.from = from
            self.to = to
            self.needed = needed
            offered = { row in targets.map { row[$0] } }
        }
    }

    public let seals: [Seal]
    public let references: [Reference]

    public init(seals: [Seal], references: [Reference]) {
        self.seals = seals
        self.references = references
    }

    public static func + (left: IntegrityRules, right: IntegrityRules) -> IntegrityRules {
        IntegrityRules(seals: left.seals + right.seals, references: left.references + right.references)
    }
}

/// A row that is not as the others need it.
public struct IntegrityProblem: Hashable, Sendable {
    public let table: String
    /// The primary key, as text.
    public let row: String
    public let problem: String
}

extension RecordStore {
    /// Opens every seal, without keeping or showing what is in it, and follows every reference.
    ///
    /// Needs memory for the keys of one table at a time. Throws `StorageError`.
    public func integrityProblems(_ rules: IntegrityRules) async throws -> [IntegrityProblem] {
        let rules = rules + Self.ownRules
        return try await store.read { [self] transaction in
            var problems: [IntegrityProblem] = []
            for seal in rules.seals {
                try transaction.forEachRow(seal.table.selectAll, []) { row in
                    let key = RowDigest.key(seal.table, row)
                    guard case .blob(let bytes) = row[seal.field], let subject = seal.subject(row),
                        vault.isSealed(
                            bytes, subject: subject,
                            identity: FieldIdentity(table: seal.table.name, row: key, field: seal.field))
                    else {
                        problems.append(
                            IntegrityProblem(
                                table: seal.table.name, row: key, problem: "the seal of \(seal.field) does not open"))
                        return
                    }
                }
            }
            for reference in rules.references { problems += try Self.broken(reference, transaction, transaction) }
            return problems
        }
    }

    private static let ownRules = IntegrityRules(
        seals: [IntegrityRules.Seal(AuditTables.answered, field: "answer", kind: "request", column: nil)],
        references: [
            IntegrityRules.Reference(AuditTables.subject, ["leaf_id"], to: AuditTables.leaf, ["leaf_id"]),
            IntegrityRules.Reference(AuditTables.pending, ["leaf_id"], to: AuditTables.leaf, ["leaf_id"]),
        ])

    /// Follows a reference from this store into another one.
    public func brokenReferences(
        _ reference: IntegrityRules.Reference, into other: RecordStore
    ) async throws -> [IntegrityProblem] {
        let offered = try await other.store.read { try Self.offered(reference, $0) }
        return try await store.read { try Self.broken(reference, offered, $0) }
    }

    private static func broken(
        _ reference: IntegrityRules.Reference, _ source: any Transaction, _ target: any Transaction
    ) throws -> [IntegrityProblem] {
        try broken(reference, try offered(reference, target), source)
    }

    private static func offered(
        _ reference: IntegrityRules.Reference, _ transaction: any Transaction
    ) throws -> Set<[SQLValue]> {
        var offered: Set<[SQLValue]> = []
        try transaction.forEachRow(reference.to.selectAll, []) { offered.insert(reference.offered($0)) }
        return offered
    }

    private static func broken(
        _ reference: IntegrityRules.Reference, _ offered: Set<[SQLValue]>, _ transaction: any Transaction
    ) throws -> [IntegrityProblem] {
        var problems: [IntegrityProblem] = []
        try transaction.forEachRow(reference.from.selectAll, []) { row in
            guard reference.needed(row).contains(where: { !offered.contains($0) }) else { return }
            problems.append(
                IntegrityProblem(
                    table: reference.from.name, row: RowDigest.key(reference.from, row),
                    problem: "\(reference.to.name) lacks a row that this one speaks of"))
        }
        return problems
    }
}
