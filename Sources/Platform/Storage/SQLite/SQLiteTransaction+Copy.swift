import GRDB
import GRDBSQLite

/// Many rows into one table: one prepared statement.
extension SQLiteTransaction {
    @discardableResult
    func copyIn(_ table: Table, _ rows: some Sequence<[SQLValue]>) throws -> Int {
        var count = 0
        try withStatement(table.insert.sql) { statement in
            for row in rows {
                guard row.count == table.columns.count else {
                    throw StorageError(
                        .statement, "\(table.name) has \(table.columns.count) columns, the row \(row.count)")
                }
                for (index, value) in row.enumerated() { try bind(value, Int32(index + 1), statement) }
                let stepped = sqlite3_step(statement)
                guard stepped == SQLITE_DONE else {
                    sqlite3_reset(statement)
                    throw fault(stepped)
                }
                sqlite3_reset(statement)
                count += 1
            }
        }
        return count
    }

    func bind(_ value: SQLValue, _ place: Int32, _ statement: OpaquePointer) throws {
        // SQLITE_TRANSIENT: SQLite takes a copy before the call returns.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let bound =
            switch value {
            case .null: sqlite3_bind_null(statement, place)
            case .integer(let number): sqlite3_bind_int64(statement, place, number)
            case .blob(let bytes):
                bytes.withUnsafeBufferPointer { buffer in
                    buffer.isEmpty
                        ? sqlite3_bind_zeroblob(statement, place, 0)
                        : sqlite3_bind_blob(statement, place, buffer.baseAddress, Int32(buffer.count), copied)
                }
            case .text(var text):
                try text.withUTF8 { buffer in
                    guard !buffer.contains(0) else {
                        throw StorageError(.statement, "a text holds the character U+0000, which no engine keeps")
                    }
                    guard let start = buffer.baseAddress else {
                        return sqlite3_bind_text(statement, place, "", 0, copied)
                    }
                    return start.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                        sqlite3_bind_text(statement, place, $0, Int32(buffer.count), copied)
                    }
                }
            }
        guard bound == SQLITE_OK else { throw fault(bound) }
    }

    func fault(_ code: Int32) -> any Error {
        // The library interrupts the statement of a task that was cancelled.
        if code & 0xFF == SQLITE_INTERRUPT { return CancellationError() }
        let extended = sqlite3_extended_errcode(database.sqliteConnection)
        return SQLiteStore.storageError(
            DatabaseError(
                resultCode: ResultCode(rawValue: extended == 0 ? code : extended),
                message: sqlite3_errmsg(database.sqliteConnection).map { String(cString: $0) }))
    }
}
