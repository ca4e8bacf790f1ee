/// What a table's rows are kept together by when the store is spread over many machines.
///
/// Every statement on a family's table names the key with `=`, unless it is listed as a fan-out.
public struct Family: Hashable, Sendable {
    public let name: String
    /// The column that places a row; nil for reference tables, which every machine holds whole.
    public let key: String?

    public init(_ name: String, key: String?) {
        self.name = name
        self.key = key
    }

    public static let person = Family("person", key: "person_id")
    public static let household = Family("household", key: "household_id")
    /// The keyed hash is both the primary and the distribution key.
    public static let uniqueIndex = Family("uniqueIndex", key: "index_key")
    public static let job = Family("job", key: "bucket")
    public static let reference = Family("reference", key: nil)
}

/// The description of one table as it is after all migrations, from which its definition in either engine is written.
///
/// A column or index that came later is marked with the number of its migration: see `Migration`.
public struct Table: Hashable, Sendable {
    public let name: String
    public let family: Family
    public let columns: [Column]
    public let primaryKey: [String]
    /// Those that were removed again included, for a new store makes and removes them as an old one did.
    public let indexes: [Index]

    /// Whether its rows follow from those of another table, so that no leaf speaks of them: see `DerivedRows`.
    public let isDerived: Bool

    var hasLongRows: Bool { columns.contains(where: \.isLong) }

    public init(
        _ name: String, family: Family, columns: [Column], primaryKey: [String], indexes: [Index] = [],
        isDerived: Bool = false
    ) {
        self.name = name
        self.family = family
        self.columns = columns
        self.primaryKey = primaryKey
        self.indexes = indexes
        self.isDerived = isDerived
    }

    /// The statements every table has: written from the description, so that they cannot drift from it.
    public var insert: Statement {
        let names = columns.map(\.name).joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        return Statement("\(name).insert", "INSERT INTO \(name) (\(names)) VALUES (\(marks))")
    }

    public var update: Statement {
        let changed = columns.map(\.name).filter { !primaryKey.contains($0) }.map { "\($0) = ?" }
        return Statement(
            "\(name).update", "UPDATE \(name) SET \(changed.joined(separator: ", ")) WHERE \(keyCondition)")
    }

    public var delete: Statement {
        Statement("\(name).delete", "DELETE FROM \(name) WHERE \(keyCondition)")
    }

    public var selectByKey: Statement {
        Statement("\(name).selectByKey", "SELECT \(columnList) FROM \(name) WHERE \(keyCondition)")
    }

    /// Every row in the order of the primary key; a fan-out, for verification.
    public var selectAll: Statement {
        Statement(
            "\(name).selectAll", "SELECT \(columnList) FROM \(name) ORDER BY \(primaryKey.joined(separator: ", "))",
            isFanOut: true)
    }

    public var standardStatements: [Statement] {
        let hasOtherColumns = columns.count > primaryKey.count
        return [insert, delete, selectByKey, selectAll] + (hasOtherColumns ? [update] : [])
    }

    /// A row's values in the order of the columns; where one of a column with a constant default is not given, that.
    public func values(_ row: Row) -> [SQLValue] {
        zip(columns, row.values(of: self)).map { column, value in value == .null ? column.earlier : value }
    }

    public var columnList: String { columns.map(\.name).joined(separator: ", ") }

    private var keyCondition: String { primaryKey.map { "\($0) = ?" }.joined(separator: " AND ") }
}
