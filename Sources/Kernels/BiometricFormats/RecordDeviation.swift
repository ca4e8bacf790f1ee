/// A departure from the standard that was tolerated when a record was read.
public struct RecordDeviation: Equatable, Sendable {
    /// The kinds of departures.
    public enum Kind: String, Sendable, CaseIterable {
        /// The length field is not the record's length; kept.
        case statedLength
        /// Bytes follow the record; kept.
        case padding
        /// Reserved bits are set; not kept.
        case reserved
        /// A code is not of the standard's list; kept.
        case code
        /// The quality is outside 0 to 100 and not 254 or 255; kept.
        case quality
        /// An angle is a full turn or more; kept.
        case angle
        /// A count disagrees with the record's content; kept, except that an eye named twice becomes one group.
        case count
    }

    /// The kind.
    public let kind: Kind

    /// The field.
    public let field: String

    /// Its first byte.
    public let offset: Int
}

extension [RecordDeviation] {
    /// Adds a deviation; a hostile record does not fill the memory with them.
    mutating func note(_ kind: RecordDeviation.Kind, _ field: String, at offset: Int) {
        if count < 64 { append(RecordDeviation(kind: kind, field: field, offset: offset)) }
    }
}
