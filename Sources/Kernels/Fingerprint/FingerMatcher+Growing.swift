/// A consistent set of pairs.
struct Cluster {
    /// Indices into the matcher's pairs.
    var members: [Int] = []
    var probeUsed = UInt128.zero
    var candidateUsed = UInt128.zero
    /// Sum of the agreement of every two members.
    var agreement: Float = 0
}

extension FingerMatcher {
    /// Grows a set from each of the best supported pairs and keeps the strongest.
    func grow() -> Cluster {
        var best = Cluster()
        var bestStrength: Float = 0
        let stride = Self.pairLimit
        for a in 0..<pairCount {
            var sum: Float = 0
            let row = agreement + a * stride
            for b in 0..<pairCount { sum += row[b] * pairLikeness[b] }
            support[a] = sum * pairLikeness[a]
        }
        var tried = UInt64.zero
        for _ in 0..<Self.seeds {
            var seed = -1
            var most: Float = 0
            for a in 0..<pairCount where tried & (1 << UInt64(a)) == 0 && support[a] > most {
                (seed, most) = (a, support[a])
            }
            guard seed >= 0 else { break }
            let cluster = grow(from: seed)
            for member in cluster.members { tried |= 1 << UInt64(member) }
            let strength = cluster.agreement
            if strength > bestStrength { (best, bestStrength) = (cluster, strength) }
        }
        return best
    }

    private func grow(from seed: Int) -> Cluster {
        let stride = Self.pairLimit
        var cluster = Cluster()
        withUnsafeTemporaryAllocation(of: Float.self, capacity: stride) { backing in
            backing.initialize(repeating: 0)
            var next = seed
            var gained: Float = 0
            while next >= 0 {
                cluster.members.append(next)
                cluster.probeUsed |= 1 << UInt128(pairProbe[next])
                cluster.candidateUsed |= 1 << UInt128(pairCandidate[next])
                cluster.agreement += gained
                let row = agreement + next * stride
                var most: Float = 0
                let size = cluster.members.count
                next = -1
                for b in 0..<pairCount {
                    backing[b] += row[b]
                    let value = backing[b] * pairLikeness[b]
                    guard value > most, cluster.probeUsed >> UInt128(pairProbe[b]) & 1 == 0,
                        cluster.candidateUsed >> UInt128(pairCandidate[b]) & 1 == 0,
                        backing[b] > MatcherConstants.join * Float(min(size, 6))
                    else { continue }
                    (most, next, gained) = (value, b, backing[b])
                }
            }
        }
        return cluster
    }
}
