import BiometricFormats
import RealModule
import SyntheticFingerprints
import Testing

@Suite("A synthetic finger")
struct SyntheticFingerTests {
    /// Grown once for all tests: without the optimiser it takes seconds.
    private static let loop = RidgePattern(SyntheticFinger(seed: 2, index: 6, fingerClass: .rightLoop))

    @Test("prints the same for the same seed, index and impression, and otherwise not")
    func deterministic() throws {
        let finger = Self.loop.finger
        let image = try Self.loop.print(.drawn(2, of: finger))
        #expect(
            try RidgePattern(SyntheticFinger(seed: 2, index: 6, fingerClass: .rightLoop)).print(
                .drawn(2, of: finger)) == image)
        #expect(try Self.loop.print(.drawn(3, of: finger)) != image)
        #expect(Impression.drawn(2, of: SyntheticFinger(seed: 2, index: 7)) != .drawn(2, of: finger))
    }

    @Test("has the class that was asked for, and otherwise classes by their share")
    func classes() {
        for wanted in FingerClass.allCases {
            #expect(SyntheticFinger(seed: 1, index: 1, fingerClass: wanted).fingerClass == wanted)
        }
        var counts: [FingerClass: Int] = [:]
        for index in 0..<20_000 { counts[SyntheticFinger(seed: 5, index: UInt64(index)).fingerClass, default: 0] += 1 }
        #expect(abs(FingerClass.allCases.map(\.share).reduce(0, +) - 1) < 0.001)
        for each in FingerClass.allCases {
            let share = Double(counts[each] ?? 0) / 20_000
            #expect(abs(share - each.share) < 0.012, "\(each.rawValue)")
        }
    }

    @Test(
        "turns by half a turn round each core and back round each delta",
        arguments: [FingerClass.tentedArch, .leftLoop, .rightLoop, .whorl])
    func singularities(fingerClass: FingerClass) {
        let field = SyntheticFinger(seed: 11, index: 4, fingerClass: fingerClass).orientation
        func turns(round point: OrientationModel.Point) -> Double {
            var total = 0.0
            var last: Double?
            for step in 0...72 {
                let angle = Double(step) * Double.pi / 36
                let here = field.orientation(x: point.x + 6 * Double.cos(angle), y: point.y + 6 * Double.sin(angle))
                if let last {
                    var change = here - last
                    change -= Double.pi * (change / Double.pi).rounded()
                    total += change
                }
                last = here
            }
            return total / (2 * Double.pi)
        }
        for core in field.cores { #expect(abs(turns(round: core) - 0.5) < 0.01) }
        for delta in field.deltas { #expect(abs(turns(round: delta) + 0.5) < 0.01) }
    }

    @Test("prints ridges that run along its field, at its distance")
    func ridgesFollowTheField() throws {
        let finger = Self.loop.finger
        let image = try Self.loop.print(.plain)
        var agreeing = 0
        var looked = 0
        for row in stride(from: 120, to: 360, by: 12) {
            for column in stride(from: 110, to: 280, by: 12) {
                let x = Double(column - 194)
                let y = Double(240 - row)
                let distance = Double.sqrt(x * x + y * y)
                guard distance < 95,
                    (finger.orientation.cores + finger.orientation.deltas).allSatisfy({
                        Double.hypot($0.x - x, $0.y - y) > 25
                    })
                else { continue }
                let measured = Self.orientation(of: image, column: column, row: row)
                let expected = finger.orientation.orientation(x: x, y: y)
                var difference = measured - expected
                difference -= Double.pi * (difference / Double.pi).rounded()
                looked += 1
                if abs(difference) < 0.35 { agreeing += 1 }
            }
        }
        #expect(looked > 80)
        #expect(Double(agreeing) / Double(looked) > 0.93)
    }

    /// Of the ridges round a pixel, by the sum of squared gradients (M. Kass, A. Witkin 1987).
    private static func orientation(of image: GreyImage, column: Int, row: Int) -> Double {
        var along = 0.0
        var across = 0.0
        for y in (row - 9)...(row + 9) {
            for x in (column - 9)...(column + 9) {
                let horizontal = Double(image[x + 1, y]) - Double(image[x - 1, y])
                let vertical = Double(image[x, y - 1]) - Double(image[x, y + 1])
                along += horizontal * horizontal - vertical * vertical
                across += 2 * horizontal * vertical
            }
        }
        return Double.atan2(y: across, x: along) / 2 + Double.pi / 2
    }
}

@Suite("Synthetic minutiae")
struct SyntheticTemplateTests {
    @Test("are as many as a finger has, keep their distance and lie in the image")
    func plausible() {
        for index in 0..<50 {
            let finger = SyntheticFinger(seed: 9, index: UInt64(index))
            let minutiae = SyntheticTemplate(finger).minutiae(.drawn(1, of: finger))
            #expect((8...120).contains(minutiae.count))
            #expect(minutiae.allSatisfy { (0..<388).contains($0.x) && (0..<480).contains($0.y) && $0.quality > 0 })
        }
    }

    @Test("of two impressions of one finger lie on each other, and of two fingers do not")
    func repeatable() {
        func shared(_ left: [Minutia], _ right: [Minutia]) -> Double {
            let found = left.filter { one in
                right.contains { other in
                    let turn = Int(Int8(bitPattern: one.angle &- other.angle))
                    return abs(one.x - other.x) <= 8 && abs(one.y - other.y) <= 8 && abs(turn) <= 24
                }
            }
            return Double(found.count) / Double(max(1, left.count))
        }
        func still(_ number: UInt64) -> Impression {
            var impression = Impression.plain
            impression.number = number
            return impression
        }
        var same = 0.0
        var different = 0.0
        for index in 0..<40 {
            let finger = SyntheticTemplate(SyntheticFinger(seed: 4, index: UInt64(index)))
            let next = SyntheticTemplate(SyntheticFinger(seed: 4, index: UInt64(index + 1)))
            same += shared(finger.minutiae(still(1)), finger.minutiae(still(2))) / 40
            different += shared(finger.minutiae(still(1)), next.minutiae(still(2))) / 40
        }
        #expect(same > 0.75)
        #expect(different < 0.35)
    }

    @Test("turn with the finger")
    func rotation() {
        let template = SyntheticTemplate(SyntheticFinger(seed: 21, index: 2))
        var turned = Impression.plain
        turned.rotation = Double.pi / 2
        let straight = template.minutiae(.plain, width: 500, height: 500)
        let quarter = template.minutiae(turned, width: 500, height: 500)
        #expect(straight.count == quarter.count)
        for (one, other) in zip(straight, quarter) {
            // A quarter turn counter-clockwise: right becomes up.
            #expect(abs((other.x - 250) - (one.y - 250)) <= 1)
            #expect(abs((other.y - 250) + (one.x - 250)) <= 1)
            #expect(other.angle &- one.angle == 64)
        }
    }
}
