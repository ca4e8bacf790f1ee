import CKernels

extension FingerMatcher {
    /// Fills the likeness of every cylinder with every other, or of the first of each.
    func measureLikeness(
        _ probe: FingerTemplate, _ candidate: FingerTemplate, rows: Int? = nil, columns: Int? = nil
    ) {
        likenessRows = rows ?? probe.count
        likenessColumns = columns ?? candidate.stride
        probe.cylinders.withUnsafeBufferPointer { one in
            candidate.cylinders.withUnsafeBufferPointer { other in
                ck_cylinder_likeness(
                    one.baseAddress, Int32(likenessRows), Int32(probe.stride), other.baseAddress,
                    Int32(likenessColumns), Int32(candidate.stride), likeness)
            }
        }
    }

    /// Keeps the likest pairs, at most ``pairLimit``, and how well each two of them agree.
    func choosePairs(_ probe: FingerTemplate, _ candidate: FingerTemplate) {
        let stride = Self.pairLimit
        let (rows, columns) = (probe.stride, candidate.stride)
        // Columns beyond the candidate's minutiae are like nothing, so that no place lies in them.
        var level: UInt8 = 0
        pairCount = Int(ck_likest(likeness, Int32(likenessRows * likenessColumns), Int32(stride), &level, places))
        probe.columns.withUnsafeBufferPointer { p in
            candidate.columns.withUnsafeBufferPointer { c in
                for k in 0..<pairCount {
                    let index = Int(places[k])
                    let (i, j) = index.quotientAndRemainder(dividingBy: likenessColumns)
                    pairProbe[k] = Int32(i)
                    pairCandidate[k] = Int32(j)
                    pairLikeness[k] = Float(likeness[index]) / 255
                    place(k, i, j, p, c, rows, columns)
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
}
