import CKernels

extension FingerMatcher {
    /// Fills the likeness of every cylinder with every other.
    func measureLikeness(_ probe: FingerTemplate, _ candidate: FingerTemplate) {
        probe.cylinders.withUnsafeBufferPointer { one in
            candidate.cylinders.withUnsafeBufferPointer { other in
                ck_cylinder_likeness(
                    one.baseAddress, Int32(probe.count), other.baseAddress, Int32(candidate.count), likeness)
            }
        }
    }

    /// Keeps the likest pairs, at most ``pairLimit``, and how well each two of them agree.
    func choosePairs(_ probe: FingerTemplate, _ candidate: FingerTemplate) {
        let (rows, total) = (candidate.count, probe.count * candidate.count)
        let least = cut(total)
        pairCount = 0
        let stride = Self.pairLimit
        probe.columns.withUnsafeBufferPointer { p in
            candidate.columns.withUnsafeBufferPointer { c in
                let (n, m) = (probe.count, candidate.count)
                var index = 0
                for i in 0..<n {
                    for j in 0..<rows {
                        defer { index += 1 }
                        guard likeness[index] >= least, pairCount < stride else { continue }
                        let k = pairCount
                        pairProbe[k] = Int32(i)
                        pairCandidate[k] = Int32(j)
                        pairLikeness[k] = Float(likeness[index]) / 255
                        pairColumns[k] = p[i]
                        pairColumns[stride + k] = p[n + i]
                        pairColumns[2 * stride + k] = c[j]
                        pairColumns[3 * stride + k] = c[m + j]
                        // The turn that carries the probe's direction into the candidate's.
                        let (ac, `as`, bc, bs) = (p[2 * n + i], p[3 * n + i], c[2 * m + j], c[3 * m + j])
                        pairColumns[4 * stride + k] = bc * ac + bs * `as`
                        pairColumns[5 * stride + k] = bs * ac - bc * `as`
                        pairCount += 1
                    }
                }
            }
        }
        let width = (pairCount + 7) & ~7
        for k in pairCount..<width { for row in 0..<6 { pairColumns[row * stride + k] = 0 } }
        ck_pair_agreement(pairColumns, Int32(pairCount), Int32(stride), tolerance, agreement)
    }

    /// The least likeness that at most ``pairLimit`` pairs reach.
    private func cut(_ total: Int) -> UInt8 {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 256) { counts in
            counts.initialize(repeating: 0)
            for index in 0..<total { counts[Int(likeness[index])] += 1 }
            var sum = 0
            var level = 255
            while level > 1 {
                sum += Int(counts[level])
                if sum > Self.pairLimit { return UInt8(min(level + 1, 255)) }
                level -= 1
            }
            return 1
        }
    }
}
