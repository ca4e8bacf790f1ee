import BiometricFormats
import Foundation
import Iris
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("Irises")
struct IrisTests {
    static let eyes = (0..<6).map { SyntheticEye(UInt64(500 + $0)) }

    static let codes: [[IrisCode]] = eyes.enumerated().map { index, eye in
        (0..<3).compactMap { try? IrisCode(extracting: eye.image(.random(UInt64(index * 3 + $0)))) }
    }

    @Test("the boundaries of a drawn eye are found within three pixels")
    func segmentation() throws {
        for seed in UInt64(0)..<4 {
            let impression = SyntheticEye.Impression.random(seed)
            let found = try IrisSegmentation(finding: Self.eyes[0].image(impression))
            let pupil = hypot(Double(found.pupil.x) - impression.centre.x, Double(found.pupil.y) - impression.centre.y)
            #expect(pupil < 3, "seed \(seed)")
            #expect(abs(Double(found.pupil.radius) - impression.pupilRadius) < 3, "seed \(seed)")
            #expect(abs(Double(found.limbus.radius) - impression.limbusRadius) < 4, "seed \(seed)")
        }
    }

    @Test("pictures of one eye are closer than those of any two, over lids, lashes, light, turn and pupil")
    func separation() {
        var genuine: [Double] = []
        var impostor: [Double] = []
        for (first, own) in Self.codes.enumerated() {
            for (second, others) in Self.codes.enumerated() where second >= first {
                for (i, probe) in own.enumerated() {
                    for (j, candidate) in others.enumerated() where second > first || j > i {
                        let distance = Double(probe.compare(with: candidate).distance)
                        if first == second { genuine.append(distance) } else { impostor.append(distance) }
                    }
                }
            }
        }
        func mean(_ list: [Double]) -> Double { list.reduce(0, +) / Double(list.count) }
        func variance(_ list: [Double]) -> Double {
            let middle = mean(list)
            return list.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(list.count)
        }
        let separation = (mean(impostor) - mean(genuine)) / ((variance(genuine) + variance(impostor)) / 2).squareRoot()
        #expect(genuine.count >= 12, "nearly every picture gives a code")
        #expect((genuine.max() ?? 1) < (impostor.min() ?? 0))
        #expect(separation > 4, "d' is \(separation)")
    }

    @Test("a turned head is found and undone")
    func rotation() throws {
        let eye = Self.eyes[1]
        var turned = SyntheticEye.Impression.plain
        turned.rotationDegrees = 4 * 360 / Double(IrisCode.angles)
        let plain = try IrisCode(extracting: eye.image(.plain))
        let comparison = try IrisCode(extracting: eye.image(turned)).compare(with: plain)
        #expect(comparison.distance < 0.36)
        #expect(abs(comparison.rotation) == 4)
    }

    @Test("covered places do not count: half an iris is compared by the half that is seen")
    func lids() throws {
        var drooping = SyntheticEye.Impression.plain
        drooping.upperLid = 0.5
        let plain = try IrisCode(extracting: Self.eyes[2].image(.plain))
        let half = try IrisCode(extracting: Self.eyes[2].image(drooping))
        #expect(half.usable < plain.usable)
        #expect(half.compare(with: plain).distance < 0.36)
    }

    @Test("every way to compute gives the bits of the reference", arguments: IrisProbe.Way.allCases)
    func ways(way: IrisProbe.Way) {
        let seed: UInt64 = 20_261_123
        var dice = Dice(seed)
        let codes = (0..<300).map { index in
            IrisCode(
                planes: (0..<384).map { place in
                    let byte = UInt8(truncatingIfNeeded: dice.next())
                    // Empty and full masks are the edges of the arithmetic.
                    return place < 256 ? byte : index % 50 == 0 ? 0 : index % 50 == 1 ? 255 : byte
                })
        }
        for probe in codes.prefix(3) {
            let expected = codes.map { probe.compare(with: $0) }
            #expect(IrisProbe(probe).compare(with: codes, way: way) == expected, "seed \(seed)")
        }
    }

    @Test("a code equals itself at distance zero less what is masked, and survives storage")
    func storage() throws {
        let code = try #require(Self.codes[0].first)
        #expect(code.compare(with: code).rotation == 0)
        #expect(code.compare(with: code).distance < 0.2)
        #expect(try IrisCode(reading: code.bytes()) == code)
        #expect(throws: IrisError.self) { try IrisCode(reading: Array(code.bytes().dropLast())) }
    }

    @Test("what is no eye is refused with a reason that tells what to do")
    func refusals() throws {
        func code(_ image: GreyImage) -> IrisError.Code? {
            do { _ = try IrisCode(extracting: image) } catch { return error.code }
            return nil
        }
        let flat = try GreyImage(width: 160, height: 120, pixels: [UInt8](repeating: 128, count: 160 * 120))
        #expect(code(flat) == .pupil)
        #expect(code(try GreyImage(width: 10, height: 10, pixels: [UInt8](repeating: 0, count: 100))) == .small)
        var shut = SyntheticEye.Impression.plain
        shut.upperLid = -1.3
        #expect(code(Self.eyes[3].image(shut)) != nil)
    }

    @Test("the drawing of two codes counts the signs that the score rests on, and draws each sign once")
    func drawing() throws {
        let (probe, candidate) = (Self.codes[0][0], Self.codes[0][1])
        let drawing = IrisDrawing(probe, candidate)
        #expect(drawing.comparison == probe.compare(with: candidate))
        let n = Float(drawing.compared)
        let distance = 0.5 - (0.5 * n - Float(drawing.differing)) / (n * Float(IrisCode.bits)).squareRoot()
        #expect(distance == drawing.comparison.distance)
        let own = IrisDrawing(probe, probe)
        #expect(own.differing == 0 && own.comparison.rotation == 0)
        #expect(!own.svg.contains("firebrick") && drawing.svg.contains("firebrick"))
        let document = try XMLDocument(xmlString: drawing.svg)
        let drawn = try document.nodes(forXPath: "//*[local-name()='rect'][@height='6']/@width")
            .compactMap { $0.stringValue.flatMap(Int.init) }.reduce(0, +)
        #expect(drawn == 3 * IrisCode.bits * 6)
    }
}
