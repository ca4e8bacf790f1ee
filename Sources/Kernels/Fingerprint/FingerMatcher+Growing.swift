import CKernels

/// A consistent set of pairs.
struct Cluster {
    /// Indices into the matcher's pairs.
    var members: [Int] = []
    /// Sum of the agreement of every two members.
    var agreement: Float = 0
}

extension FingerMatcher {
    /// Grows a set from each of the best supported pairs and keeps the strongest.
    func grow() -> Cluster {
        var best = Cluster()
        var bestStrength: Float = 0
        let stride = Self.pairLimit
        let width = (pairCount + 7) & ~7
        for k in pairCount..<width { pairLikeness[k] = 0 }
        for a in 0..<pairCount {
            var sums = SIMD8<Float>.zero
            for b in Swift.stride(from: 0, to: width, by: 8) {
                sums += Self.eight(agreement + a * stride + b) * Self.eight(pairLikeness + b)
            }
            support[a] = sums.sum() * pairLikeness[a]
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

    @inline(__always)
    static func eight(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
    }

    private func grow(from seed: Int) -> Cluster {
        let stride = Self.pairLimit
        let width = (pairCount + 7) & ~7
        var cluster = Cluster()
        // Support that each pair has from the set, and the likeness of those that may still join it.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * stride) { memory in
            memory.initialize(repeating: 0)
            let (backing, open) = (memory.baseAddress!, memory.baseAddress! + stride)
            for b in 0..<pairCount { open[b] = pairLikeness[b] }
            var next = seed
            var gained: Float = 0
            while next >= 0 {
                cluster.members.append(next)
                cluster.agreement += gained
                let least = MatcherConstants.join * Float(min(cluster.members.count, 6))
                next = Int(
                    ck_grow(
                        agreement + next * stride, pairProbe, pairCandidate, Int32(next), Int32(width), least, backing,
                        open))
                if next >= 0 { gained = backing[next] }
            }
        }
        return cluster
    }
}
