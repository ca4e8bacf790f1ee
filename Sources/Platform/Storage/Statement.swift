/// One statement the program can send, known by name.
///
/// Only statements reach a store, never loose text, so that the lint sees all of them. `?` marks an argument.
public struct Statement: Hashable, Sendable {
    public let name: String
    public let sql: String
    /// Reports and batches that visit every machine on purpose.
    public let isFanOut: Bool

    public init(_ name: String, _ sql: String, isFanOut: Bool = false) {
        self.name = name
        self.sql = sql
        self.isFanOut = isFanOut
    }

    /// The same for the embedded engine, where a transaction that writes is alone: it has no rows to lock or to skip.
    public var embeddedSQL: String {
        sql.hasSuffix(Self.rowLock) ? String(sql.dropLast(Self.rowLock.count)) : sql
    }

    /// What ends a statement that takes rows from a bucket beside others who do the same.
    public static let rowLock = " FOR UPDATE SKIP LOCKED"

    public var isSelect: Bool { sql.utf8.starts(with: "SELECT ".utf8) || SQLTokens(sql).verb == "SELECT" }
}

/// The tables of one part of the program and every statement it sends; the unit that the lint reads.
public struct Catalogue: Sendable {
    public let name: String
    public let tables: [Table]
    public let statements: [Statement]

    /// The tables' standard statements are added to the ones given.
    public init(_ name: String, tables: [Table], statements: [Statement] = []) {
        self.name = name
        self.tables = tables
        self.statements = tables.flatMap(\.standardStatements) + statements
    }
}
