import CLibPQ

/// Every row of a table by COPY in its binary form: no order, no value of a column.
extension PostgreSQLConnection {
    /// Throws `PostgreSQLFailure`, `StorageError` or what `take` throws.
    func scan(_ table: Table, prefix: [UInt8], _ take: (RowBatch) throws -> Void) throws {
        // A table may be larger than what any statement of a request has time for.
        _ = try pipeline([.text("SET LOCAL statement_timeout TO 0")])
        var batch = RowBatch()
        try receiveCopy("COPY (SELECT \(table.columnList) FROM \(table.name)) TO STDOUT (FORMAT binary)") { part in
            var bytes = part
            while try Self.append(&bytes, of: table, prefix, to: batch) {}
            if batch.isFull {
                try take(batch)
                batch = RowBatch()
            }
        }
        if batch.count > 0 { try take(batch) }
    }

    /// Takes one row; false at the end of what the server sent.
    private static func append(
        _ bytes: inout UnsafeRawBufferPointer, of table: Table, _ prefix: [UInt8], to batch: RowBatch
    ) throws(StorageError) -> Bool {
        guard bytes.count >= 2,
            Int(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self))) == table.columns.count
        else { return false }
        var offset = 2
        batch.beginRow(prefix)
        for column in table.columns {
            guard offset + 4 <= bytes.count else { throw cutShort }
            let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
            offset += 4
            guard length >= 0 else {
                batch.appendNull()
                continue
            }
            guard offset + length <= bytes.count else { throw cutShort }
            let field = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
            switch column.type {
            case .text: batch.appendText(field)
            case .blob: batch.appendBlob(field)
            case .integer:
                guard length == 8 else { throw cutShort }
                batch.append(Int64(bigEndian: field.loadUnaligned(as: Int64.self)))
            }
            offset += length
        }
        batch.endRow()
        bytes = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        return true
    }

    private static let cutShort = StorageError(.columnType, "the database sent a row of another form than its table's")
}

extension PostgreSQLTransaction {
    func scan(_ table: Table, prefix: [UInt8], _ take: (RowBatch) throws -> Void) throws {
        try flush()
        try onConnection { try $0.scan(table, prefix: prefix, take) }
    }
}
