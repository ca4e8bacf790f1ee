import CKernels
import RealModule

/// A turn and a shift that carry the probe onto the candidate.
struct Movement {
    var cosine: Float = 1
    var sine: Float = 0
    var x: Float = 0
    var y: Float = 0

    /// The movement that undoes this one.
    var inverse: Movement {
        Movement(cosine: cosine, sine: -sine, x: -(cosine * x + sine * y), y: sine * x - cosine * y)
    }

    func apply(_ px: Float, _ py: Float) -> (Float, Float) {
        (cosine * px - sine * py + x, sine * px + cosine * py + y)
    }
}

/// What a comparison found, before it is weighed.
struct Evidence {
    /// Final pairs, which stand in the matcher.
    var pairs = 0
    var movement = Movement()
    var clusterSize = 0
    var agreement: Float = 0
    var likeness: Float = 0
    var distance: Float = 0
    var turn: Float = 0
    var sameKind = 0
    var probeOverlap = 0
    var candidateOverlap = 0
    /// Minutiae of the poorer template.
    var fewest: Float = 0
    var overlapQuality: Float = 0
    var pairedQuality: Float = 0
    /// Mean agreement of a final pair with the others, summed over pairs.
    var coherence: Float = 0
}

/// Two minutiae that lie near each other when one impression is moved onto the other.
struct Meeting {
    let cost: Float
    let i: Int
    let j: Int
    let distance: Float
    let cosine: Float
    let likeness: Float
}

extension FingerMatcher {
    /// Everything that one comparison found; the final pairs stand in ``finalPairs``.
    func evidence(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> Evidence {
        finalPairs.removeAll(keepingCapacity: true)
        guard probe.count > 2, candidate.count > 2 else { return Evidence() }
        measureLikeness(probe, candidate)
        choosePairs(probe, candidate)
        return weigh(grow(), probe, candidate)
    }

    /// Adds the pairs that the movement of the set predicts, then counts what lies in both impressions.
    func weigh(_ cluster: Cluster, _ probe: FingerTemplate, _ candidate: FingerTemplate) -> Evidence {
        var evidence = Evidence()
        evidence.clusterSize = cluster.count
        evidence.agreement = cluster.agreement
        evidence.fewest = Float(min(probe.count, candidate.count))
        guard cluster.count > 2 else { return evidence }
        let move = movement(cluster)
        evidence.movement = move
        candidateInProbe(move.inverse, probe, candidate, &evidence)
        meet(cluster, move, probe, candidate, &evidence)
        settle(probe, candidate, &evidence)
        evidence.coherence = coherence(probe, candidate)
        return evidence
    }

    /// The movement of a set by least squares over positions (Umeyama without scale).
    private func movement(_ cluster: Cluster) -> Movement {
        let stride = Self.pairLimit
        var (px, py, cx, cy): (Float, Float, Float, Float) = (0, 0, 0, 0)
        for place in 0..<cluster.count {
            let k = Int(bestMembers[place])
            px += pairColumns[k]
            py += pairColumns[stride + k]
            cx += pairColumns[2 * stride + k]
            cy += pairColumns[3 * stride + k]
        }
        let n = Float(cluster.count)
        (px, py, cx, cy) = (px / n, py / n, cx / n, cy / n)
        var (along, across): (Float, Float) = (0, 0)
        for place in 0..<cluster.count {
            let k = Int(bestMembers[place])
            let (ux, uy) = (pairColumns[k] - px, pairColumns[stride + k] - py)
            let (vx, vy) = (pairColumns[2 * stride + k] - cx, pairColumns[3 * stride + k] - cy)
            along += ux * vx + uy * vy + 100 * pairColumns[4 * stride + k]
            across += ux * vy - uy * vx + 100 * pairColumns[5 * stride + k]
        }
        let length = max(Float.sqrt(along * along + across * across), 1e-6)
        let (c, s) = (along / length, across / length)
        return Movement(cosine: c, sine: s, x: cx - c * px + s * py, y: cy - s * px - c * py)
    }

    /// Moves the minutiae of a template into ``moved``.
    private func shift(_ template: FingerTemplate, _ move: Movement, into hull: Hull) {
        let (width, limit) = (template.stride, FingerTemplate.limit)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 4) { four in
            (four[0], four[1], four[2], four[3]) = (move.cosine, move.sine, move.x, move.y)
            template.columns.withUnsafeBufferPointer { columns in
                hull.sides.withUnsafeBytes { sides in
                    let base = columns.baseAddress!
                    ck_move(
                        base, base + width, Int32(width), four.baseAddress,
                        sides.baseAddress?.assumingMemoryBound(to: Float.self), Int32(hull.sides.count), moved,
                        moved + limit, moved + 2 * limit)
                }
            }
        }
    }

    private func candidateInProbe(
        _ back: Movement, _ probe: FingerTemplate, _ candidate: FingerTemplate, _ evidence: inout Evidence
    ) {
        shift(candidate, back, into: probe.hull)
        let outside = moved + 2 * FingerTemplate.limit
        candidate.qualities.withUnsafeBufferPointer { qualities in
            for j in 0..<candidate.count where outside[j] < MatcherConstants.within {
                evidence.candidateOverlap += 1
                evidence.overlapQuality += qualities[j]
            }
        }
    }

    /// Fills ``found`` with the minutiae that lie near each other once the probe is moved onto the candidate.
    private func meet(
        _ cluster: Cluster, _ move: Movement, _ probe: FingerTemplate, _ candidate: FingerTemplate,
        _ evidence: inout Evidence
    ) {
        let (rows, width, limit, stride) = (probe.stride, candidate.stride, FingerTemplate.limit, Self.pairLimit)
        shift(probe, move, into: candidate.hull)
        let (x, y, outside) = (moved, moved + limit, moved + 2 * limit)
        probe.qualities.withUnsafeBufferPointer { qualities in
            for i in 0..<probe.count where outside[i] < MatcherConstants.within {
                evidence.probeOverlap += 1
                evidence.overlapQuality += qualities[i]
            }
        }
        // Residuals of the set, so that a stretched finger pulls its neighbourhood along.
        for place in 0..<cluster.count {
            let k = Int(bestMembers[place])
            let (mx, my) = move.apply(pairColumns[k], pairColumns[stride + k])
            residuals[4 * place] = mx
            residuals[4 * place + 1] = my
            residuals[4 * place + 2] = pairColumns[2 * stride + k] - mx
            residuals[4 * place + 3] = pairColumns[3 * stride + k] - my
        }
        ck_stretch(
            x, y, Int32(rows), residuals, Int32(cluster.count),
            1 / (MatcherConstants.localPull * MatcherConstants.localPull))
        found.removeAll(keepingCapacity: true)
        probe.columns.withUnsafeBufferPointer { p in
            candidate.columns.withUnsafeBufferPointer { c in
                let base = c.baseAddress!
                let near = ck_near(
                    x, y, base, base + width, Int32(probe.count), Int32(width), outside, MatcherConstants.beyond,
                    MatcherConstants.reach, nearPlaces)
                for place in 0..<Int(near) {
                    let (i, j) = Int(nearPlaces[place]).quotientAndRemainder(dividingBy: width)
                    let dc = move.cosine * p[2 * rows + i] - move.sine * p[3 * rows + i]
                    let ds = move.sine * p[2 * rows + i] + move.cosine * p[3 * rows + i]
                    let cosine = dc * c[2 * width + j] + ds * c[3 * width + j]
                    guard cosine > MatcherConstants.reachTurn else { continue }
                    let (ex, ey) = (c[j] - x[i], c[width + j] - y[i])
                    let d = (ex * ex + ey * ey).squareRoot()
                    let likeness = Float(likeness[i * width + j]) / 255
                    let cost =
                        d / MatcherConstants.reach + (1 - cosine) / (1 - MatcherConstants.reachTurn) - likeness
                    found.append(Meeting(cost: cost, i: i, j: j, distance: d, cosine: cosine, likeness: likeness))
                }
            }
        }
    }

    /// Takes the best meetings first, each minutia once.
    private func settle(_ probe: FingerTemplate, _ candidate: FingerTemplate, _ evidence: inout Evidence) {
        // Insertion, as for the reject stage: there are few, and the library's sort asks for memory.
        found.withUnsafeMutableBufferPointer { found in
            for place in found.indices.dropFirst() {
                let one = found[place]
                var at = place
                while at > 0, found[at - 1].cost > one.cost {
                    found[at] = found[at - 1]
                    at -= 1
                }
                found[at] = one
            }
        }
        var (probeUsed, candidateUsed) = (UInt128.zero, UInt128.zero)
        for one in found {
            let (own, other) = (UInt128(1) << UInt128(one.i), UInt128(1) << UInt128(one.j))
            guard probeUsed & own == 0, candidateUsed & other == 0 else { continue }
            probeUsed |= own
            candidateUsed |= other
            finalPairs.append(Pair(probe: one.i, candidate: one.j))
            evidence.distance += one.distance
            evidence.turn += 1 - one.cosine
            evidence.likeness += one.likeness
            evidence.pairedQuality += probe.qualities[one.i] + candidate.qualities[one.j]
            if probe.kinds[one.i] == candidate.kinds[one.j] { evidence.sameKind += 1 }
        }
        evidence.pairs = finalPairs.count
    }

    /// Agreement of every two final pairs, summed and divided by their number.
    private func coherence(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> Float {
        let (n, m, stride) = (probe.stride, candidate.stride, Self.pairLimit)
        let count = min(finalPairs.count, stride)
        guard count > 1 else { return 0 }
        probe.columns.withUnsafeBufferPointer { p in
            candidate.columns.withUnsafeBufferPointer { c in
                for k in 0..<count { place(k, finalPairs[k].probe, finalPairs[k].candidate, p, c, n, m) }
            }
        }
        let width = (count + 7) & ~7
        for k in count..<width { for row in 0..<6 { pairColumns[row * stride + k] = 0 } }
        ck_pair_agreement(pairColumns, Int32(count), Int32(width), Int32(stride), tolerance, agreement)
        var sums = SIMD8<Float>.zero
        for a in 0..<count {
            for b in Swift.stride(from: 0, to: width, by: 8) { sums += Self.eight(agreement + a * stride + b) }
        }
        return sums.sum() / Float(count)
    }
}
