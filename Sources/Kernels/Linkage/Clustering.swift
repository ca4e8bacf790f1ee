/// Forms clusters from pairs, the surest first, so that one bad link does not chain.
///
/// Two clusters become one only when the mean log odds over all pairs between them, each held within limits, speak for
/// it, and no pair between them is under a veto. Pairs within a cluster that no key led to are compared here.
struct Clustering {
    private let linker: Linker
    private var pairs: [Linker.Pair]
    private let comparer: PairComparer
    /// Limits of a pair's say in the mean.
    static let mostSay = 9.0
    private let leastSay: Double

    init(_ linker: Linker, _ pairs: [Linker.Pair]) {
        self.linker = linker
        self.pairs = pairs
        leastSay = -abs(linker.configuration.mostAgainst ?? Self.mostSay)
        comparer = PairComparer(linker.records)
    }

    func result() -> Linker.Result {
        var cluster = Array(0..<linker.records.count)
        var members: [Int: [Int]] = [:]
        let clerical = linker.configuration.clericalThreshold
        let least = Logarithm.natural(clerical / (1 - clerical))
        for pair in pairs where pair.probability >= least {
            let (a, b) = (cluster[pair.one], cluster[pair.other])
            if a == b { continue }
            let left = members[a] ?? [a]
            let right = members[b] ?? [b]
            guard belong(left, right) else { continue }
            let (into, from) = a < b ? (a, b) : (b, a)
            members[into] = left + right
            members[from] = nil
            for record in a < b ? right : left { cluster[record] = into }
        }
        return Linker.Result(pairs: final(cluster, members), clusters: cluster)
    }

    private func belong(_ left: [Int], _ right: [Int]) -> Bool {
        var sum = 0.0
        for one in left {
            for other in right {
                let odds = linker.odds(comparer, one, other)
                if odds == -.infinity { return false }
                sum += min(Self.mostSay, max(leastSay, odds))
            }
        }
        return sum > 0
    }

    /// Within a cluster a pair is as sure as the surest way through the others; across clusters it is not surer than
    /// doubt.
    private func final(_ cluster: [Int], _ members: [Int: [Int]]) -> [Linker.Pair] {
        var result: [Linker.Pair] = []
        let doubt = linker.configuration.automaticThreshold - 0.01
        for pair in pairs where cluster[pair.one] != cluster[pair.other] {
            result.append(
                Linker.Pair(
                    one: pair.one, other: pair.other, probability: min(doubt, Logarithm.probability(pair.probability))))
        }
        for (_, records) in members {
            let count = records.count
            var sure = [Double](repeating: 1, count: count * count)
            for i in 0..<count {
                for j in 0..<count where j > i {
                    let p = Logarithm.probability(linker.odds(comparer, records[i], records[j]))
                    (sure[i * count + j], sure[j * count + i]) = (p, p)
                }
            }
            for k in 0..<count {
                for i in 0..<count {
                    for j in 0..<count {
                        sure[i * count + j] = max(sure[i * count + j], min(sure[i * count + k], sure[k * count + j]))
                    }
                }
            }
            for i in 0..<count {
                for j in 0..<count where j > i {
                    result.append(
                        Linker.Pair(
                            one: min(records[i], records[j]), other: max(records[i], records[j]),
                            probability: sure[i * count + j]))
                }
            }
        }
        result.sort { ($0.one, $0.other) < ($1.one, $1.other) }
        return result
    }
}
