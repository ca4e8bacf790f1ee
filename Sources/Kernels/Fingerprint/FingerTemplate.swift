import RealModule

/// The minutiae of one impression, prepared for comparison.
///
/// Holds at most ``limit`` minutiae, the best by quality, in columns, and one cylinder of bits a minutia. A value of
/// this type is a person's body: it has no description.
public struct FingerTemplate: Sendable {
    /// More minutiae than this add time and no evidence.
    public static let limit = 96

    /// Stands in columns beyond the count: no minutia of a finger is near it.
    static let nowhere: Float = 1e6

    public let count: Int
    /// Columns of `stride`: x, y, cosine, sine of the direction with y downwards; minutiae by falling quality.
    let columns: [Float]
    let kinds: [UInt8]
    let qualities: [Float]
    /// ``Cylinders/columns`` columns of `stride` words.
    let cylinders: [UInt64]
    let hull: Hull

    /// Prepares minutiae for comparison; cost grows with the square of their number.
    public init(_ minutiae: [FingerMinutia]) {
        let kept = Self.kept(minutiae)
        count = kept.count
        let padding = [Float](repeating: Self.nowhere, count: Self.stride(count) - count)
        columns =
            kept.map(\.x) + padding + kept.map(\.y) + padding + kept.map { Float.cos($0.angle) } + padding
            + kept.map { -Float.sin($0.angle) } + padding
        kinds = kept.map(\.kind.rawValue)
        qualities = kept.map { $0.quality == 0 ? 0.5 : Float($0.quality) / 100 }
        hull = Hull(kept)
        cylinders = Cylinders.bits(kept, hull: hull)
    }

    /// The best minutiae, in the order in which they are indexed.
    public static func kept(_ minutiae: [FingerMinutia]) -> [FingerMinutia] {
        Array(minutiae.sorted { ($0.quality, $0.x, $0.y) > ($1.quality, $1.x, $1.y) }.prefix(limit))
    }

    var stride: Int { Self.stride(count) }

    /// Words of a column: a multiple of eight.
    static func stride(_ count: Int) -> Int { (count + 7) & ~7 }
}
