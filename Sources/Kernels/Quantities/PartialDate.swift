/// A date of which perhaps only the year or the month is known; it is never completed to a day that nobody stated.
public struct PartialDate: Hashable, Sendable {
    public enum Precision: String, Sendable, Codable, CaseIterable {
        case year, month, day
    }

    public let precision: Precision
    /// The first day the date may mean; the date itself when the precision is `day`.
    public let earliest: CivilDate
    /// The last day the date may mean.
    public let latest: CivilDate

    public init(_ day: CivilDate) {
        precision = .day
        earliest = day
        latest = day
    }

    /// Parses `1961`, `1961-05` or `1961-05-03`; the form gives the precision. Throws `QuantityError.malformedDate`.
    public init(_ text: String) throws(QuantityError) {
        switch text.utf8.count {
        case 4:
            precision = .year
            earliest = try CivilDate(iso8601: text + "-01-01")
            latest = try CivilDate(iso8601: text + "-12-31")
        case 7:
            precision = .month
            earliest = try CivilDate(iso8601: text + "-01")
            latest = try CivilDate(
                year: earliest.year, month: earliest.month,
                day: CivilDate.days(inMonth: earliest.month, of: earliest.year))
        default:
            precision = .day
            earliest = try CivilDate(iso8601: text)
            latest = earliest
        }
    }

    /// The same date known less precisely. Throws `QuantityError.malformedDate` when `precision` is finer than its own.
    public func reduced(to precision: Precision) throws(QuantityError) -> PartialDate {
        let order = Precision.allCases
        guard let mine = order.firstIndex(of: self.precision), let asked = order.firstIndex(of: precision),
            asked <= mine
        else { throw .malformedDate }
        return try PartialDate(String(earliest.description.prefix([4, 7, 10][asked])))
    }

    public func mayBe(_ day: CivilDate) -> Bool { earliest <= day && day <= latest }
}

extension PartialDate: CustomStringConvertible, Codable {
    /// As much of `YYYY-MM-DD` as is known.
    public var description: String {
        let whole = earliest.description
        return switch precision {
        case .year: String(whole.prefix(4))
        case .month: String(whole.prefix(7))
        case .day: whole
        }
    }

    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
