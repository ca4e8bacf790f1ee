import GRDB
import GRDBSQLite

/// Every row of a table as it lies in the file: no order, no value of a column.
extension SQLiteTransaction {
    func scan(_ table: Table, prefix: [UInt8], _ take: (RowBatch) throws -> Void) throws {
        try withStatement("SELECT \(table.columnList) FROM \(table.name)") { statement in
            var batch = RowBatch()
            let columns = Int32(table.columns.count)
            while true {
                switch sqlite3_step(statement) {
                case SQLITE_ROW: break
                case SQLITE_DONE:
                    if batch.count > 0 { try take(batch) }
                    return
                case let code: throw fault(code)
                }
                batch.beginRow(prefix)
                for column in 0..<columns { Self.append(sqlite3_column_value(statement, column), to: batch) }
                batch.endRow()
                if batch.isFull {
                    try take(batch)
                    batch = RowBatch()
                }
            }
        }
    }

    private static func append(_ value: OpaquePointer?, to batch: RowBatch) {
        switch sqlite3_value_type(value) {
        case SQLITE_NULL: batch.appendNull()
        case SQLITE_INTEGER: batch.append(sqlite3_value_int64(value))
        case SQLITE_BLOB: batch.appendBlob(bytes(value))
        // The bytes of a text as they are; asked for as a text, SQLite would copy them to end them with a zero.
        case SQLITE_TEXT: batch.appendText(bytes(value))
        // A number with a fraction, which no table has: as a text, like `forEachRow`.
        default:
            let text = sqlite3_value_text(value)
            batch.appendText(UnsafeRawBufferPointer(start: text, count: Int(sqlite3_value_bytes(value))))
        }
    }

    private static func bytes(_ value: OpaquePointer?) -> UnsafeRawBufferPointer {
        let start = sqlite3_value_blob(value)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
    }
}
