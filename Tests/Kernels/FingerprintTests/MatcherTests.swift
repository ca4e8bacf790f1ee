import BiometricFormats
import Foundation
import Testing

@testable import Fingerprint

@Suite("Comparison of templates")
struct MatcherTests {
    @Test("a template equals itself, in every turn and place", arguments: [UInt64(1), 2, 3])
    func invariance(seed: UInt64) {
        var generator = Seeded(seed)
        let matcher = FingerMatcher()
        let finger = generator.minutiae(35)
        let own = matcher.compare(FingerTemplate(finger), FingerTemplate(finger))
        #expect(own.pairs.count == 35)
        for _ in 0..<6 {
            let turn = Float.random(in: -Float.pi...Float.pi, using: &generator)
            let moved = finger.map { $0.moved(turn: turn, x: 400 * turn, y: -100) }
            let answer = matcher.compare(FingerTemplate(finger), FingerTemplate(moved))
            #expect(abs(answer.score - own.score) < 0.05 * own.score, "seed \(seed)")
            let difference = (Double(answer.rotationDegrees) - Double(turn) * 180 / .pi).remainder(dividingBy: 360)
            #expect(abs(difference) < 1, "seed \(seed)")
        }
    }

    @Test("impressions of one finger score high, of two fingers low", arguments: [UInt64(11), 12, 13])
    func genuineAndImpostor(seed: UInt64) {
        var generator = Seeded(seed)
        let matcher = FingerMatcher()
        let fingers = (0..<8).map { _ in generator.minutiae(36) }
        let first = fingers.map { FingerTemplate($0) }
        let second = fingers.map { finger in
            FingerTemplate(
                generator.impression(
                    of: finger, turn: .random(in: -0.6...0.6, using: &generator),
                    x: .random(in: -40...40, using: &generator), y: .random(in: -40...40, using: &generator)))
        }
        for i in fingers.indices {
            for j in fingers.indices {
                let score = matcher.score(first[i], second[j])
                if i == j { #expect(score > 40, "seed \(seed)") } else { #expect(score < 30, "seed \(seed)") }
                let quick = matcher.quickLikeness(first[i], second[j])
                if i == j { #expect(quick > 0.5, "seed \(seed)") }
            }
        }
    }

    @Test("a part of a finger is found in the whole")
    func part() {
        var generator = Seeded(21)
        let finger = generator.minutiae(40)
        let part = finger.filter { $0.y < 200 }
        #expect(FingerMatcher().score(FingerTemplate(finger), FingerTemplate(part)) > 40)
    }

    @Test("templates with few minutiae have a score, and it is low")
    func few() {
        let matcher = FingerMatcher()
        var generator = Seeded(31)
        let whole = FingerTemplate(generator.minutiae(30))
        for count in 0...3 {
            let template = FingerTemplate(generator.minutiae(count))
            #expect(matcher.score(template, whole) < 20)
            #expect(matcher.score(whole, template) < 20)
            #expect(matcher.score(template, template) < 20)
        }
    }

    @Test("minutiae beyond the limit are left out by quality, and all at one place are no crash")
    func extremes() {
        var generator = Seeded(41)
        let one = FingerMinutia(x: 5, y: 5, angle: 0, kind: .ending, quality: 50)
        let same = FingerTemplate(Array(repeating: one, count: 300))
        #expect(same.count == FingerTemplate.limit)
        let other = FingerTemplate(generator.minutiae(30))
        #expect(FingerMatcher().score(same, other) < 30)
        #expect(FingerMatcher().score(same, same) >= 0)
    }

    @Test("score and false match rate are two names of one number")
    func rates() {
        #expect(FingerMatcher.falseMatchRate(score: 40) == 0.0001)
        #expect(FingerMatcher.falseMatchRate(score: -5) == 1)
        for rate in [1, 0.1, 0.01, 0.0001] {
            #expect(
                abs(FingerMatcher.falseMatchRate(score: FingerMatcher.score(falseMatchRate: rate)) / rate - 1) < 1e-5)
        }
    }

    @Test("a record keeps what comparison needs", arguments: [MinutiaeFormat.iso2005, .iso2011])
    func records(format: MinutiaeFormat) throws {
        var generator = Seeded(51)
        let finger = generator.minutiae(30)
        let record = MinutiaeRecord(finger, format: format, width: 350, height: 450, dpi: 569, quality: 60)
        let read = try MinutiaeRecord(reading: record.bytes())
        #expect(read.format == format)
        let view = try #require(read.views.first)
        let back = FingerMinutia.list(view, angleUnits: 256)
        for (one, other) in zip(FingerTemplate.kept(finger), back) {
            #expect(hypot(one.x - other.x, one.y - other.y) < 1.2)
            #expect(cos(one.angle - other.angle) > 0.999)
            #expect(one.kind == other.kind && one.quality == other.quality)
        }
        #expect(FingerMatcher().score(FingerTemplate(finger), try FingerTemplate(read)) > 40)
    }

    @Test("a drawing holds both fingers and a line for every agreeing pair")
    func drawing() {
        var generator = Seeded(61)
        let finger = generator.minutiae(20)
        let drawing = ComparisonDrawing(finger, finger, matcher: FingerMatcher())
        let svg = drawing.svg
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        #expect(svg.components(separatedBy: "<line ").count - 1 == 20)
        #expect(svg.components(separatedBy: "<g ").count - 1 == 40)
    }
}
