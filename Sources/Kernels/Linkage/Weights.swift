/// What was learned from a file: how often each level comes up in pairs of one person, of one household, and by chance.
///
/// All by field, then by level, as natural logarithms; the level "not given" weighs nothing. The last field is the sign
/// of an exchange.
public struct Weights: Sendable {
    var match: [[Double]]
    var household: [[Double]]
    var chance: [[Double]]
    /// Shares of all pairs of records.
    var matchShare: Double
    var householdShare: Double

    /// Starting values: most fields of one person agree.
    static func initial(_ records: PreparedRecords, chance: [[Double]], pairs: Double) -> Weights {
        let typical: [Double] = [1, 0.62, 0.1, 0.08, 0.06, 0.04, 0.05, 0.01, 0.03, 0.01]
        let family: [Double] = [1, 0.55, 0.08, 0.04, 0.03, 0.25, 0.03, 0.01, 0.02, 0.01]
        var match = records.fields.map { _ in typical.map(Logarithm.natural) }
        var household = records.fields.map { $0.isHousehold ? family.map(Logarithm.natural) : [] }
        match.append(order(0.03))
        household.append(order(0.0001))
        return Weights(
            match: match, household: household, chance: chance, matchShare: Double(records.count) * 0.2 / pairs,
            householdShare: records.fields.contains { $0.isHousehold } ? Double(records.count) / pairs : 0)
    }

    private static func order(_ share: Double) -> [Double] {
        var row = [Double](repeating: 0, count: Level.count)
        row[Int(Level.exchanged)] = Logarithm.natural(share)
        return row
    }
}

/// A compared pair as the estimation sees it: four bits a level and what chance would give.
struct Sample: Sendable {
    var pattern: UInt64
    /// Logarithm of the chance of the fields a person has alone.
    var personal: Float
    /// Logarithm of the chance of the fields that a household shares.
    var shared: Float
}
