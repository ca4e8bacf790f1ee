import RealModule

/// How evidence becomes one number.
///
/// A logistic model of the features below, fitted by `Benchmarks/fingerprint/fit` to three fingers of each set of the
/// given data, then drawn onto the scale of the false match rate by the tail of the same fingers' impostors.
enum ScoreModel {
    /// What the score rests on, in the order of ``weights``.
    static func features(_ e: Evidence) -> [Float] { withFeatures(e) { Array($0) } }

    static let count = 19

    static func withFeatures<Result>(_ e: Evidence, _ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { f in
            let pairs = Float(e.pairs)
            let most = max(pairs, 1)
            let (one, other) = (Float(e.probeOverlap) + 1, Float(e.candidateOverlap) + 1)
            let overlap = (one * other).squareRoot()
            f[0] = pairs
            f[1] = pairs.squareRoot()
            f[2] = Float(e.clusterSize)
            f[3] = Float.log(onePlus: e.agreement)
            f[4] = e.agreement / Float(e.clusterSize + 1)
            f[5] = e.likeness
            f[6] = pairs / overlap
            f[7] = pairs * pairs / (one * other)
            f[8] = overlap
            f[9] = e.distance / most
            f[10] = 100 * e.turn / most
            f[11] = Float(e.sameKind) / most
            f[12] = e.fewest
            f[13] = e.coherence
            f[14] = e.coherence / most
            f[15] = e.pairedQuality / (e.overlapQuality + 1)
            f[16] = Float.log(onePlus: e.coherence * pairs)
            f[17] = e.pairedQuality
            f[18] = e.likeness / most
            return body(f)
        }
    }

    /// The score of a comparison; see ``FingerComparison/score``.
    static func score(_ evidence: Evidence) -> Float {
        withFeatures(evidence) { features in
            var sum = offset
            for k in 0..<count { sum += weights[k] * features[k] }
            return max(0, sum)
        }
    }
}
