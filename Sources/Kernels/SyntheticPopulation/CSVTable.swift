/// A table read from comma-separated values: a header row, then rows of as many fields (RFC 4180).
struct CSVTable: Sendable {
    let name: String
    let columns: [String: Int]
    let rows: [[String]]

    /// Throws `SyntheticTableError` for an empty text, a row of another length or an open quotation mark.
    init(_ text: String, name: String) throws(SyntheticTableError) {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var quoted = false
        var closed = false
        func finishField() {
            row.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
            closed = false
        }
        func finishRow() {
            finishField()
            if row != [""] { rows.append(row) }
            row = []
        }
        for byte in text.utf8 {
            if quoted {
                if byte == UInt8(ascii: "\"") { (quoted, closed) = (false, true) } else { field.append(byte) }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                // A second quotation mark right behind a closing one stands for itself.
                if closed { field.append(byte) }
                quoted = true
            case UInt8(ascii: ","): finishField()
            case 0x0A: finishRow()
            case 0x0D: continue
            default: field.append(byte)
            }
        }
        if quoted { throw SyntheticTableError(table: name, row: rows.count + 1, message: "a quotation mark is open") }
        if !field.isEmpty || !row.isEmpty { finishRow() }
        guard let header = rows.first else {
            throw SyntheticTableError(table: name, row: 0, message: "the table is empty")
        }
        for (index, row) in rows.enumerated() where row.count != header.count {
            throw SyntheticTableError(
                table: name, row: index + 1, message: "\(row.count) fields where the header has \(header.count)")
        }
        self.name = name
        columns = Dictionary(header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        self.rows = Array(rows.dropFirst())
    }

    /// Throws `SyntheticTableError` where the column is missing.
    func column(_ column: String) throws(SyntheticTableError) -> Int {
        guard let index = columns[column] else {
            throw SyntheticTableError(table: name, row: 1, message: "the column \(column) is missing")
        }
        return index
    }

    /// All values of a column. Throws `SyntheticTableError` where it is missing.
    func texts(_ column: String) throws(SyntheticTableError) -> [String] {
        let index = try self.column(column)
        return rows.map { $0[index] }
    }

    /// All numbers of a column; `empty` for an empty field. Throws `SyntheticTableError` naming the row.
    func numbers(_ column: String, empty: Double? = nil) throws(SyntheticTableError) -> [Double] {
        let index = try self.column(column)
        var numbers: [Double] = []
        numbers.reserveCapacity(rows.count)
        for (row, fields) in rows.enumerated() {
            guard let number = fields[index].isEmpty ? empty : Double(fields[index]) else {
                throw SyntheticTableError(table: name, row: row + 2, message: "the column \(column) must be a number")
            }
            numbers.append(number)
        }
        return numbers
    }
}

/// Why a table of the demonstration cannot be used.
public struct SyntheticTableError: Error, Hashable, Sendable {
    /// Stable, for catalogues and tests.
    public let code = "syntheticPopulation.table"
    public let table: String
    /// Counted from 1, the header being row 1.
    public let row: Int
    public let message: String
}
