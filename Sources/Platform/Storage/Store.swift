/// A database of one engine, behind the interface that every register uses.
///
/// Closures run on a thread of the store, never on the cooperative pool, and inside one transaction: when they throw,
/// nothing they did remains. All writes together have the effect of some order in which they ran one after the other. A
/// write is on the medium when `write` returns.
///
/// A closure may run more than once, when an engine that lets writers work at the same time undoes one of them: it has
/// no effect but through its transaction.
public protocol Store: Sendable {
    func read<Result: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Result) async throws -> Result

    /// Reads by one statement, which needs no transaction around it. Throws `StorageError`.
    func rows(_ statement: Statement, _ arguments: [SQLValue]) async throws -> [Row]

    /// Carries out one transaction that changes rows.
    ///
    /// - Parameter mark: what finds out, after the answer to COMMIT was lost, whether the transaction is there. Without
    ///   it `body` is repeated, so it must then do no harm a second time.
    /// Throws `StorageError` or what `body` throws.
    func write<Result: Sendable>(
        knownBy mark: CommitMark?, _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result

    /// Brings the schema up to the last migration; refuses a store that is newer or whose history differs.
    func migrate(_ migrations: [Migration]) async throws

    /// The numbers of the migrations that made this store; none for a new one.
    func appliedMigrations() async throws -> [Int]

    /// What is wrong with the engine: damage that it finds in its files, settings under which commits could be lost.
    func engineProblems() async throws -> [String]

    /// What the engine could do for the store and does not, and how to change that.
    func engineAdvice() async throws -> [String]

    /// Takes the room that many rows at once need, until the store is closed; otherwise a server keeps small.
    func expectBulk() async throws

    /// What the store has done since it was opened, and what it is doing.
    var statistics: StoreStatistics { get }

    /// Waits for running work and releases the files or connections.
    func close() async throws
}

extension Store {
    public func expectBulk() async throws {}

    public func rows(_ statement: Statement, _ arguments: [SQLValue]) async throws -> [Row] {
        try await read { try $0.query(statement, arguments) }
    }

    public func engineAdvice() async throws -> [String] { [] }

    /// Carries out one transaction that does no harm when it is repeated.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await write(knownBy: nil, body)
    }
}

/// How a transaction is recognised in the store: a row that is there exactly when the transaction is.
public struct CommitMark: Sendable {
    let statement: Statement
    let arguments: @Sendable () -> [SQLValue]?

    /// - Parameters:
    ///   - statement: a SELECT that finds the row by its key.
    ///   - arguments: its arguments, or nil while the transaction has written no row at all.
    public init(_ statement: Statement, arguments: @escaping @Sendable () -> [SQLValue]?) {
        self.statement = statement
        self.arguments = arguments
    }

    /// Whether the transaction that wrote the mark is there.
    func isFound(in transaction: any Transaction) throws -> Bool {
        guard let arguments = arguments() else { return false }
        return try !transaction.query(statement, arguments).isEmpty
    }
}

/// What may be done inside a transaction. Not to be kept beyond the closure that received it.
///
/// After an error of a statement the transaction can only end: PostgreSQL refuses whatever follows.
public protocol Transaction {
    /// Returns the number of rows changed. Throws `StorageError`.
    @discardableResult
    func execute(_ statement: Statement, _ arguments: [SQLValue]) throws -> Int

    /// Changes rows without asking how many; its error may come from a later call or from the commit.
    ///
    /// An engine that is reached over a network sends such statements together. Throws `StorageError`.
    func enqueue(_ statement: Statement, _ arguments: [SQLValue]) throws

    /// Throws `StorageError`.
    func query(_ statement: Statement, _ arguments: [SQLValue]) throws -> [Row]

    /// One statement with many lists of arguments, sent together where that is cheaper; answers in the same order.
    ///
    /// Throws `StorageError`.
    func query(_ statement: Statement, each arguments: [[SQLValue]]) throws -> [[Row]]

    /// Visits the rows one by one without holding them all in memory. Throws `StorageError` or what `visit` throws.
    func forEachRow(_ statement: Statement, _ arguments: [SQLValue], _ visit: (Row) throws -> Void) throws

    /// Appends many rows, each in the order of the table's columns; returns how many. Throws `StorageError`.
    @discardableResult
    func copyIn(_ table: Table, _ rows: some Sequence<[SQLValue]>) throws -> Int

    /// Carries a part of the transaction out of which nothing remains when it throws; the rest goes on.
    ///
    /// Throws what `body` throws, or `TransactionEnded` where the engine gave up the whole transaction.
    func nested<Result>(_ body: () throws -> Result) throws -> Result

    /// Visits every row of a table in the order of its key, by the engine's fastest way. Throws like `forEachRow`.
    func copyOut(_ table: Table, _ visit: (Row) throws -> Void) throws

    /// Hands over every row of a table as bytes, in no order, each row's columns behind `prefix`; see `RowBatch`.
    ///
    /// However long it takes: no limit on a statement's time applies. Throws like `forEachRow`.
    func scan(_ table: Table, prefix: [UInt8], _ take: (RowBatch) throws -> Void) throws
}

/// The engine gave a transaction up: none of its parts can go on.
struct TransactionEnded: Error {
    let cause: any Error
}

extension Transaction {
    public func enqueue(_ statement: Statement, _ arguments: [SQLValue]) throws {
        try execute(statement, arguments)
    }

    public func query(_ statement: Statement, each arguments: [[SQLValue]]) throws -> [[Row]] {
        try arguments.map { try query(statement, $0) }
    }

    @discardableResult
    public func copyIn(_ table: Table, _ rows: some Sequence<[SQLValue]>) throws -> Int {
        let insert = table.insert
        var count = 0
        for row in rows {
            try execute(insert, row)
            count += 1
        }
        return count
    }

    public func copyOut(_ table: Table, _ visit: (Row) throws -> Void) throws {
        try forEachRow(table.selectAll, [], visit)
    }
}
