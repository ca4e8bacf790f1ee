import CLibPQ

/// COPY in its binary form (PostgreSQL 15 manual, COPY, "Binary Format").
extension PostgreSQLConnection {
    private static let signature: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + Array(repeating: 0, count: 8)
    private static let chunk = 1 << 16

    /// Appends rows, each in the order of the table's columns. Throws `PostgreSQLFailure` or `StorageError`.
    func copyIn(_ table: Table, _ rows: some Sequence<[SQLValue]>) throws -> Int {
        try beginCopy("COPY \(table.name) (\(table.columnList)) FROM STDIN (FORMAT binary)", PGRES_COPY_IN)
        var buffer = Self.signature
        var count = 0
        do {
            for row in rows {
                try Self.append(row, of: table, to: &buffer)
                count += 1
                if buffer.count >= Self.chunk { try put(&buffer) }
            }
        } catch {
            // Ends the command with an error of the server's, which leaves the transaction to be undone.
            _ = PQputCopyEnd(handle, "given up")
            try? endCopy()
            throw error
        }
        buffer += [0xFF, 0xFF]
        try put(&buffer)
        guard PQputCopyEnd(handle, nil) == 1 else { throw PostgreSQLFailure.lost }
        try endCopy()
        return count
    }

    /// Visits every row of a table in the order of its key. Throws `PostgreSQLFailure` or what `visit` throws.
    func copyOut(_ table: Table, _ visit: (Row) throws -> Void) throws {
        let order = table.primaryKey.joined(separator: ", ")
        let names = ColumnNames(table.columns.map(\.name))
        try receiveCopy(
            "COPY (SELECT \(table.columnList) FROM \(table.name) ORDER BY \(order)) TO STDOUT (FORMAT binary)"
        ) { part in
            var bytes = part[...]
            while let values = try Self.values(of: table, &bytes) { try visit(Row(names, values)) }
        }
    }

    /// Hands over what a COPY to the client gives, part by part, without the signature.
    ///
    /// Throws `PostgreSQLFailure` or what `take` throws; the session stays usable.
    func receiveCopy(_ sql: String, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        try beginCopy(sql, PGRES_COPY_OUT)
        var fault: (any Error)?
        var isFirst = true
        while true {
            var data: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(handle, &data, 0)
            guard length > 0, let data else { break }
            defer { PQfreemem(data) }
            // What is left after an error is read and dropped.
            guard fault == nil else { continue }
            var bytes = UnsafeRawBufferPointer(start: data, count: Int(length))
            if isFirst {
                bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Self.signature.count))
                isFirst = false
            }
            do { try take(bytes) } catch { fault = error }
        }
        try endCopy()
        if let fault { throw fault }
    }

    private func beginCopy(_ sql: String, _ expected: ExecStatusType) throws {
        guard let result = PQexec(handle, sql) else { throw PostgreSQLFailure.lost }
        defer { PQclear(result) }
        guard PQresultStatus(result) == expected else {
            throw PostgreSQLFailure(result, isConnectionLost: PQstatus(handle) != CONNECTION_OK)
        }
    }

    private func put(_ buffer: inout [UInt8]) throws {
        let sent = buffer.withUnsafeBytes { bytes in
            PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard sent == 1 else { throw PostgreSQLFailure.lost }
        buffer.removeAll(keepingCapacity: true)
    }

    private func endCopy() throws {
        var failure: PostgreSQLFailure?
        while let result = PQgetResult(handle) {
            if PQresultStatus(result) != PGRES_COMMAND_OK {
                failure = PostgreSQLFailure(result, isConnectionLost: PQstatus(handle) != CONNECTION_OK)
            }
            PQclear(result)
            if PQstatus(handle) != CONNECTION_OK { break }
        }
        if let failure { throw failure }
    }

    private static func append(_ row: [SQLValue], of table: Table, to buffer: inout [UInt8]) throws(StorageError) {
        guard row.count == table.columns.count else {
            throw StorageError(.statement, "\(table.name) has \(table.columns.count) columns, the row \(row.count)")
        }
        append(UInt16(row.count), to: &buffer)
        for (column, value) in zip(table.columns, row) {
            switch (column.type, value) {
            case (_, .null): append(UInt32.max, to: &buffer)
            case (.integer, .integer(let number)):
                append(UInt32(8), to: &buffer)
                append(UInt64(bitPattern: number), to: &buffer)
            case (.blob, .blob(let content)):
                append(UInt32(content.count), to: &buffer)
                buffer += content
            case (.text, .text(var text)):
                let isKept = text.withUTF8 { bytes in
                    append(UInt32(bytes.count), to: &buffer)
                    buffer += bytes
                    return !bytes.contains(0)
                }
                guard isKept else {
                    throw StorageError(.statement, "a text holds the character U+0000, which no engine keeps")
                }
            default:
                throw StorageError(.columnType, "column \(column.name) does not hold \(column.type.rawValue)")
            }
        }
    }

    private static func append(_ number: some FixedWidthInteger, to buffer: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { buffer += $0 }
    }

    /// The next row of what the server sent, or nil at its end.
    private static func values(
        of table: Table, _ bytes: inout Slice<UnsafeRawBufferPointer>
    ) throws(StorageError) -> [SQLValue]? {
        guard bytes.count >= 2 else { return nil }
        let count = Int(Int16(truncatingIfNeeded: take(2, &bytes)))
        guard count == table.columns.count else { return nil }
        var values: [SQLValue] = []
        values.reserveCapacity(count)
        for column in table.columns {
            let length = Int(Int32(truncatingIfNeeded: take(4, &bytes)))
            guard length >= 0 else {
                values.append(.null)
                continue
            }
            let field = UnsafeRawBufferPointer(rebasing: bytes.prefix(length))
            bytes = bytes.dropFirst(length)
            let type: Oid =
                switch column.type {
                case .text: 25
                case .integer: 20
                case .blob: 17
                }
            values.append(try PostgreSQLValue.decoded(field, type: type))
        }
        return values
    }

    private static func take(_ count: Int, _ bytes: inout Slice<UnsafeRawBufferPointer>) -> Int {
        let number = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        bytes = bytes.dropFirst(count)
        return number
    }
}
