extension Table {
    public enum ColumnType: String, Hashable, Sendable {
        case text, integer, blob
    }

    public struct Column: Hashable, Sendable {
        public let name: String
        public let type: ColumnType
        public let nullable: Bool
        /// The migration that added the column to a table that was there before; nil where it was made with the table.
        public let addedBy: Int?
        /// What rows hold that were written before an added column was there: NULL, or the column's constant default.
        public let earlier: SQLValue
        /// Whether its values may be as long as a page of a database file.
        public let isLong: Bool

        private init(
            _ name: String, _ type: ColumnType, _ nullable: Bool, isLong: Bool = false, addedBy: Int? = nil,
            earlier: SQLValue = .null
        ) {
            self.name = name
            self.type = type
            self.nullable = nullable
            self.isLong = isLong
            self.addedBy = addedBy
            self.earlier = earlier
        }

        public static func text(_ name: String, nullable: Bool = false) -> Column { Column(name, .text, nullable) }
        public static func integer(_ name: String, nullable: Bool = false) -> Column {
            Column(name, .integer, nullable)
        }
        public static func blob(_ name: String, nullable: Bool = false) -> Column { Column(name, .blob, nullable) }
        /// Bytes of any length, such as a sealed field.
        public static func content(_ name: String) -> Column { Column(name, .blob, false, isLong: true) }

        /// The same column, added by a later migration than the one that made the table.
        ///
        /// - Parameter earlier: the constant that older rows hold; a column that may be null needs none.
        public func added(by migration: Int, earlier: SQLValue = .null) -> Column {
            Column(name, type, nullable, isLong: isLong, addedBy: migration, earlier: earlier)
        }
    }

    /// Columns that an ordinary, never unique, index covers; written as a plain list where it was made with its table.
    public struct Index: Hashable, Sendable, ExpressibleByArrayLiteral {
        public let columns: [String]
        /// The migration that built it over rows that were there; nil where it was made with the table.
        public let addedBy: Int?
        /// The migration that removed it.
        public let droppedBy: Int?

        public init(_ columns: [String], addedBy: Int? = nil, droppedBy: Int? = nil) {
            self.columns = columns
            self.addedBy = addedBy
            self.droppedBy = droppedBy
        }

        public init(arrayLiteral columns: String...) { self.init(columns) }
    }
}
