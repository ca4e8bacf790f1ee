import RealModule

/// The answer of a comparison.
public struct FingerComparison: Sendable {
    /// Likeness of the two impressions: minus ten times the decimal logarithm of the false match rate, at least 0.
    public let score: Float
    /// The minutiae that were found to be the same, by index into the prepared templates.
    public let pairs: [FingerMatcher.Pair]
    /// Degrees by which the probe is turned onto the candidate, counter-clockwise as seen.
    public let rotationDegrees: Float
    /// Share of the minutiae in the common area that agree, 0...1.
    public let agreeingShare: Float

    /// How often impressions of two different fingers reach this score or more.
    public var falseMatchRate: Double { FingerMatcher.falseMatchRate(score: score) }
}

extension FingerMatcher {
    /// The score of two templates; see ``FingerComparison/score``.
    ///
    /// The same whatever the turn and place of either impression; not exactly the same when the two change sides.
    public func score(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> Float {
        ScoreModel.score(evidence(probe, candidate))
    }

    /// Compares two templates and keeps what the score rests on.
    public func compare(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> FingerComparison {
        let evidence = evidence(probe, candidate)
        let overlap = Float(evidence.probeOverlap + evidence.candidateOverlap)
        let turn = Float.atan2(y: -evidence.movement.sine, x: evidence.movement.cosine)
        return FingerComparison(
            score: ScoreModel.score(evidence), pairs: finalPairs, rotationDegrees: turn * 180 / .pi,
            agreeingShare: overlap > 0 ? min(1, 2 * Float(evidence.pairs) / overlap) : 0)
    }

    /// What the score of two templates rests on: the inputs of its model, which is fitted to them.
    public func features(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> [Float] {
        ScoreModel.features(evidence(probe, candidate))
    }

    /// How often impressions of two different fingers reach a score or more, by the model of the score.
    ///
    /// Fitted to the tail of the tuning fingers' impostors, see the module's page. A rate below one in 10,000 is drawn
    /// on from there, not counted.
    public static func falseMatchRate(score: Float) -> Double {
        Double.pow(10, -Double(max(0, score)) / 10)
    }

    /// The score at which a false match rate is reached; see ``falseMatchRate(score:)``.
    public static func score(falseMatchRate rate: Double) -> Float {
        Float(-10 * Double.log10(min(1, max(rate, 1e-30))))
    }

    /// How many of each template's best minutiae the reject stage looks at.
    static let rejectLimit = 32

    /// A quick likeness, 0...1, from neighbourhoods alone; low values are worth no full comparison.
    ///
    /// The mean of the best likeness that each of the probe's strongest minutiae finds.
    public func quickLikeness(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> Float {
        let rows = min(probe.count, Self.rejectLimit)
        let columns = min(candidate.stride, Self.rejectLimit)
        guard rows > 0, columns > 0 else { return 0 }
        measureLikeness(probe, candidate, rows: rows, columns: columns)
        return quickLikeness(rows: rows, columns: columns)
    }

    /// The quick likeness from the measured likeness of `rows` cylinders with `columns`.
    func quickLikeness(rows: Int, columns: Int) -> Float {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rows) { best in
            for i in 0..<rows {
                var most = SIMD8<UInt8>.zero
                for start in stride(from: 0, to: columns, by: 8) {
                    let eight = UnsafeRawPointer(likeness + i * columns + start).loadUnaligned(as: SIMD8<UInt8>.self)
                    most.replace(with: eight, where: eight .> most)
                }
                best[i] = most.max()
            }
            // Insertion: the library's sort asks for memory, which costs more than the sorting.
            for i in 1..<rows {
                let value = best[i]
                var place = i
                while place > 0, best[place - 1] < value {
                    best[place] = best[place - 1]
                    place -= 1
                }
                best[place] = value
            }
            let count = min(12, rows)
            var sum = 0
            for i in 0..<count { sum += Int(best[i]) }
            return Float(sum) / Float(255 * 12)
        }
    }
}
