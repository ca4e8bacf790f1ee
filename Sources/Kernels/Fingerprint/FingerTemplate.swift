import RealModule

/// The minutiae of one impression, prepared for comparison.
///
/// Holds at most ``limit`` minutiae, the best by quality, in columns, and one cylinder of bits a minutia. A value of
/// this type is a person's body: it has no description.
public struct FingerTemplate: Sendable {
    /// More minutiae than this add time and no evidence.
    public static let limit = 96

    public let count: Int
    /// Columns of `count`: x, y, cosine, sine of the direction with y downwards.
    let columns: [Float]
    let kinds: [UInt8]
    /// Seven words a minutia: six directions of cells, then the mask.
    let cylinders: [UInt64]
    /// Outline of the minutiae in the order of the clock, x and y in turn.
    let hull: [Float]

    /// Prepares minutiae for comparison; cost grows with the square of their number.
    public init(_ minutiae: [Minutia]) {
        var kept = minutiae
        if kept.count > Self.limit {
            kept = Array(kept.sorted { ($0.quality, $0.x, $0.y) > ($1.quality, $1.x, $1.y) }.prefix(Self.limit))
        }
        count = kept.count
        columns =
            kept.map(\.x) + kept.map(\.y) + kept.map { Float.cos($0.angle) } + kept.map { -Float.sin($0.angle) }
        kinds = kept.map(\.kind.rawValue)
        hull = Self.outline(kept)
        cylinders = Cylinders.bits(kept, hull: hull)
    }

    var x: ArraySlice<Float> { columns[0..<count] }

    /// The smallest convex outline (Andrew's monotone chain).
    static func outline(_ minutiae: [Minutia]) -> [Float] {
        let points = minutiae.map { ($0.x, $0.y) }.sorted { $0 < $1 }
        guard points.count > 2 else { return points.flatMap { [$0.0, $0.1] } }
        func half(_ points: [(Float, Float)]) -> [(Float, Float)] {
            var chain: [(Float, Float)] = []
            for point in points {
                while chain.count > 1 {
                    let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
                    let turn = (b.0 - a.0) * (point.1 - a.1) - (b.1 - a.1) * (point.0 - a.0)
                    if turn > 0 { break }
                    chain.removeLast()
                }
                chain.append(point)
            }
            chain.removeLast()
            return chain
        }
        return (half(points) + half(points.reversed())).flatMap { [$0.0, $0.1] }
    }
}
