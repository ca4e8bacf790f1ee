/// Migrations of a database that others read and write meanwhile.
///
/// Tables and columns are made in one transaction for each migration, indexes over rows that are there outside of any
/// (`CREATE INDEX CONCURRENTLY`; PostgreSQL 15 manual, CREATE INDEX, "Building Indexes Concurrently"). A lock keeps other
/// programs from migrating meanwhile; they then find the work done. Whoever waits for it asks again and again, since a
/// statement that waits would hold up the building of an index.
extension PostgreSQLStore {
    /// Any number that other programs on the database do not use: "sijill" in ASCII.
    private static let lock = 0x7369_6A69_6C6C

    private static let takeLock = Statement("schema.lock", "SELECT pg_try_advisory_xact_lock(\(lock)) AS taken")
    private static let keepLock = Statement("schema.keepLock", "SELECT pg_try_advisory_lock(\(lock)) AS taken")

    /// A table's lock is waited for so long, and then left to those who queue behind it.
    private static let longestHoldUp = "2s"

    /// How long a migration is tried while others hold its lock or its table.
    private static let migrationPatience = Duration.seconds(3600)

    private enum Step {
        case none, done, held
        /// The next migration changes indexes.
        case indexes
    }

    public func migrate(_ migrations: [Migration]) async throws {
        let end = ContinuousClock.now.advanced(by: Self.migrationPatience)
        var failures = 0
        while true {
            let step: Step
            do {
                let next = try await applyNext(migrations)
                step = next == .indexes ? try await changeIndexes(migrations) : next
                failures = 0
            } catch let error as StorageError where error.code == .busy && ContinuousClock.now < end {
                step = .held
            } catch let failure as PostgreSQLFailure {
                try Task.checkCancellation()
                failures += 1
                guard failure.remedy != .none, failures < 20, ContinuousClock.now < end else {
                    throw failure.storageError
                }
                step = .held
            }
            switch step {
            case .none: return
            case .done, .indexes: continue
            case .held:
                guard ContinuousClock.now < end else {
                    throw StorageError(.busy, "another program migrates the store for an hour already: look at it")
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...250)))
            }
        }
    }

    /// Applies the next migration in a transaction, unless it changes indexes.
    private func applyNext(_ migrations: [Migration]) async throws -> Step {
        // Whoever had to wait must see what the holder of the lock did: each statement sees what was committed before.
        try await write(isolation: .readCommitted, knownBy: nil) { transaction in
            guard let next = try Self.plan(migrations, transaction).pending.first else { return .none }
            guard try transaction.query(Self.takeLock, []).first?.integer("taken") == 1 else { return .held }
            guard try Self.plan(migrations, transaction).pending.first?.number == next.number else { return .done }
            if !next.indexChanges.isEmpty { return .indexes }
            try transaction.execute(Statement("schema.patience", "SET LOCAL statement_timeout TO 0"), [])
            try transaction.execute(
                Statement("schema.holdUp", "SET LOCAL lock_timeout TO '\(Self.longestHoldUp)'"), [])
            if try Self.isNew(transaction) {
                for definition in Migration(0, "", creates: [SchemaHistory.table]).definitions(.postgreSQL) {
                    try transaction.execute(Statement("schema.define", definition), [])
                }
            }
            for definition in next.definitions(.postgreSQL) {
                try transaction.execute(Statement("schema.define", definition), [])
            }
            try transaction.execute(
                SchemaHistory.table.insert,
                [.integer(Int64(next.number)), .text(next.name), .text(next.checksum)])
            return .done
        }
    }

    private static func plan(_ migrations: [Migration], _ transaction: any Transaction) throws -> MigrationPlan {
        try MigrationPlan(migrations, history: history(in: transaction))
    }

    /// Applies the next migration where it changes indexes; what an interrupted one left behind is taken up.
    ///
    /// The lock belongs to the session: when this program ends, the server finishes the statement under way, and only
    /// then lets another program go on.
    private func changeIndexes(_ migrations: [Migration]) async throws -> Step {
        try await pool.run(until: nil) { session, interruption in
            // Its limits are not those of other work, and the lock ends with it.
            defer { session.disconnect() }
            let connection = try session.connected(interruption)
            func query(_ statement: Statement, _ arguments: [SQLValue] = []) throws -> [Row] {
                try connection.pipeline([.statement(statement, arguments)]).last?.rows ?? []
            }
            try connection.run("SET statement_timeout TO 0")
            try connection.run("SET lock_timeout TO 0")
            guard try query(Self.keepLock).first?.integer("taken") == 1 else { return .held }
            let history = try query(SchemaHistory.table.selectAll).map {
                (number: Int(try $0.integer("migration_number")), checksum: try $0.text("checksum"))
            }
            guard let next = try MigrationPlan(migrations, history: history).pending.first,
                !next.indexChanges.isEmpty
            else { return .done }
            for change in next.indexChanges {
                let name = change.index.name(on: change.table)
                let isThere = try query(Self.validity, [.text(name)]).first.map { try $0.integer("valid") == 1 }
                // One that was given up half-way takes part in every write and answers no question.
                if isThere == false || (!change.isAddition && isThere == true) {
                    try connection.run("DROP INDEX CONCURRENTLY IF EXISTS \(name)")
                }
                if change.isAddition, isThere != true {
                    try connection.run(change.index.creation(on: change.table, "CONCURRENTLY "))
                }
            }
            _ = try query(
                SchemaHistory.table.insert,
                [.integer(Int64(next.number)), .text(next.name), .text(next.checksum)])
            return .done
        }
    }

    private static let validity = Statement(
        "schema.validity",
        """
        SELECT i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
        WHERE c.relname = ? AND c.relnamespace = CAST(current_schema() AS regnamespace)
        """)
}
