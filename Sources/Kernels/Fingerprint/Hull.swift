import RealModule

/// The smallest convex outline of minutiae, as half planes.
struct Hull: Sendable {
    /// Of each side: the outward normal, and the offset that makes the distance of a point on it 0.
    private(set) var sides: [SIMD4<Float>] = []

    /// The outline by Andrew's monotone chain; fewer than three minutiae have none, and nothing lies outside.
    init(_ minutiae: [FingerMinutia]) {
        let points = minutiae.map { ($0.x, $0.y) }.sorted { $0 < $1 }
        guard points.count > 2 else { return }
        let corners = Self.half(points) + Self.half(points.reversed())
        for (index, a) in corners.enumerated() {
            let b = corners[(index + 1) % corners.count]
            let (dx, dy) = (b.0 - a.0, b.1 - a.1)
            let length = max(Float.hypot(dx, dy), 0.001)
            sides.append([dy / length, -dx / length, (dx * a.1 - dy * a.0) / length, 0])
        }
    }

    private static func half(_ points: [(Float, Float)]) -> [(Float, Float)] {
        var chain: [(Float, Float)] = []
        for point in points {
            while chain.count > 1 {
                let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
                if (b.0 - a.0) * (point.1 - a.1) - (b.1 - a.1) * (point.0 - a.0) > 0 { break }
                chain.removeLast()
            }
            chain.append(point)
        }
        chain.removeLast()
        return chain
    }

    /// How far a point lies outside the outline; negative inside.
    func outside(_ x: Float, _ y: Float) -> Float {
        guard !sides.isEmpty else { return 0 }
        var furthest = -Float.infinity
        for side in sides { furthest = max(furthest, x * side.x + y * side.y + side.z) }
        return furthest
    }
}
