import Foundation
import GRDB

/// The embedded store: one SQLite file in write-ahead mode, synchronised at each commit.
///
/// Several processes may open the same file; a writer waits up to `busyTimeoutSeconds` for another.
public final class SQLiteStore: Store {
    let pool: DatabasePool
    private let counters = StoreCounters()
    private static let mostReaders = 4
    private static let writerCacheKilobytes = 192 << 10

    /// Opens the file, making it when absent, readable by its owner only. Throws `StorageError` (`unavailable`).
    public init(path: String, busyTimeoutSeconds: Double = 20) throws(StorageError) {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        configuration.maximumReaderCount = Self.mostReaders
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            // Keyed hashes fall all over their trees: with SQLite's own two megabytes most of an import was reading pages
            // anew. A limit, not an allocation; the readers share the rest of what the process may take.
            try database.execute(sql: "PRAGMA cache_size = -16384")
        }
        // SQLite gives the files beside it the mode of this one.
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Foundation.close(descriptor) }
        do {
            precondition(FailedMedium.isWatched, "failed writes are heard of")
            pool = try DatabasePool(path: path, configuration: configuration)
            // Here and not where connections are prepared: the pool sets NORMAL when it turns to write-ahead mode, under
            // which a commit that was acknowledged survives the loss of the process, but not of power.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA cache_size = -\(Self.writerCacheKilobytes)")
            }
        } catch {
            throw Self.storageError(error)
        }
    }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        do {
            return try await running(\.reads) {
                try await self.pool.read { try body(SQLiteTransaction(database: $0)) }
            }
        } catch let error as DatabaseError {
            throw Self.storageError(error)
        }
    }

    /// A COMMIT of this engine is answered by a call that returns: `mark` is never needed.
    public func write<Result: Sendable>(
        knownBy mark: CommitMark?, _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        do {
            return try await running(\.writes) {
                try await self.pool.write { try body(SQLiteTransaction(database: $0)) }
            }
        } catch let error as DatabaseError {
            throw Self.storageError(error)
        }
    }

    /// Counts a transaction; those beyond the file's one writer and its readers wait.
    private func running<Result>(
        _ kind: any (WritableKeyPath<StoreStatistics, Int> & Sendable), _ work: () async throws -> Result
    ) async throws -> Result {
        counters.add { $0.sessionsInUse += 1 }
        defer { counters.add { $0.sessionsInUse -= 1 } }
        return try await counters.counting(kind, work)
    }

    public var statistics: StoreStatistics {
        var statistics = counters.statistics
        statistics.sessions = Self.mostReaders + 1
        statistics.waiting = max(0, statistics.sessionsInUse - statistics.sessions)
        statistics.sessionsInUse -= statistics.waiting
        return statistics
    }

    /// Also brings everything into the database file, where no other process holds it back.
    public func close() async throws {
        do { _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) } } catch {
            // What is not brought over stays in the log beside the file; a medium that fails ends the process.
            _ = Self.storageError(error)
        }
        try pool.close()
    }

    public func migrate(_ migrations: [Migration]) async throws {
        while try await write({ try ($0 as? SQLiteTransaction)?.migrateOnce(migrations) ?? false }) {}
    }

    public func appliedMigrations() async throws -> [Int] {
        do {
            return try await pool.read { database in
                guard try database.tableExists(SchemaHistory.table.name) else { return [] }
                return try Int.fetchAll(
                    database, sql: "SELECT migration_number FROM schema_migration ORDER BY migration_number")
            }
        } catch let error as DatabaseError {
            throw Self.storageError(error)
        }
    }

    public func engineProblems() async throws -> [String] {
        do {
            let lines = try await pool.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(100)") }
            let isSynchronised = try await pool.writeWithoutTransaction { database in
                try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2
            }
            return lines.filter { $0 != "ok" }
                + (isSynchronised ? [] : ["synchronous is not FULL: an acknowledged act can be lost with the power"])
        } catch let error as DatabaseError {
            return [Self.storageError(error).message]
        }
    }

    private static func isKeyConflict(_ code: ResultCode) -> Bool {
        [.SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_ROWID].contains(code)
    }

    static func storageError(_ error: any Error) -> StorageError {
        guard let error = error as? DatabaseError else {
            return StorageError(.unavailable, "the store cannot be opened: \(type(of: error))")
        }
        let reason = "SQLite result \(error.extendedResultCode.rawValue)"
        if [.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC].contains(error.extendedResultCode) {
            FailedMedium.stop("the medium could not make a write durable (\(reason))")
        }
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: StorageError(.busy, "another writer holds the store (\(reason))")
        case .SQLITE_CONSTRAINT where isKeyConflict(error.extendedResultCode):
            StorageError(.duplicateKey, "a row with this key exists (\(reason))")
        case .SQLITE_FULL, .SQLITE_IOERR: StorageError(.medium, "the medium refused the write (\(reason))")
        case .SQLITE_CANTOPEN, .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_READONLY, .SQLITE_PERM:
            StorageError(.unavailable, "the store cannot be opened (\(reason))")
        // The message of an SQL error names tables and columns, never a row's value.
        default: StorageError(.statement, "\(error.message ?? "statement failed") (\(reason))")
        }
    }
}
