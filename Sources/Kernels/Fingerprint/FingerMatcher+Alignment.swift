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
        guard cluster.members.count > 2 else { return evidence }
        let move = movement(cluster)
        evidence.movement = move
        let (n, m, stride) = (probe.count, candidate.count, Self.pairLimit)
        // Residuals of the set, so that a stretched finger pulls its neighbourhood along.
        let residuals = cluster.members.map { k -> (x: Float, y: Float, dx: Float, dy: Float) in
            let (x, y) = move.apply(pairColumns[k], pairColumns[stride + k])
            return (x, y, pairColumns[2 * stride + k] - x, pairColumns[3 * stride + k] - y)
        }
        var (probeUsed, candidateUsed) = (UInt128.zero, UInt128.zero)
        var found: [(cost: Float, i: Int, j: Int, distance: Float, cosine: Float)] = []
        probe.columns.withUnsafeBufferPointer { p in
            candidate.columns.withUnsafeBufferPointer { c in
                for i in 0..<n {
                    var (x, y) = move.apply(p[i], p[n + i])
                    if Cylinders.outside(x, y, candidate.hull) < 8 { evidence.probeOverlap += 1 }
                    var (sx, sy, sw): (Float, Float, Float) = (0, 0, 0.15)
                    for r in residuals {
                        let d2 = (r.x - x) * (r.x - x) + (r.y - y) * (r.y - y)
                        let w = 1 / (1 + d2 / (MatcherConstants.localPull * MatcherConstants.localPull))
                        let w2 = w * w
                        sx += w2 * r.dx
                        sy += w2 * r.dy
                        sw += w2
                    }
                    x += sx / sw
                    y += sy / sw
                    let dc = move.cosine * p[2 * n + i] - move.sine * p[3 * n + i]
                    let ds = move.sine * p[2 * n + i] + move.cosine * p[3 * n + i]
                    for j in 0..<m {
                        let (ex, ey) = (c[j] - x, c[m + j] - y)
                        let d2 = ex * ex + ey * ey
                        guard d2 < MatcherConstants.reach * MatcherConstants.reach else { continue }
                        let cosine = dc * c[2 * m + j] + ds * c[3 * m + j]
                        guard cosine > MatcherConstants.reachTurn else { continue }
                        let d = Float.sqrt(d2)
                        let cost = d / MatcherConstants.reach + (1 - cosine) / (1 - MatcherConstants.reachTurn)
                            - Float(likeness[i * m + j]) / 255
                        found.append((cost, i, j, d, cosine))
                    }
                }
                let back = Movement(
                    cosine: move.cosine, sine: -move.sine, x: -(move.cosine * move.x + move.sine * move.y),
                    y: move.sine * move.x - move.cosine * move.y)
                for j in 0..<m {
                    let (x, y) = back.apply(c[j], c[m + j])
                    if Cylinders.outside(x, y, probe.hull) < 8 { evidence.candidateOverlap += 1 }
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
            evidence.likeness += Float(likeness[one.i * m + one.j]) / 255
            if probe.kinds[one.i] == candidate.kinds[one.j] { evidence.sameKind += 1 }
        }
        return evidence
    }

    /// Everything that one comparison found.
    func evidence(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> Evidence {
        guard probe.count > 2, candidate.count > 2 else { return Evidence() }
        measureLikeness(probe, candidate)
        choosePairs(probe, candidate)
        return weigh(grow(), probe, candidate)
    }

    /// TEMP
    public func features(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> [Float] {
        let e = evidence(probe, candidate)
        let n = max(1, Float(e.pairs.count))
        var top: [UInt8] = (0..<probe.count * candidate.count).map { likeness[$0] }
        top.sort(by: >)
        let lss = top.prefix(12).reduce(Float(0)) { $0 + Float($1) } / (12 * 255)
        return [
            Float(e.pairs.count), Float(e.clusterSize), e.agreement, e.likeness, e.distance / n, e.turn / n,
            Float(e.sameKind), Float(e.probeOverlap), Float(e.candidateOverlap), lss, Float(probe.count), Float(candidate.count),
        ]
    }
}
extension FingerMatcher {
    public func timed(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> Float { evidence(probe, candidate).agreement }
    public func onlyLikeness(_ probe: FingerTemplate, _ candidate: FingerTemplate) { measureLikeness(probe, candidate) }
}
