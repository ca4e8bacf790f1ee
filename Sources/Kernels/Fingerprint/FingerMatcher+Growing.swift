import CKernels

/// A consistent set of pairs.
struct Cluster {
    /// How many of the matcher's best members are in it.
    var count = 0
    /// Sum of the agreement of every two members.
    var agreement: Float = 0
}

extension FingerMatcher {
    /// Grows a set from each of the best supported pairs and keeps the strongest.
    func grow() -> Cluster {
        var best = Cluster()
        let stride = Self.pairLimit
        let width = (pairCount + 7) & ~7
        for k in pairCount..<width { pairLikeness[k] = 0 }
        ck_support(agreement, pairLikeness, Int32(pairCount), Int32(width), Int32(stride), support)
        for _ in 0..<Self.seeds {
            var seed = -1
            var most: Float = 0
            for a in 0..<pairCount where support[a] > most { (seed, most) = (a, support[a]) }
            guard seed >= 0 else { break }
            let cluster = grow(from: seed)
            // A member is no seed of another set.
            for k in 0..<cluster.count { support[Int(members[k])] = 0 }
            if cluster.agreement > best.agreement {
                best = cluster
                (members, bestMembers) = (bestMembers, members)
            }
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
            let (backing, open) = (memory.baseAddress!, memory.baseAddress! + stride)
            backing.initialize(repeating: 0, count: width)
            open.initialize(from: pairLikeness, count: width)
            var next = seed
            var gained: Float = 0
            while next >= 0 {
                members[cluster.count] = Int32(next)
                cluster.count += 1
                cluster.agreement += gained
                let least = MatcherConstants.join * Float(min(cluster.count, 6))
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
