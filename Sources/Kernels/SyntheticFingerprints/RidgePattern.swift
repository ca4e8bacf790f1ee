import RealModule

/// A finger's ridges and valleys as a height at every pixel, grown from noise.
///
/// Noise is filtered again and again along the ridges' direction and at their distance until only ridges remain;
/// where the field does not fit, ridges end and divide, which gives the minutiae (R. Cappelli, A. Erol, D. Maio,
/// D. Maltoni, "Synthetic fingerprint-image generation", ICPR 2000). About a quarter of a second of one core.
public struct RidgePattern: Sendable {
    /// The finger whose ridges they are.
    public let finger: SyntheticFinger
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// -1 in the middle of a valley to 1 on a ridge, row by row from the top left.
    public let heights: [Float]

    /// Rounds of filtering.
    private static let rounds = 9

    /// Grows the ridges of a finger.
    public init(_ finger: SyntheticFinger) {
        self.finger = finger
        width = 2 * Int(finger.halfWidth) + 2 * RidgeFilters.reach + 1
        height = 2 * Int(finger.halfHeight) + 2 * RidgeFilters.reach + 1
        var random = FingerRandom(seed: finger.seed, finger: finger.index, concern: .ridges)
        var field = (0..<(width * height)).map { _ in Float(random.unit() * 2 - 1) }
        let filters = RidgeFilters(around: finger.orientation.period)
        let choice = Self.choices(finger, width: width, height: height, filters)
        for _ in 0..<Self.rounds { field = filters.applied(to: field, width: width, height: height, choice: choice) }
        heights = field
    }

    /// Which filter serves each pixel; -1 beyond the pad.
    private static func choices(
        _ finger: SyntheticFinger, width: Int, height: Int, _ filters: RidgeFilters
    ) -> [Int32] {
        var choice = [Int32](repeating: -1, count: width * height)
        let margin = RidgeFilters.reach
        for row in margin..<(height - margin) {
            let y = Double(height / 2 - row)
            for column in margin..<(width - margin) {
                let x = Double(column - width / 2)
                choice[row * width + column] = Int32(
                    filters.index(
                        orientation: finger.orientation.orientation(x: x, y: y),
                        period: finger.orientation.period(x: x, y: y)))
            }
        }
        return choice
    }

    /// The height at a point of the finger from its middle, x to the right and y up; nil beyond the pattern.
    func height(x: Double, y: Double) -> Float? {
        let column = x + Double(width / 2)
        let row = Double(height / 2) - y
        let margin = Double(RidgeFilters.reach)
        guard column >= margin, row >= margin, column < Double(width - 1) - margin, row < Double(height - 1) - margin
        else { return nil }
        let left = Int(column)
        let top = Int(row)
        let across = Float(column - Double(left))
        let down = Float(row - Double(top))
        let start = top * width + left
        let upper = heights[start] * (1 - across) + heights[start + 1] * across
        let lower = heights[start + width] * (1 - across) + heights[start + width + 1] * across
        return upper * (1 - down) + lower * down
    }
}
