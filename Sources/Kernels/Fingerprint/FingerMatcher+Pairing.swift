import CKernels

extension FingerMatcher {
    /// Fills the likeness of every cylinder with every other, or of the first of each.
    func measureLikeness(
        _ probe: FingerTemplate, _ candidate: FingerTemplate, rows: Int? = nil, columns: Int? = nil
    ) {
        probe.cylinders.withUnsafeBufferPointer { one in
            candidate.cylinders.withUnsafeBufferPointer { other in
                ck_cylinder_likeness(
                    one.baseAddress, Int32(rows ?? probe.count), Int32(probe.stride), other.baseAddress,
                    Int32(columns ?? candidate.stride), Int32(candidate.stride), likeness)
            }
        }
    }

    /// Keeps the likest pairs, at most ``pairLimit``, and how well each two of them agree.
    func choosePairs(_ probe: FingerTemplate, _ candidate: FingerTemplate) {
        let least = cut(probe.count * candidate.stride)
        pairCount = 0
        let stride = Self.pairLimit
        probe.columns.withUnsafeBufferPointer { p in
            candidate.columns.withUnsafeBufferPointer { c in
                let (n, m, rows, columns) = (probe.count, candidate.count, probe.stride, candidate.stride)
                let width = columns
                // Eight likenesses at once: most rows of eight have none to keep.
                let bound = SIMD8<UInt8>(repeating: least)
                for i in 0..<n {
                    let row = likeness + i * width
                    for start in Swift.stride(from: 0, to: width, by: 8) {
                        let eight = UnsafeRawPointer(row + start).loadUnaligned(as: SIMD8<UInt8>.self)
                        guard any(eight .>= bound) else { continue }
                        for j in start..<min(start + 8, m) {
                            let index = i * width + j
                            guard likeness[index] >= least, pairCount < stride else { continue }
                            let k = pairCount
                            pairProbe[k] = Int32(i)
                            pairCandidate[k] = Int32(j)
                            pairLikeness[k] = Float(likeness[index]) / 255
                            place(k, i, j, p, c, rows, columns)
                            pairCount += 1
                        }
                    }
                }
            }
        }
        let width = (pairCount + 7) & ~7
        for k in pairCount..<width { for row in 0..<6 { pairColumns[row * stride + k] = 0 } }
        ck_pair_agreement(pairColumns, Int32(pairCount), Int32(width), Int32(stride), tolerance, agreement)
    }

    /// Writes pair `k` into the columns that agreement is measured from.
    @inline(__always)
    func place(
        _ k: Int, _ i: Int, _ j: Int, _ p: UnsafeBufferPointer<Float>, _ c: UnsafeBufferPointer<Float>, _ n: Int,
        _ m: Int
    ) {
        let stride = Self.pairLimit
        pairColumns[k] = p[i]
        pairColumns[stride + k] = p[n + i]
        pairColumns[2 * stride + k] = c[j]
        pairColumns[3 * stride + k] = c[m + j]
        // The turn that carries the probe's direction into the candidate's.
        let (pc, ps, cc, cs) = (p[2 * n + i], p[3 * n + i], c[2 * m + j], c[3 * m + j])
        pairColumns[4 * stride + k] = cc * pc + cs * ps
        pairColumns[5 * stride + k] = cs * pc - cc * ps
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
