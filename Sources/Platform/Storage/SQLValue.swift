/// A value in the form both engines take.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// One row of an answer, read by column name.
///
/// It has no description: a row may hold what nobody should see in a log.
public struct Row: Sendable {
    private let values: [String: SQLValue]

    public init(_ values: [String: SQLValue]) { self.values = values }

    public subscript(_ column: String) -> SQLValue { values[column] ?? .null }

    /// Throws `StorageError` (`columnType`) where the column is absent or holds another type.
    public func text(_ column: String) throws(StorageError) -> String {
        guard case .text(let value)? = values[column] else { throw Self.mismatch(column, "text") }
        return value
    }

    public func integer(_ column: String) throws(StorageError) -> Int64 {
        guard case .integer(let value)? = values[column] else { throw Self.mismatch(column, "a whole number") }
        return value
    }

    public func blob(_ column: String) throws(StorageError) -> [UInt8] {
        guard case .blob(let value)? = values[column] else { throw Self.mismatch(column, "bytes") }
        return value
    }

    private static func mismatch(_ column: String, _ expected: String) -> StorageError {
        StorageError(.columnType, "column \(column) does not hold \(expected)")
    }
}
