/// A database of one engine, behind the interface that every register uses.
///
/// Closures run on a thread of the store, never on the cooperative pool, and inside one transaction: when they throw,
/// nothing they did remains. A write is on the medium when `write` returns.
public protocol Store: Sendable {
    func read<Result: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Result) async throws -> Result
    func write<Result: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Result) async throws -> Result

    /// Brings the schema up to the last migration; refuses a store that is newer or whose history differs.
    func migrate(_ migrations: [Migration]) async throws

    /// Waits for running work and releases the files or connections.
    func close() async throws
}

/// What may be done inside a transaction. Not to be kept beyond the closure that received it.
public protocol Transaction {
    /// Returns the number of rows changed. Throws `StorageError`.
    @discardableResult
    func execute(_ statement: Statement, _ arguments: [SQLValue]) throws -> Int

    /// Throws `StorageError`.
    func query(_ statement: Statement, _ arguments: [SQLValue]) throws -> [Row]

    /// Visits the rows one by one without holding them all in memory. Throws `StorageError` or what `visit` throws.
    func forEachRow(_ statement: Statement, _ arguments: [SQLValue], _ visit: (Row) throws -> Void) throws
}
