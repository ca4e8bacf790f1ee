import CKernels
import RealModule

/// A turn and a shift that carry the probe onto the candidate.
struct Movement {
    var cosine: Float = 1
    var sine: Float = 0
    var x: Float = 0
    var y: Float = 0

    func apply(_ px: Float, _ py: Float) -> (Float, Float) {
        (cosine * px - sine * py + x, sine * px + cosine * py + y)
    }
}

/// What a comparison found, before it is weighed.
struct Evidence {
    var pairs: [FingerMatcher.Pair] = []
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

extension FingerMatcher {
    /// The movement of a set by least squares over positions (Umeyama without scale).
    func movement(_ cluster: Cluster) -> Movement {
        let stride = Self.pairLimit
        var (px, py, cx, cy): (Float, Float, Float, Float) = (0, 0, 0, 0)
        for k in cluster.members {
            px += pairColumns[k]
            py += pairColumns[stride + k]
            cx += pairColumns[2 * stride + k]
            cy += pairColumns[3 * stride + k]
        }
        let n = Float(cluster.members.count)
        (px, py, cx, cy) = (px / n, py / n, cx / n, cy / n)
        var (along, across): (Float, Float) = (0, 0)
        for k in cluster.members {
            let (ux, uy) = (pairColumns[k] - px, pairColumns[stride + k] - py)
            let (vx, vy) = (pairColumns[2 * stride + k] - cx, pairColumns[3 * stride + k] - cy)
            along += ux * vx + uy * vy + 100 * pairColumns[4 * stride + k]
            across += ux * vy - uy * vx + 100 * pairColumns[5 * stride + k]
        }
        let length = max(Float.sqrt(along * along + across * across), 1e-6)
        let (c, s) = (along / length, across / length)
        return Movement(cosine: c, sine: s, x: cx - c * px + s * py, y: cy - s * px - c * py)
    }

    /// Adds the pairs that the movement of the set predicts, then counts what lies in both impressions.
    func weigh(_ cluster: Cluster, _ probe: FingerTemplate, _ candidate: FingerTemplate) -> Evidence {
        var evidence = Evidence()
        evidence.clusterSize = cluster.members.count
        evidence.agreement = cluster.agreement
        evidence.fewest = Float(min(probe.count, candidate.count))
        guard cluster.members.count > 2 else { return evidence }
        let move = movement(cluster)
        evidence.movement = move
        let (n, m, width, stride) = (probe.count, candidate.count, candidate.stride, Self.pairLimit)
        // Residuals of the set, so that a stretched finger pulls its neighbourhood along.
        // Eight members at a time: four rows, place and residual; what fills the last eight lies nowhere.
        var residuals = [SIMD8<Float>](
            repeating: SIMD8(repeating: FingerTemplate.nowhere), count: 4 * ((cluster.members.count + 7) / 8))
        for (place, k) in cluster.members.enumerated() {
            let (x, y) = move.apply(pairColumns[k], pairColumns[stride + k])
            let (row, lane) = (4 * (place / 8), place % 8)
            residuals[row][lane] = x
            residuals[row + 1][lane] = y
            residuals[row + 2][lane] = pairColumns[2 * stride + k] - x
            residuals[row + 3][lane] = pairColumns[3 * stride + k] - y
        }
        for place in cluster.members.count..<2 * residuals.count {
            residuals[4 * (place / 8) + 2][place % 8] = 0
            residuals[4 * (place / 8) + 3][place % 8] = 0
        }
        let pull = 1 / (MatcherConstants.localPull * MatcherConstants.localPull)
        var (probeUsed, candidateUsed) = (UInt128.zero, UInt128.zero)
        var found: [(cost: Float, i: Int, j: Int, distance: Float, cosine: Float)] = []
        probe.columns.withUnsafeBufferPointer { p in
            candidate.columns.withUnsafeBufferPointer { c in
                let rows = probe.stride
                let base = c.baseAddress!
                let reach2 = SIMD8<Float>(repeating: MatcherConstants.reach * MatcherConstants.reach)
                for i in 0..<n {
                    var (x, y) = move.apply(p[i], p[rows + i])
                    let outside = candidate.hull.outside(x, y)
                    if outside < 8 {
                        evidence.probeOverlap += 1
                        evidence.overlapQuality += probe.qualities[i]
                    }
                    guard outside < 24 else { continue }
                    var (sx, sy, sw) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
                    for row in Swift.stride(from: 0, to: residuals.count, by: 4) {
                        let (dx, dy) = (residuals[row] - x, residuals[row + 1] - y)
                        let weight = 1 / (1 + (dx * dx + dy * dy) * pull)
                        let square = weight * weight
                        sx += square * residuals[row + 2]
                        sy += square * residuals[row + 3]
                        sw += square
                    }
                    let total = sw.sum() + 0.15
                    x += sx.sum() / total
                    y += sy.sum() / total
                    let dc = move.cosine * p[2 * rows + i] - move.sine * p[3 * rows + i]
                    let ds = move.sine * p[2 * rows + i] + move.cosine * p[3 * rows + i]
                    for start in Swift.stride(from: 0, to: width, by: 8) {
                        let (ex, ey) = (Self.eight(base + start) - x, Self.eight(base + width + start) - y)
                        let squares = ex * ex + ey * ey
                        guard any(squares .< reach2) else { continue }
                        for k in 0..<8 where squares[k] < reach2[k] {
                            let j = start + k
                            let cosine = dc * c[2 * width + j] + ds * c[3 * width + j]
                            guard cosine > MatcherConstants.reachTurn else { continue }
                            let d = Float.sqrt(squares[k])
                            let cost =
                                d / MatcherConstants.reach + (1 - cosine) / (1 - MatcherConstants.reachTurn)
                                - Float(likeness[i * width + j]) / 255
                            found.append((cost, i, j, d, cosine))
                        }
                    }
                }
                let back = Movement(
                    cosine: move.cosine, sine: -move.sine, x: -(move.cosine * move.x + move.sine * move.y),
                    y: move.sine * move.x - move.cosine * move.y)
                for j in 0..<m {
                    let (x, y) = back.apply(c[j], c[width + j])
                    if probe.hull.outside(x, y) < 8 {
                        evidence.candidateOverlap += 1
                        evidence.overlapQuality += candidate.qualities[j]
                    }
                }
            }
        }
        found.sort { $0.cost < $1.cost }
        for one in found {
            guard probeUsed >> UInt128(one.i) & 1 == 0, candidateUsed >> UInt128(one.j) & 1 == 0 else { continue }
            probeUsed |= 1 << UInt128(one.i)
            candidateUsed |= 1 << UInt128(one.j)
            evidence.pairs.append(Pair(probe: one.i, candidate: one.j))
            evidence.distance += one.distance
            evidence.turn += 1 - one.cosine
            evidence.likeness += Float(likeness[one.i * width + one.j]) / 255
            evidence.pairedQuality += probe.qualities[one.i] + candidate.qualities[one.j]
            if probe.kinds[one.i] == candidate.kinds[one.j] { evidence.sameKind += 1 }
        }
        evidence.coherence = coherence(evidence.pairs, probe, candidate)
        return evidence
    }

    /// Everything that one comparison found.
    func evidence(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> Evidence {
        guard probe.count > 2, candidate.count > 2 else { return Evidence() }
        measureLikeness(probe, candidate)
        choosePairs(probe, candidate)
        return weigh(grow(), probe, candidate)
    }

    /// Agreement of every two final pairs, summed and divided by their number.
    private func coherence(_ pairs: [Pair], _ probe: FingerTemplate, _ candidate: FingerTemplate) -> Float {
        let (n, m, stride) = (probe.stride, candidate.stride, Self.pairLimit)
        let count = min(pairs.count, stride)
        guard count > 0 else { return 0 }
        probe.columns.withUnsafeBufferPointer { p in
            candidate.columns.withUnsafeBufferPointer { c in
                for k in 0..<count { place(k, pairs[k].probe, pairs[k].candidate, p, c, n, m) }
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
