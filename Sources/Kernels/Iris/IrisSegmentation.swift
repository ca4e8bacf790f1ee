public import BiometricFormats
import Foundation

/// Where the iris is: pupil, outer boundary, and the lids over it.
public struct IrisSegmentation: Equatable, Sendable {
    /// A circle in pixels of the image.
    public struct Circle: Equatable, Sendable {
        /// Column of the centre.
        public var x: Float
        /// Row of the centre.
        public var y: Float
        /// Radius.
        public var radius: Float
    }

    /// The edge of a lid: `y = apex + bend * (x - centre)² / radius`, centre and radius being the limbus'.
    public struct Lid: Equatable, Sendable {
        /// Row of the edge above or below the limbus' centre.
        public var apex: Float
        /// How much it bends; positive hangs down to the sides.
        public var bend: Float
    }

    /// The boundary of the pupil.
    public var pupil: Circle

    /// The outer boundary of the iris.
    public var limbus: Circle

    /// The upper lid, where it covers the iris.
    public var upperLid: Lid?

    /// The lower lid, where it covers the iris.
    public var lowerLid: Lid?

    /// Least width and height of an image in pixels.
    public static let leastSide = 80

    /// Finds the iris in the image of one eye taken in near infrared.
    ///
    /// Integro-differential search: the circle across which the mean level rises most, first in a reduced picture, then
    /// in the full one; the limbus on the arcs at both sides, which lids leave free; the lids as parabolas. Source:
    /// J. Daugman, "How iris recognition works", 2004. Throws `IrisError`: `small`, `pupil`, `limbus`.
    public init(finding image: GreyImage) throws(IrisError) {
        guard min(image.width, image.height) >= Self.leastSide else {
            throw IrisError(.small, "both sides must be at least \(Self.leastSide) pixels; take the eye closer")
        }
        let whole = IrisPlane(image)
        let bright = min(Float(225), max(whole.quantile(0.5) + 60, whole.quantile(0.97)))
        let factor = max(1, min(image.width, image.height) / 120)
        let full = whole.withoutReflections(above: bright, radius: 4 * factor)
        let reduced = full.reduced(by: factor)
        let scale = Float(factor)
        let coarse = try Self.pupil(in: reduced)
        pupil = Self.refine(
            Circle(x: (coarse.x + 0.5) * scale, y: (coarse.y + 0.5) * scale, radius: coarse.radius * scale), in: full,
            by: scale, arcs: Self.around, band: max(2, scale))
        let outer = try Self.limbus(
            around: Circle(x: pupil.x / scale - 0.5, y: pupil.y / scale - 0.5, radius: pupil.radius / scale),
            in: reduced)
        limbus = Self.refine(
            Circle(x: (outer.x + 0.5) * scale, y: (outer.y + 0.5) * scale, radius: outer.radius * scale), in: full,
            by: scale, arcs: Self.sides, band: max(2, scale))
        upperLid = Self.lid(in: full, pupil: pupil, limbus: limbus, isUpper: true)
        lowerLid = Self.lid(in: full, pupil: pupil, limbus: limbus, isUpper: false)
    }

    private static let around = directions(stride(from: 0, to: 360, by: 10).map(Double.init))

    /// Arcs at both sides, a little further down than up because the upper lid hangs lower.
    private static let sides = directions(
        (stride(from: -30, through: 50, by: 5).map(Double.init))
            + stride(from: 130, through: 210, by: 5).map(Double.init))

    /// How much the mean level rises across a circle.
    private static func rise(
        _ circle: Circle, in plane: IrisPlane, arcs: [(cosine: Float, sine: Float)], band: Float
    ) -> Float? {
        guard
            let inner = plane.mean(x: circle.x, y: circle.y, radius: circle.radius - band, along: arcs),
            let outer = plane.mean(x: circle.x, y: circle.y, radius: circle.radius + band, along: arcs)
        else { return nil }
        return outer - inner
    }

    private static func pupil(in plane: IrisPlane) throws(IrisError) -> Circle {
        let least = min(plane.width, plane.height)
        let dark = plane.quantile(0.12)
        let few = directions(stride(from: 0, to: 360, by: 22.5).map { $0 })
        var best = Circle(x: 0, y: 0, radius: 0)
        var bestRise: Float = 0
        for y in stride(from: least / 8, to: plane.height - least / 8, by: 2) {
            for x in stride(from: least / 8, to: plane.width - least / 8, by: 2) {
                guard plane.values[y * plane.width + x] <= dark else { continue }
                for radius in stride(from: Float(least) / 24, through: Float(least) / 3.5, by: 1) {
                    let circle = Circle(x: Float(x), y: Float(y), radius: radius)
                    guard let rise = rise(circle, in: plane, arcs: few, band: 1.5), rise > bestRise else { continue }
                    // A pupil is dark all over; lashes and brows are not.
                    let inside = plane.mean(x: circle.x, y: circle.y, radius: radius * 0.6, along: few) ?? 255
                    guard inside <= dark + 12 else { continue }
                    bestRise = rise
                    best = circle
                }
            }
        }
        guard bestRise >= 8 else {
            throw IrisError(.pupil, "no pupil was found; take the eye open, in focus and without glare")
        }
        return best
    }

    private static func limbus(around pupil: Circle, in plane: IrisPlane) throws(IrisError) -> Circle {
        var best = pupil
        var bestRise: Float = 0
        let reach = max(2, Int(pupil.radius * 0.35))
        for dy in -reach...reach {
            for dx in -reach...reach {
                var radius = pupil.radius * 1.4 + 3
                while radius <= min(pupil.radius * 6, Float(plane.width) * 0.6) {
                    let circle = Circle(x: pupil.x + Float(dx), y: pupil.y + Float(dy), radius: radius)
                    if let rise = rise(circle, in: plane, arcs: sides, band: 2.5), rise > bestRise {
                        bestRise = rise
                        best = circle
                    }
                    radius += 1
                }
            }
        }
        guard bestRise >= 5 else {
            throw IrisError(.limbus, "no outer boundary of the iris was found; open the eye wider and centre it")
        }
        return best
    }

    /// Looks around a circle in ever smaller steps.
    private static func refine(
        _ start: Circle, in plane: IrisPlane, by scale: Float, arcs: [(cosine: Float, sine: Float)], band: Float
    ) -> Circle {
        var best = start
        var bestRise = rise(start, in: plane, arcs: arcs, band: band) ?? 0
        var step = scale
        while step >= 0.5 {
            let middle = best
            for (dx, dy, dr) in Self.neighbours {
                let circle = Circle(x: middle.x + dx * step, y: middle.y + dy * step, radius: middle.radius + dr * step)
                if let rise = rise(circle, in: plane, arcs: arcs, band: band), rise > bestRise {
                    bestRise = rise
                    best = circle
                }
            }
            if best == middle { step /= 2 }
        }
        return best
    }

    private static let neighbours: [(Float, Float, Float)] = {
        let steps: [Float] = [-1, 0, 1]
        return steps.flatMap { x in steps.flatMap { y in steps.map { radius in (x, y, radius) } } }
    }()

    /// The parabola across which the level falls most from the lid to the iris, `nil` when it falls little.
    private static func lid(in plane: IrisPlane, pupil: Circle, limbus: Circle, isUpper: Bool) -> Lid? {
        let sign: Float = isUpper ? -1 : 1
        let band = max(2, limbus.radius / 24)
        var best: Lid?
        var bestFall: Float = 10
        for bend in stride(from: Float(0.05), through: 0.55, by: 0.1) {
            var distance = limbus.radius * 0.4
            while distance < limbus.radius * 0.95 {
                let lid = Lid(apex: sign * distance, bend: -sign * bend)
                var sum: Float = 0
                var count = 0
                var falling = 0
                for part in stride(from: Float(-0.8), through: 0.8, by: 0.1) {
                    let x = limbus.x + part * limbus.radius
                    let y = limbus.y + lid.row(part * limbus.radius, limbus)
                    let away = hypot(part * limbus.radius, y - limbus.y)
                    guard away < limbus.radius * 0.97, hypot(x - pupil.x, y - pupil.y) > pupil.radius + 2 * band,
                        let skin = plane.level(x, y + sign * band), let iris = plane.level(x, y - sign * band)
                    else { continue }
                    sum += skin - iris
                    count += 1
                    if skin > iris { falling += 1 }
                }
                // Texture makes a few points fall much; a lid makes nearly all of them fall.
                if count >= 8, 10 * falling >= 9 * count, sum / Float(count) > bestFall {
                    bestFall = sum / Float(count)
                    best = lid
                }
                distance += max(1, limbus.radius / 60)
            }
        }
        return best
    }
}

extension IrisSegmentation.Lid {
    /// The edge's row, from the limbus' centre, at a column from it.
    func row(_ x: Float, _ limbus: IrisSegmentation.Circle) -> Float { apex + bend * x * x / limbus.radius }
}

extension IrisSegmentation {
    /// Whether a place of the image is under a lid.
    public func isCovered(x: Float, y: Float) -> Bool {
        let margin = limbus.radius / 40
        if let upperLid, y - limbus.y < upperLid.row(x - limbus.x, limbus) + margin { return true }
        if let lowerLid, y - limbus.y > lowerLid.row(x - limbus.x, limbus) - margin { return true }
        return false
    }
}
