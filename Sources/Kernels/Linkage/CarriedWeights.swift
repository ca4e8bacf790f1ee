/// Weights that were learned from one file and are carried to where single records are compared: data, never code.
///
/// Shares between 0 and 1 by field and level (Fellegi and Sunter 1969: m, u; and a class for people of one household).
public struct CarriedWeights: Codable, Sendable {
    /// One field's shares by level; a level that is left out never came up.
    public struct Field: Codable, Sendable {
        /// Among two records of one person.
        public var match: [String: Double]
        /// Among two people of one household; only fields that a household shares.
        public var household: [String: Double]?
        /// Among two records drawn at random.
        public var chance: [String: Double]
        /// Natural logarithms that are added where a frequency stands in for the chance.
        public var corrections: [String: Double]?
        /// Chance that two records drawn at random have the same value.
        public var agreement: Double
    }

    /// What the weights were learned from.
    public var source: String
    /// `sourced`, or `provisional` where the source is not the register itself.
    public var status: String
    /// How often two name fields are exchanged in records of one person, and of one household.
    public var exchangedMatch: Double
    public var exchangedHousehold: Double
    public var fields: [String: Field]
}

/// How frequent names, keys of names and years of birth are, so that agreement in a rare one weighs more.
///
/// Read from tab-separated lines `field, kind, value, share`; kind is `latin`, `arabic`, `key` or `year`. The value `*`
/// gives the share of one that is not listed. Values are normalised.
public struct TermFrequencies: Sendable {
    private let shares: [String: Double]

    /// Throws `LinkageError` (`configuration`) naming the first line that is none.
    public init(_ text: String) throws(LinkageError) {
        var shares: [String: Double] = [:]
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            guard let tab = line.lastIndex(of: 0x09), let share = Double(String(line[line.index(after: tab)...]) ?? ""),
                share > 0, share <= 1
            else {
                throw LinkageError(.configuration, "terms: line \(number) is not field, kind, value, share")
            }
            shares[String(line[..<tab]) ?? ""] = share
        }
        self.shares = shares
    }

    /// The share of the records that have a value; nil where the field has no list of this kind.
    func share(_ field: String, _ kind: String, _ value: String) -> Double? {
        shares["\(field)\t\(kind)\t\(value)"] ?? shares["\(field)\t\(kind)\t*"]
    }
}
