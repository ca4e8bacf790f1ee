import CKernels
import Foundation
import Testing

@testable import Fingerprint

/// The fast functions against plain ones.
@Suite("Arithmetic by the processor at hand")
struct ReferenceTests {
    @Test("likeness of cylinders is the share of common cells", arguments: [UInt64(1), 2])
    func likeness(seed: UInt64) {
        var generator = Seeded(seed)
        let (one, other) = (FingerTemplate(generator.minutiae(21)), FingerTemplate(generator.minutiae(30)))
        let matcher = FingerMatcher()
        matcher.measureLikeness(one, other)
        for i in 0..<one.count {
            for j in 0..<other.count {
                let (a, b) = (one.cylinders, other.cylinders)
                let (ownMask, mask) = (a[6 * one.stride + i], b[6 * other.stride + j])
                var (both, either) = (0, 0)
                for layer in 0..<6 {
                    let (x, y) = (a[layer * one.stride + i], b[layer * other.stride + j])
                    both += (x & y).nonzeroBitCount
                    either += (x & mask).nonzeroBitCount + (y & ownMask).nonzeroBitCount
                }
                let expected = either < 16 ? 0 : Float(510 * both) / Float(either + 1)
                #expect(abs(Float(matcher.likeness[i * other.stride + j]) - expected) <= 1, "seed \(seed)")
            }
        }
    }

    @Test("the likest pairs are those of a plain count", arguments: [UInt64(5), 6])
    func likest(seed: UInt64) {
        var generator = Seeded(seed)
        for round in 0..<200 {
            let total = 8 * Int.random(in: 0...90, using: &generator)
            let top = UInt8.random(in: 0...255, using: &generator)
            let values = (0..<total).map { _ in UInt8.random(in: 0...top, using: &generator) }
            let most = 64
            var level = 255
            while level > 1, values.count(where: { $0 >= level }) <= most { level -= 1 }
            let least = level == 1 || values.count(where: { $0 >= level }) <= most ? level : min(level + 1, 255)
            let expected = Array(values.indices.filter { values[$0] >= least }.prefix(most))
            var (found, places) = (UInt8(0), [Int32](repeating: 0, count: most))
            let count = ck_likest(values, Int32(total), Int32(most), &found, &places)
            #expect(
                Int(found) == least && places.prefix(Int(count)).map(Int.init) == expected, "seed \(seed), \(round)")
        }
    }

    @Test("a set takes the pair of most support whose minutiae are free", arguments: [UInt64(7), 8])
    func growth(seed: UInt64) {
        var generator = Seeded(seed)
        for round in 0..<100 {
            let (count, width) = (21, 24)
            func draw(_ range: ClosedRange<Float>) -> [Float] {
                (0..<width).map { $0 < count ? Float.random(in: range, using: &generator) : 0 }
            }
            let one = (0..<width).map { _ in Int32.random(in: 0..<9, using: &generator) }
            let other = (0..<width).map { _ in Int32.random(in: 0..<9, using: &generator) }
            let (row, backing, open) = (draw(0...1), draw(0...2), draw(0...1))
            let member = Int.random(in: 0..<count, using: &generator)
            let least = Float.random(in: 0...4, using: &generator)
            var (sums, still) = (backing, open)
            let next = Int(ck_grow(row, one, other, Int32(member), Int32(width), least, &sums, &still))
            let totals = zip(backing, row).map { $0 + $1 }
            var (expected, most) = (-1, Float(0))
            for b in 0..<count where totals[b] > least && one[b] != one[member] && other[b] != other[member] {
                let support = totals[b] * open[b]
                if support > most { (expected, most) = (b, support) }
            }
            #expect(next == expected, "seed \(seed), \(round)")
            #expect(sums == totals, "seed \(seed), \(round)")
        }
    }

    @Test("agreement of two pairs falls with length, side and turn", arguments: [UInt64(3), 4])
    func agreement(seed: UInt64) {
        var generator = Seeded(seed)
        let (count, stride) = (13, 16)
        var columns = [Float](repeating: 0, count: 6 * stride)
        for k in 0..<count {
            let turn = Float.random(in: -0.5...0.5, using: &generator)
            let (x, y) = (Float.random(in: 0...90, using: &generator), Float.random(in: 0...90, using: &generator))
            columns[k] = x
            columns[stride + k] = y
            columns[2 * stride + k] = x + .random(in: -6...6, using: &generator)
            columns[3 * stride + k] = y + .random(in: -6...6, using: &generator)
            columns[4 * stride + k] = cos(turn)
            columns[5 * stride + k] = sin(turn)
        }
        let t = MatcherConstants.agreement
        var found = [Float](repeating: 0, count: count * stride)
        ck_pair_agreement(columns, Int32(count), Int32(stride), Int32(stride), t, &found)
        for a in 0..<count {
            for b in 0..<count {
                func column(_ row: Int, _ k: Int) -> Float { columns[row * stride + k] }
                let (ux, uy) = (column(0, b) - column(0, a), column(1, b) - column(1, a))
                let (vx, vy) = (column(2, b) - column(2, a), column(3, b) - column(3, a))
                let (lu, lv) = (hypot(ux, uy), hypot(vx, vy))
                let turns = (atan2(column(5, a), column(4, a)), atan2(column(5, b), column(4, b)))
                let turn = (turns.0 + turns.1) / 2
                var expected: Float = 0
                let away = atan2(vy, vx) - atan2(uy, ux) - turn
                if lu >= t[5], lv >= t[5], cos(away) > 0 {
                    let length = (lu - lv) / (t[0] + t[1] * lv)
                    let side = lu * sin(away) / (t[2] + t[3] * lv)
                    let bend = (1 - cos(turns.0 - turns.1)) / (1 - t[4])
                    expected = max(0, 1 - length * length) * max(0, 1 - side * side) * max(0, 1 - bend)
                }
                #expect(abs(found[a * stride + b] - expected) < 1e-3, "seed \(seed)")
            }
        }
    }

    @Test("a filtered block is the sum of its taps")
    func filter() {
        var generator = Seeded(5)
        let (radius, side) = (3, 32)
        let source = (0..<side * side).map { _ in Float.random(in: -1...1, using: &generator) }
        let taps = (0..<49).map { _ in Float.random(in: -1...1, using: &generator) }
        var target = [Float](repeating: 0, count: 64)
        source.withUnsafeBufferPointer {
            ck_filter_block($0.baseAddress! + 8 * side + 8, side, taps, Int32(radius), &target, 8)
        }
        for y in 0..<8 {
            for x in 0..<8 {
                var sum: Float = 0
                for v in 0..<7 {
                    for u in 0..<7 { sum += taps[v * 7 + u] * source[(8 + y + v - radius) * side + 8 + x + u - radius] }
                }
                #expect(abs(target[y * 8 + x] - sum) < 1e-4)
            }
        }
    }
}
