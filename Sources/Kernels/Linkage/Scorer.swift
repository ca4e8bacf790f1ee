/// Turns levels into log odds that two records are one person.
struct Scorer: Sendable {
    private let match: [Double]
    private let household: [Double]
    private let logMatch: Double
    private let logHousehold: Double?
    private let logStranger: Double
    private let fields: Int

    init(_ weights: Weights, fields isHousehold: [Bool]) {
        fields = isHousehold.count + 1
        match = weights.match.flatMap { $0 }
        household = weights.household.enumerated().flatMap { index, row in
            index == isHousehold.count || isHousehold[index] ? row : [Double](repeating: 0, count: Level.count)
        }
        logMatch = Logarithm.natural(weights.matchShare)
        logHousehold = weights.householdShare > 0 ? Logarithm.natural(weights.householdShare) : nil
        logStranger = Logarithm.natural(max(1e-9, 1 - weights.matchShare - weights.householdShare))
    }

    private func sums(_ sample: Sample) -> (match: Double, household: Double, stranger: Double) {
        var (same, home) = (logMatch, 0.0)
        var pattern = sample.pattern
        for field in 0..<fields {
            let place = field * Level.count + Int(pattern & 15)
            same += match[place]
            home += household[place]
            pattern >>= 4
        }
        let stranger = logStranger + Double(sample.personal) + Double(sample.shared)
        return (same, logHousehold.map { $0 + home + Double(sample.personal) } ?? -1e9, stranger)
    }

    /// Natural log odds of "one person" against "one household or strangers".
    func odds(_ sample: Sample) -> Double {
        let sums = sums(sample)
        return sums.match - Logarithm.sum(sums.household, sums.stranger)
    }

    /// Shares of the two first classes.
    func shares(_ sample: Sample) -> (match: Double, household: Double) {
        let sums = sums(sample)
        let most = max(sums.match, sums.household, sums.stranger)
        let same = Logarithm.exponential(sums.match - most)
        let home = Logarithm.exponential(sums.household - most)
        let total = same + home + Logarithm.exponential(sums.stranger - most)
        return (same / total, home / total)
    }
}
