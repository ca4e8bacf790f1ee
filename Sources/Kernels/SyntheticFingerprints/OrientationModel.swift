import RealModule

/// The direction and the distance of a finger's ridges at every point.
///
/// Points are pixels of 500 to the inch, from the middle of the finger, x to the right and y up. Singular points make
/// the field (B. Sherlock, D. Monro, "A model for interpreting fingerprint topology", Pattern Recognition 26 (7), 1993);
/// an arch has none and follows a sine whose height falls towards the root of the finger (R. Cappelli, "SFinGe", in
/// Handbook of Fingerprint Recognition, 2009, 6.4).
public struct OrientationModel: Sendable {
    /// Where ridges turn or part.
    public struct Point: Equatable, Sendable {
        public let x: Double
        public let y: Double
    }

    /// The class that the field was drawn for.
    public let fingerClass: FingerClass
    /// Where ridges turn back.
    public let cores: [Point]
    /// Where three courses of ridges meet.
    public let deltas: [Point]
    /// Ridge distance at the middle, in pixels.
    public let period: Double
    private let archHeight: Double
    private let tilt: Double
    private let periodSlope: Double

    /// A field of the given class, its singular points placed by chance.
    init(_ fingerClass: FingerClass, using random: inout FingerRandom) {
        self.fingerClass = fingerClass
        period = random.between(8.2, 10.2)
        periodSlope = random.between(0.0002, 0.0009)
        tilt = random.normal(0.05)
        archHeight = random.between(0.7, 1.3)
        func point(_ x: Double, _ y: Double, _ spread: Double) -> Point {
            Point(x: x + random.normal(spread), y: y + random.normal(spread))
        }
        switch fingerClass {
        case .arch: (cores, deltas) = ([], [])
        case .tentedArch:
            let core = point(0, 10, 8)
            cores = [core]
            deltas = [Point(x: core.x + random.normal(4), y: core.y - random.between(60, 100))]
        case .leftLoop:
            cores = [point(4, 22, 10)]
            deltas = [point(90, -95, 12)]
        case .rightLoop:
            cores = [point(-4, 22, 10)]
            deltas = [point(-90, -95, 12)]
        case .whorl:
            let upper = point(0, 34, 9)
            cores = [upper, Point(x: upper.x + random.normal(8), y: upper.y - random.between(28, 60))]
            deltas = [point(100, -90, 12), point(-100, -90, 12)]
        }
    }

    /// The direction of the ridges in radians, at least 0 and below pi, counter-clockwise from the x axis as seen.
    public func orientation(x: Double, y: Double) -> Double {
        var angle = tilt
        if fingerClass == .arch {
            let fall = max(0, min(1.6, archHeight * (1 - (y - 20) / 220)))
            let across = Double.cos(Double.pi * max(-1, min(1, x / 190)) - Double.pi / 2)
            angle += Double.atan(-fall * across)
        } else {
            for core in cores { angle += Double.atan2(y: y - core.y, x: x - core.x) / 2 }
            for delta in deltas { angle -= Double.atan2(y: y - delta.y, x: x - delta.x) / 2 }
        }
        return angle - Double.pi * (angle / Double.pi).rounded(.down)
    }

    /// The distance from ridge to ridge in pixels: ridges lie farther apart towards the root of the finger.
    public func period(x: Double, y: Double) -> Double {
        period * (1 - periodSlope * max(-200, min(200, y)))
    }
}
