import RealModule

extension FingerMinutia {
    /// From this coincidence on two lists are of one image, not of two impressions: skin never lies twice alike.
    ///
    /// Of 1,120 pairs of impressions of one finger (FVC2002 and FVC2004, sets B, both extractors) the highest
    /// coincidence was 0.46. Of 64 images saved again as JPEG, all of quality 75, 62 of quality 50 and 59 of quality 25
    /// were at 0.55 or above, of 64 that were cut 56, of 64 that were blurred a little 55. `Benchmarks/replay` measures it.
    public static let replayCoincidence: Float = 0.55

    /// The share of minutiae that stand at the same place in both lists, 0...1, after the best shift without a turn.
    ///
    /// Places count as the same within a pixel and a half and eight degrees. Two impressions of one finger are pulled
    /// differently and stay below ``replayCoincidence``; most images that were saved again, cut or shifted do not. An
    /// image that was turned is not recognised. Fewer than eight minutiae say nothing: 0.
    public static func coincidence(_ one: [FingerMinutia], _ other: [FingerMinutia]) -> Float {
        let (a, b) = (FingerTemplate.kept(one), FingerTemplate.kept(other))
        guard a.count >= 8, b.count >= 8 else { return 0 }
        let leastCosine = Float.cos(8 * .pi / 180)
        func pointsAlike(_ one: FingerMinutia, _ other: FingerMinutia) -> Bool {
            Float.cos(one.angle - other.angle) >= leastCosine
        }
        var votes: [SIMD2<Int32>: Int] = [:]
        for first in a {
            for second in b where pointsAlike(first, second) {
                let shift = SIMD2(Int32((second.x - first.x).rounded()), Int32((second.y - first.y).rounded()))
                votes[shift, default: 0] += 1
            }
        }
        // A true shift is spread over neighbouring cells by rounding.
        var best: (count: Int, shift: SIMD2<Int32>) = (0, .zero)
        for shift in votes.keys {
            var count = 0
            for dx in Int32(-1)...1 {
                for dy in Int32(-1)...1 { count += votes[shift &+ SIMD2(dx, dy)] ?? 0 }
            }
            if count > best.count || count == best.count && (shift.x, shift.y) < (best.shift.x, best.shift.y) {
                best = (count, shift)
            }
        }
        let (dx, dy) = (Float(best.shift.x), Float(best.shift.y))
        let found = a.count { first in
            b.contains { second in
                let (x, y) = (second.x - first.x - dx, second.y - first.y - dy)
                return x * x + y * y <= 2.25 && pointsAlike(first, second)
            }
        }
        return Float(found) / Float(max(a.count, b.count))
    }
}
