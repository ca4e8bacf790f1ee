import Foundation
import GRDB

/// The embedded store: one SQLite file in write-ahead mode, synchronised at each commit.
///
/// Several processes may open the same file; a writer waits up to `busyTimeoutSeconds` for another. Pages have sums, and
/// one with a turned bit is refused (decision 20).
public final class SQLiteStore: Store {
    let pool: DatabasePool
    let file: SQLiteFile
    private let counters = StoreCounters()
    private static let mostReaders = 4
    private static let cacheKilobytes = (reader: 8 << 10, writer: 32 << 10, bulk: 256 << 10)

    /// Opens the file, making it when absent, readable by its owner only.
    ///
    /// Throws `StorageError`: `unavailable`, and `medium` where the write-ahead log or the file's header is damaged.
    public init(
        path: String, busyTimeoutSeconds: Double = 20, damagedPages: DamagedPages = .refused
    ) throws(StorageError) {
        file = SQLiteFile(path)
        if let fault = file.faultsBeforeOpening.first { throw StorageError(.medium, fault.problem) }
        let hadLog = file.framesInLog > 0
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        configuration.maximumReaderCount = Self.mostReaders
        configuration.prepareDatabase { database in
            PageSums.reserve(database)
            if damagedPages == .read { PageSums.readDamaged(database) }
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            try database.execute(sql: "PRAGMA cache_size = -\(Self.cacheKilobytes.reader)")
        }
        // SQLite gives the files beside it the mode of this one. One that is there is not opened here: a process that has
        // it open already would lose its locks by the closing.
        if !FileManager.default.fileExists(atPath: path) {
            let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            if descriptor >= 0 { Foundation.close(descriptor) }
        }
        do {
            precondition(PageSums.areKept, "the layer of page sums is registered")
            pool = try DatabasePool(path: path, configuration: configuration)
            // Here and not where connections are prepared: the pool sets NORMAL when it turns to write-ahead mode, under
            // which a commit that was acknowledged survives the loss of the process, but not of power.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA cache_size = -\(Self.cacheKilobytes.writer)")
            }
            // Nor what the pool wrote before, nor what a process that was killed left unsynchronised in the log.
            if FileManager.default.fileExists(atPath: path + "-wal") { try DurablePath.synchronise(path + "-wal") }
            // A checkpoint that a loss of power interrupted may have left a page half written. The log has it whole.
            if hadLog { _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive) } }
        } catch let error as StorageError {
            throw error
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

    /// Keyed hashes fall all over their trees: with less room most of an import was reading pages anew.
    public func expectBulk() async throws {
        do {
            try await pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA cache_size = -\(Self.cacheKilobytes.bulk)")
            }
        } catch let error as DatabaseError {
            throw Self.storageError(error)
        }
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
            return file.faults.map(\.problem) + lines.filter { $0 != "ok" }
                + (isSynchronised ? [] : ["synchronous is not FULL: an acknowledged act can be lost with the power"])
        } catch let error as DatabaseError {
            return file.faults.map(\.problem) + [Self.storageError(error).message]
        }
    }

    public func engineAdvice() async throws -> [String] {
        guard file.hasPageSums == false else { return [] }
        return [
            "its pages have no sums, so that damage in parts that no row uses is not found: "
                + "`sijill store migrate` writes them anew"
        ]
    }

    /// Writes every page anew, with room for its sum, beside readers; false where that is so already.
    ///
    /// It takes the room of the database twice, and writers wait. Throws `StorageError`.
    public func addPageSums() async throws -> Bool {
        guard file.hasPageSums == false else { return false }
        do {
            try await pool.writeWithoutTransaction { database in
                // A copy of everything belongs into a file.
                try database.execute(sql: "PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY")
                _ = try database.checkpoint(.passive)
            }
        } catch let error as DatabaseError {
            throw Self.storageError(error)
        }
        return true
    }

    /// `SQLITE_IOERR_DATA`: what the layer of page sums answers.
    static let damagedPage = ResultCode(rawValue: 10 | 32 << 8)

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
        if error.extendedResultCode == damagedPage {
            return StorageError(
                .medium, "the medium damaged a page of the store: `sijill store check` names it (\(reason))")
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
