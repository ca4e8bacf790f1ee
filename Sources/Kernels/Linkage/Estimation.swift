/// Learns the weights of a file without labels: u by sampling, m by expectation-maximisation.
///
/// Fellegi and Sunter (1969) with a third class besides "the same person" and "strangers": people of one household, who
/// share surname, parents, place and address and nothing else. So the shared fields weigh as one joint level: what a
/// household explains is no evidence for a person. The sum runs over all pairs of the file; pairs that no key leads to
/// count as strangers, so u stays what chance gives.
enum Estimation {
    static let randomPairs = 300_000
    static let wantedSamples = 1_200_000
    static let rounds = 25

    static func weights(
        _ records: PreparedRecords, index: CandidateIndex, householdIndex: CandidateIndex?, parallel: Parallel,
        seed: UInt64
    ) -> Weights {
        let pairs = Double(records.count) * Double(records.count - 1) / 2
        let chance = chances(records, parallel: parallel, seed: seed)
        var total = index.hashes.indices.reduce(0) { $0 + index.pairs($1) }
        if let householdIndex { total += householdIndex.hashes.indices.reduce(0) { $0 + householdIndex.pairs($1) } }
        let share = min(1, Double(wantedSamples) / Double(max(1, total)))
        var samples = gather(records, index, chance, share, avoiding: nil, parallel: parallel, seed: seed)
        if let householdIndex {
            samples += gather(records, householdIndex, chance, share, avoiding: index, parallel: parallel, seed: seed)
        }
        var weights = Weights.initial(records, chance: chance, pairs: pairs)
        let all = samples
        for _ in 0..<rounds {
            weights = step(weights, all, records, weight: 1 / share, pairs: pairs, parallel: parallel)
        }
        return weights
    }

    /// How often each level comes up in two records drawn at random, with the corrections for frequencies behind it.
    private static func chances(_ records: PreparedRecords, parallel: Parallel, seed: UInt64) -> [[Double]] {
        let count = records.count
        let wanted = min(randomPairs, count * (count - 1) / 2 * 4)
        let tallies = parallel.ranges(wanted, pieces: parallel.width) { range -> [[Double]] in
            let comparer = PairComparer(records)
            var tally = records.fields.map { _ in [Double](repeating: 0, count: Level.count) }
            for draw in range {
                let bits = Mixing.joined(seed, UInt64(draw))
                let one = Int((bits >> 32).multipliedFullWidth(by: UInt64(count)).low >> 32)
                let other = Int((bits & 0xFFFF_FFFF).multipliedFullWidth(by: UInt64(count)).low >> 32)
                if one == other { continue }
                comparer.compare(one, other)
                for field in records.fields.indices { tally[field][Int(comparer.levels[field])] += 1 }
            }
            return tally
        }
        var result: [[Double]] = []
        for (index, field) in records.fields.enumerated() {
            let tally = (0..<Level.count).map { level in tallies.reduce(0) { $0 + $1[index][level] } }
            let given = tally.dropFirst().reduce(0, +)
            var row = tally.map { Logarithm.natural(($0 + 0.3) / (given + 3)) }
            row[0] = 0
            var corrections = [Double](repeating: 0, count: Level.count)
            if field.kind == .date {
                let total = Double(max(1, field.given[0]))
                let years = field.yearFrequency.values.reduce(0.0) { $0 + Double($1) * Double($1) } / total / total
                for level in [Int(Level.variant), Int(Level.across)] {
                    corrections[level] = min(0, row[level] - Logarithm.natural(max(years, 1e-9)))
                }
            }
            result.append(row + corrections)
        }
        result.append([Double](repeating: 0, count: 2 * Level.count))
        return result
    }

    private static func gather(
        _ records: PreparedRecords, _ index: CandidateIndex, _ chance: [[Double]], _ share: Double,
        avoiding other: CandidateIndex?, parallel: Parallel, seed: UInt64
    ) -> [Sample] {
        let limit = share >= 1 ? UInt64.max : UInt64(share * Double(UInt64.max))
        var samples: [Sample] = []
        for key in index.hashes.indices {
            let parts = parallel.ranges(index.ends[key].count, pieces: parallel.width) { lists -> [Sample] in
                let comparer = PairComparer(records)
                var found: [Sample] = []
                index.walk(key, lists: lists) { one, two in
                    if Mixing.joined(seed &+ UInt64(one), UInt64(two)) > limit { return }
                    if let other, other.leadsTo(one, two) { return }
                    found.append(sample(comparer, one, two, chance))
                }
                return found
            }
            for part in parts { samples += part }
        }
        return samples
    }

    static func sample(_ comparer: PairComparer, _ one: Int, _ two: Int, _ chance: [[Double]]) -> Sample {
        comparer.compare(one, two)
        var (pattern, personal, shared): (UInt64, Double, Double) = (0, 0, 0)
        for (field, level) in comparer.levels.enumerated() {
            pattern |= UInt64(level) << UInt64(4 * field)
            guard level != Level.missing, field < comparer.records.fields.count else { continue }
            let value = comparer.chance(field, level, one, two, chance[field])
            if comparer.records.fields[field].isHousehold { shared += value } else { personal += value }
        }
        return Sample(pattern: pattern, personal: Float(personal), shared: Float(shared))
    }

    private struct Sums: Sendable {
        var match: [Double]
        var household: [Double]
        var matches = 0.0
        var households = 0.0
    }

    private static func step(
        _ weights: Weights, _ samples: [Sample], _ records: PreparedRecords, weight: Double, pairs: Double,
        parallel: Parallel
    ) -> Weights {
        let fields = records.fields.count + 1
        let scorer = Scorer(weights, fields: records.fields.map(\.isHousehold))
        let sums = parallel.ranges(samples.count, pieces: parallel.width) { range -> Sums in
            var sums = Sums(
                match: Array(repeating: 0, count: fields * Level.count),
                household: Array(repeating: 0, count: fields * Level.count))
            for index in range {
                let (match, household) = scorer.shares(samples[index])
                if match < 1e-6, household < 1e-6 { continue }
                var pattern = samples[index].pattern
                for field in 0..<fields {
                    let place = field * Level.count + Int(pattern & 15)
                    sums.match[place] += match
                    sums.household[place] += household
                    pattern >>= 4
                }
                sums.matches += match
                sums.households += household
            }
            return sums
        }
        var next = weights
        for field in 0..<fields {
            next.match[field] = row(sums.map(\.match), field, prior: weights.match[field], isOrder: field == fields - 1)
            if field == fields - 1 || records.fields[field].isHousehold {
                next.household[field] = row(
                    sums.map(\.household), field, prior: weights.household[field], isOrder: field == fields - 1)
            }
        }
        let matches = sums.reduce(0) { $0 + $1.matches } * weight
        let households = sums.reduce(0) { $0 + $1.households } * weight
        next.matchShare = max(matches, 1) / pairs
        if weights.householdShare > 0 { next.householdShare = max(households, 1) / pairs }
        return next
    }

    /// Shares of the levels, held to the old ones by a few pseudo-counts, so that an unseen level is not impossible.
    private static func row(_ sums: [[Double]], _ field: Int, prior: [Double], isOrder: Bool) -> [Double] {
        let counts = (0..<Level.count).map { level in sums.reduce(0) { $0 + $1[field * Level.count + level] } }
        if isOrder {
            let total = counts.reduce(0, +)
            var row = [Double](repeating: 0, count: Level.count)
            row[Int(Level.exchanged)] = Logarithm.natural((counts[Int(Level.exchanged)] + 0.1) / (total + 10))
            return row
        }
        let given = counts.dropFirst().reduce(0, +)
        var row = counts.map { Logarithm.natural(($0 + 0.2) / (given + 2)) }
        row[0] = 0
        return row
    }
}

extension CandidateIndex {
    /// Whether any key leads from one record to the other.
    func leadsTo(_ one: Int, _ other: Int) -> Bool {
        for hash in hashes where hash[one] != 0 && hash[one] == hash[other] { return true }
        return false
    }
}
