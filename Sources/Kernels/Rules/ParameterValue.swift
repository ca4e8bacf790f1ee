public import Quantities

/// What a parameter of the law says on a day, with where it comes from and how sure it is.
public struct ParameterValue: Hashable, Sendable, Codable {
    /// Whether the number was found in a source, or stands in until one is found.
    public enum Status: String, Hashable, Sendable, Codable {
        case sourced
        case provisional
    }

    /// Like `formula.urban.cars`.
    public let id: String
    /// The key of a table's entry or the upper end of a band; nil for a plain number and the open band.
    public let entry: String?
    /// The parameter's name by language.
    public let labels: [String: String]
    public let unit: String
    public let value: Rational
    /// The number as the file has it, like `0.110`.
    public let text: String
    public let source: String
    public let status: Status
    /// The day from which it holds.
    public let from: CivilDate
}
