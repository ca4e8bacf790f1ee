import RealModule

/// How the scores of several fingers and irises become one.
///
/// Every score is minus ten times the decimal logarithm of a false match rate, so that scores of different parts of the
/// body can be put together. Two ways are tried and the better one counts, less the price of having tried two:
/// all together (R. A. Fisher, "Statistical Methods for Research Workers", 1932, section 21.1: for independent rates
/// the sum of the logarithms has a gamma distribution), and the best alone among as many as were compared (Bonferroni).
/// The second finds whoever shares one finger and has hurt or swapped the others.
enum Fusion {
    /// The score of all, at least 0; 0 of nothing.
    static func score(_ scores: [Float]) -> Float {
        let count = scores.count
        guard count > 0 else { return 0 }
        guard count > 1 else { return max(0, scores[0]) }
        let nepers = scores.reduce(0.0) { $0 + Double(max(0, $1)) } * Double.log(10) / 10
        let together = -10 * logTail(count, nepers) / Double.log(10)
        let best = Double(scores.max() ?? 0) - 10 * Double.log10(Double(count))
        return Float(max(0, max(together, best) - 10 * Double.log10(2)))
    }

    /// The natural logarithm of the chance that `count` independent exponential values add up to `sum` or more.
    ///
    /// `e^-s (1 + s + s^2/2! + …)`, `count` terms.
    static func logTail(_ count: Int, _ sum: Double) -> Double {
        var (term, total) = (1.0, 1.0)
        for k in stride(from: 1, to: count, by: 1) {
            term *= sum / Double(k)
            total += term
        }
        return Double.log(total) - sum
    }

    /// Degrees of freedom of an iris code; J. Daugman, "How iris recognition works", 2004, table 1.
    static let irisFreedom = 249.0

    /// The score of a normalised distance of iris codes, over as many turns as are compared.
    ///
    /// The distance of different eyes counts as normal around a half, by Daugman's degrees of freedom. They are his
    /// codes', not measured for these.
    static func irisScore(distance: Float, turns: Int) -> Float {
        let z = (0.5 - Double(distance)) * 2 * irisFreedom.squareRoot()
        guard z > 0 else { return 0 }
        let one = Double.erfc(z / 2.0.squareRoot()) / 2
        let rate = min(1, max(1e-30, one * Double(turns)))
        return Float(-10 * Double.log10(rate))
    }
}
