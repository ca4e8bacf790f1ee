/// A value in the form both engines take.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// The names of an answer's columns, shared by all its rows.
final class ColumnNames: Sendable {
    let names: [String]

    init(_ names: [String]) { self.names = names }
}

/// One row of an answer, read by column name.
///
/// It has no description: a row may hold what nobody should see in a log.
public struct Row: Sendable {
    private let columns: ColumnNames
    private let values: [SQLValue]

    public init(_ values: [String: SQLValue]) {
        columns = ColumnNames(Array(values.keys))
        self.values = Array(values.values)
    }

    /// - Parameter values: one for each name, in the same order.
    init(_ columns: ColumnNames, _ values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    public subscript(_ column: String) -> SQLValue {
        // A handful of names: looking through them costs less than a table of them for each row.
        for index in values.indices where columns.names[index] == column { return values[index] }
        return .null
    }

    /// The row's values in the order of a table's columns; NULL for a column that it does not have.
    public func values(of table: Table) -> [SQLValue] {
        let isInOrder =
            columns.names.count == table.columns.count
            && zip(columns.names, table.columns).allSatisfy { $0 == $1.name }
        return isInOrder ? values : table.columns.map { self[$0.name] }
    }

    /// Throws `StorageError` (`columnType`) where the column is absent or holds another type.
    public func text(_ column: String) throws(StorageError) -> String {
        guard case .text(let value) = self[column] else { throw Self.mismatch(column, "text") }
        return value
    }

    public func integer(_ column: String) throws(StorageError) -> Int64 {
        guard case .integer(let value) = self[column] else { throw Self.mismatch(column, "a whole number") }
        return value
    }

    public func blob(_ column: String) throws(StorageError) -> [UInt8] {
        guard case .blob(let value) = self[column] else { throw Self.mismatch(column, "bytes") }
        return value
    }

    private static func mismatch(_ column: String, _ expected: String) -> StorageError {
        StorageError(.columnType, "column \(column) does not hold \(expected)")
    }
}
