import CKernels
import Foundation
import Testing

@testable import Fingerprint

@Suite("Minutiae of one impression moved onto another")
struct NearnessTests {
    @Test("moved points lie where the movement says, and as far outside as the furthest side", arguments: [0, 1, 7])
    func move(sideCount: Int) {
        var generator = Seeded(31)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in .random(in: -90...90, using: &generator) } }
        let (x, y, sides) = (numbers(16), numbers(16), numbers(4 * sideCount))
        let movement: [Float] = [cos(0.4), sin(0.4), 12, -30]
        var (mx, my, outside) = (x, x, x)
        ck_move(x, y, 16, movement, sides, Int32(sideCount), &mx, &my, &outside)
        let move = Movement(cosine: movement[0], sine: movement[1], x: movement[2], y: movement[3])
        for k in 0..<16 {
            let (px, py) = move.apply(x[k], y[k])
            let away = (0..<sideCount).map { px * sides[4 * $0] + py * sides[4 * $0 + 1] + sides[4 * $0 + 2] }
            #expect(abs(mx[k] - px) < 1e-3 && abs(my[k] - py) < 1e-3)
            #expect(abs(outside[k] - (away.max() ?? 0)) < 0.1)
            let (backX, backY) = move.inverse.apply(px, py)
            #expect(abs(backX - x[k]) < 1e-3 && abs(backY - y[k]) < 1e-3)
        }
    }

    @Test("a point yields to the members near it and hardly to those far away")
    func stretch() {
        var generator = Seeded(32)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in .random(in: -90...90, using: &generator) } }
        let (x, y, members, pull) = (numbers(8), numbers(8), numbers(4 * 5), Float(1) / 2500)
        var (sx, sy) = (x, y)
        ck_stretch(&sx, &sy, 8, members, 5, pull)
        for k in 0..<8 {
            var (ux, uy, sum): (Float, Float, Float) = (0, 0, 0.15)
            for m in 0..<5 {
                let (dx, dy) = (x[k] - members[4 * m], y[k] - members[4 * m + 1])
                let weight = 1 / pow(1 + (dx * dx + dy * dy) * pull, 2)
                ux += weight * members[4 * m + 2]
                uy += weight * members[4 * m + 3]
                sum += weight
            }
            #expect(abs(sx[k] - x[k] - ux / sum) < 1e-2 && abs(sy[k] - y[k] - uy / sum) < 1e-2)
        }
    }

    @Test("near places are those of a plain count, in their order", arguments: [UInt64(33), 34])
    func near(seed: UInt64) {
        var generator = Seeded(seed)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in .random(in: 0...60, using: &generator) } }
        let (px, py, x, y, outside) = (numbers(11), numbers(11), numbers(24), numbers(24), numbers(11))
        var places = [Int32](repeating: 0, count: 11 * 24)
        let count = ck_near(px, py, x, y, 11, 24, outside, 40, 17, &places)
        var expected: [Int32] = []
        for i in 0..<11 where outside[i] < 40 {
            for j in 0..<24 where hypot(x[j] - px[i], y[j] - py[i]) < 17 { expected.append(Int32(i * 24 + j)) }
        }
        #expect(Array(places.prefix(Int(count))) == expected && !expected.isEmpty, "seed \(seed)")
    }

    @Test("support weighs agreement with the likeness of both pairs")
    func support() {
        var generator = Seeded(35)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in .random(in: 0...1, using: &generator) } }
        let (agreement, likeness) = (numbers(13 * 16), numbers(16))
        var support = [Float](repeating: 0, count: 16)
        ck_support(agreement, likeness, 13, 16, 16, &support)
        for b in 0..<16 {
            let sum = (0..<13).reduce(Float(0)) { $0 + agreement[$1 * 16 + b] * likeness[$1] }
            #expect(abs(support[b] - sum * likeness[b]) < 1e-4)
        }
    }

    @Test("one likeness is that of the whole matrix", arguments: [UInt64(36), 37])
    func oneLikeness(seed: UInt64) {
        var generator = Seeded(seed)
        let (one, other) = (FingerTemplate(generator.minutiae(19)), FingerTemplate(generator.minutiae(26)))
        let matcher = FingerMatcher()
        matcher.measureLikeness(one, other)
        for i in 0..<one.count {
            for j in 0..<other.count {
                let value = ck_one_likeness(
                    Array(one.cylinders[i...]), Int32(one.stride), Array(other.cylinders[j...]), Int32(other.stride))
                #expect(value == matcher.likeness[i * other.stride + j], "seed \(seed)")
            }
        }
    }

    @Test("memory of a map that is gone serves the next")
    func store() {
        let store = FeatureStore()
        var first: FeatureMap? = FeatureMap(channels: 2, width: 5, height: 3, store: store)
        let address = first?.values
        first = nil
        let second = FeatureMap(channels: 1, width: 5, height: 3, store: store)
        #expect(second.values == address && second.channel(0)[15] == 0)
    }
}
