import BiometricFormats
import Foundation
import Testing

@testable import Fingerprint

@Suite("Extraction of minutiae")
struct ExtractorTests {
    @Test("planted minutiae are found where they are, along the ridges, and nothing else", arguments: [0.3, 1.2, 2.4])
    func planted(angle: Double) throws {
        let points = [(90.0, 80.0, 1.0), (165.0, 95.0, -1.0), (90.0, 170.0, 1.0), (170.0, 165.0, -1.0)]
        let finger = DrawnFinger(angle: angle, planted: points.map { (x: $0.0, y: $0.1, turn: $0.2) })
        let found = ClassicalExtractor().extract(try finger.image).minutiae
        #expect(found.count == points.count)
        for point in points {
            let near = found.filter { hypot(Double($0.x) - point.0, Double($0.y) - point.1) < 9 }
            #expect(near.count == 1)
            for one in near {
                // The angle is counter-clockwise as seen, the drawing's clockwise.
                #expect(abs(sin(Double(one.angle) + angle)) < 0.3)
            }
        }
    }

    @Test("two points of opposite turn are minutiae of opposite direction")
    func opposite() throws {
        let finger = DrawnFinger(planted: [(x: 100, y: 128, turn: 1), (x: 160, y: 128, turn: -1)])
        let found = ClassicalExtractor().extract(try finger.image).minutiae
        try #require(found.count == 2)
        #expect(cos(found[0].angle - found[1].angle) < -0.9)
    }

    @Test("ridges without minutiae have none", arguments: [6.0, 9.0, 12.0])
    func plain(period: Double) throws {
        let found = ClassicalExtractor().extract(try DrawnFinger(period: period, angle: 0.8).image)
        #expect(found.minutiae.isEmpty)
    }

    @Test("a picture of another resolution gives the same places at 500 dots an inch")
    func resolution() throws {
        var finger = DrawnFinger(planted: [(x: 100, y: 100, turn: 1), (x: 160, y: 150, turn: 1)])
        let reference = ClassicalExtractor().extract(try finger.image).minutiae
        let scale = 569.0 / 500
        finger.size = Int(256 * scale)
        finger.period *= scale
        finger.planted = finger.planted.map { (x: $0.x * scale, y: $0.y * scale, turn: $0.turn) }
        var image = try finger.image
        image.dpi = 569
        let found = ClassicalExtractor().extract(image).minutiae
        try #require(found.count == reference.count)
        for (one, other) in zip(found, reference) { #expect(hypot(one.x - other.x, one.y - other.y) < 6) }
    }

    @Test("a blank picture, one of noise and one smaller than a block have an answer")
    func withoutFinger() throws {
        let blank = try GreyImage(width: 120, height: 90, dpi: 500, pixels: Array(repeating: 200, count: 120 * 90))
        let empty = ClassicalExtractor().extract(blank)
        #expect(empty.minutiae.isEmpty)
        #expect(empty.quality.score == 0)
        #expect(empty.quality.reasons.contains(.tooSmall))
        var seed = Seeded(7)
        for (width, height) in [(1, 1), (3, 70), (70, 3), (65, 64), (120, 90)] {
            let noise = (0..<width * height).map { _ in UInt8.random(in: 0...255, using: &seed) }
            let image = try GreyImage(width: width, height: height, dpi: 500, pixels: noise)
            #expect(ClassicalExtractor().extract(image).quality.score < FingerprintQuality.sufficient)
        }
    }

    @Test("thinned lines are one pixel wide and stay in one piece")
    func thinning() {
        var image = BitImage(width: 150, height: 60)
        for y in 20..<29 { for x in 10..<140 { image[x, y] = true } }
        for y in 20..<55 { for x in 60..<67 { image[x, y] = true } }
        image.thin()
        let skeleton = Skeleton(image)
        #expect(skeleton.places(1).count == 3)
        for x in 20..<50 { #expect((0..<60).count { image[x, $0] } == 1) }
    }
}

@Suite("Quality of impressions")
struct QualityTests {
    private func quality(_ change: (inout FingerprintQuality.Measures) -> Void) -> FingerprintQuality {
        var measures = FingerprintQuality.Measures(
            clearness: 0.6, areaSquareMm: 160, offset: 0.05, ridgeShare: 0.45, minutiae: 40)
        change(&measures)
        return FingerprintQuality(measures)
    }

    @Test("a good impression has full quality and no reason")
    func good() {
        #expect(quality { _ in }.score == 100)
        #expect(quality { _ in }.reasons.isEmpty)
    }

    @Test("each fault lowers the score and is told")
    func faults() {
        let cases: [(FingerprintQuality.Reason, (inout FingerprintQuality.Measures) -> Void)] = [
            (.blurred, { $0.clearness = 0.25 }), (.tooSmall, { $0.areaSquareMm = 60 }),
            (.tooDry, { $0.ridgeShare = 0.2 }), (.tooWet, { $0.ridgeShare = 0.7 }),
            (.fewMinutiae, { $0.minutiae = 7 }),
            (
                .offCentre,
                {
                    $0.offset = 0.33
                    $0.areaSquareMm = 120
                }
            ),
        ]
        for (reason, change) in cases {
            let answer = quality(change)
            #expect(answer.score < 95)
            #expect(answer.reasons.first == reason)
        }
    }

    @Test("the gate asks again while attempts are left, and then keeps the best")
    func gate() {
        let poor = quality { $0.clearness = 0.2 }
        #expect(poor.advice(attempt: 1, of: 3) == .recapture)
        #expect(poor.advice(attempt: 2, of: 3) == .recapture)
        #expect(poor.advice(attempt: 3, of: 3) == .keepBest)
        #expect(quality { _ in }.advice(attempt: 1, of: 3) == .accept)
    }

    @Test("a finger in the corner is told to move, a small one to lie flat")
    func drawn() throws {
        let small = ClassicalExtractor().extract(try DrawnFinger(radius: 45).image)
        #expect(small.quality.reasons.contains(.tooSmall))
    }
}
