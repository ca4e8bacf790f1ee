import GRDB
import GRDBSQLite

/// A transaction on the embedded store: GRDB keeps the prepared statements, values go from and to SQLite as they lie.
///
/// Through GRDB's rows and arguments a row took three times as long.
struct SQLiteTransaction: Transaction {
    let database: Database

    @discardableResult
    func execute(_ statement: Statement, _ arguments: [SQLValue]) throws -> Int {
        try run(statement, arguments) { _ in }
        return Int(sqlite3_changes64(database.sqliteConnection))
    }

    func query(_ statement: Statement, _ arguments: [SQLValue]) throws -> [Row] {
        var rows: [Row] = []
        try forEachRow(statement, arguments) { rows.append($0) }
        return rows
    }

    func forEachRow(_ statement: Statement, _ arguments: [SQLValue], _ visit: (Row) throws -> Void) throws {
        var columns: ColumnNames?
        try run(statement, arguments) { prepared in
            let names = columns ?? Self.names(of: prepared)
            columns = names
            try visit(Row(names, names.names.indices.map { Self.value(prepared, Int32($0)) }))
        }
    }

    /// Carries a statement out, from the first row to the last.
    private func run(_ statement: Statement, _ arguments: [SQLValue], _ visit: (OpaquePointer) throws -> Void) throws {
        let prepared: OpaquePointer
        do {
            prepared = try database.cachedStatement(sql: statement.embeddedSQL).sqliteStatement
        } catch let error as DatabaseError {
            throw SQLiteStore.storageError(error)
        }
        // Asked for again by whoever visits its rows: that one needs a place of its own in the answer.
        guard sqlite3_stmt_busy(prepared) == 0 else {
            return try withStatement(statement.embeddedSQL) { try step($0, arguments, visit) }
        }
        defer { sqlite3_clear_bindings(prepared) }
        try step(prepared, arguments, visit)
    }

    private func step(_ prepared: OpaquePointer, _ arguments: [SQLValue], _ visit: (OpaquePointer) throws -> Void)
        throws
    {
        guard sqlite3_bind_parameter_count(prepared) == arguments.count else {
            throw StorageError(.statement, "a statement takes another number of arguments than it was given")
        }
        defer { sqlite3_reset(prepared) }
        for (index, value) in arguments.enumerated() { try bind(value, Int32(index + 1), prepared) }
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: try visit(prepared)
            case SQLITE_DONE: return
            case let code: throw fault(code)
            }
        }
    }

    /// Prepares a statement for one use.
    func withStatement(_ sql: String, _ use: (OpaquePointer) throws -> Void) throws {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v2(database.sqliteConnection, sql, -1, &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw fault(code) }
        defer { sqlite3_finalize(prepared) }
        try use(prepared)
    }

    private static func names(of prepared: OpaquePointer) -> ColumnNames {
        ColumnNames(
            (0..<sqlite3_column_count(prepared)).map {
                sqlite3_column_name(prepared, $0).map { String(cString: $0) } ?? ""
            })
    }

    private static func value(_ prepared: OpaquePointer, _ column: Int32) -> SQLValue {
        switch sqlite3_column_type(prepared, column) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(prepared, column))
        case SQLITE_BLOB:
            .blob(
                [UInt8](
                    UnsafeRawBufferPointer(
                        start: sqlite3_column_blob(prepared, column), count: Int(sqlite3_column_bytes(prepared, column))
                    )))
        // Text, and a number with a fraction, which no table has.
        default:
            .text(
                String(
                    decoding: UnsafeBufferPointer(
                        start: sqlite3_column_text(prepared, column), count: Int(sqlite3_column_bytes(prepared, column))
                    ),
                    as: UTF8.self))
        }
    }
}
