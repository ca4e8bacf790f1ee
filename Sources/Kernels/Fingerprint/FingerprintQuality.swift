import RealModule

/// How well an impression serves to compare, and what would make the next one better.
public struct FingerprintQuality: Equatable, Sendable {
    /// What an operator can do something about.
    public enum Reason: String, Sendable, CaseIterable {
        /// Ridges break up: moisten the finger or press a little more.
        case tooDry
        /// Ridges run into one another: dry the finger or press less.
        case tooWet
        /// Little of the finger is on the sensor: lay it flat.
        case tooSmall
        /// The finger lies at the edge: move it to the middle.
        case offCentre
        /// Ridges cannot be told apart: hold still, clean the glass.
        case blurred
        /// Hardly any ridge ends or forks are seen: take another impression.
        case fewMinutiae
    }

    /// What to do with an impression.
    ///
    /// There is no refusal: after the last attempt the best impression is kept, whatever its score.
    public enum Advice: String, Sendable { case accept, recapture, keepBest }

    /// 0 useless ... 100 excellent.
    public let score: Int
    /// Why the score is not higher, the weightiest first; empty when nothing is wrong.
    public let reasons: [Reason]

    /// Scores from which an impression is kept at once.
    public static let sufficient = 45

    /// Asks for another impression while attempts are left, and never refuses a person.
    ///
    /// `attempt` counts from 1.
    public func advice(attempt: Int, of attempts: Int) -> Advice {
        if score >= Self.sufficient { return .accept }
        return attempt < attempts ? .recapture : .keepBest
    }

    /// From what an extractor measured.
    init(_ measures: Measures) {
        func rating(_ value: Float, _ poor: Float, _ good: Float) -> Float {
            min(1, max(0, (value - poor) / (good - poor)))
        }
        let clearness = rating(measures.clearness, 0.2, 0.6)
        let area = rating(measures.areaSquareMm, 40, 150)
        let centre = rating(-measures.offset, -0.35, -0.1)
        let count = rating(Float(measures.minutiae), 6, 24)
        let wetness = rating(-abs(measures.ridgeShare - 0.45), -0.22, -0.12)
        let value =
            100 * clearness.squareRoot() * area.squareRoot() * (0.7 + 0.3 * centre)
            * (0.4 + 0.6 * count) * (0.75 + 0.25 * wetness)
        score = Int(value.rounded())
        var found: [(Float, Reason)] = []
        if area < 0.5 { found.append((area, .tooSmall)) }
        if centre < 0.5, area < 1 { found.append((0.3 + 0.5 * centre, .offCentre)) }
        if wetness < 0.5 { found.append((0.2 + wetness, measures.ridgeShare > 0.45 ? .tooWet : .tooDry)) }
        if clearness < 0.4 { found.append((clearness, .blurred)) }
        if count < 0.3 { found.append((count, .fewMinutiae)) }
        reasons = found.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// What an extractor measures of an image.
    struct Measures {
        /// Mean part of the power that waves along the ridges explain, 0...1.
        var clearness: Float
        var areaSquareMm: Float
        /// Distance of the finger's middle from the image's, in parts of the image's shorter side.
        var offset: Float
        /// Part of the finger that is darker than halfway between ridge and valley.
        var ridgeShare: Float
        var minutiae: Int
    }
}

extension FingerprintQuality.Measures {
    init(grey: Plane, field: RidgeField, share: BlockMap, minutiae: Int) {
        var (count, clear, cx, cy): (Float, Float, Float, Float) = (0, 0, 0, 0)
        var histogram = [Int](repeating: 0, count: 256)
        for by in 0..<field.height {
            for bx in 0..<field.width where field.mask[bx, by] > 0 {
                count += 1
                clear += share[bx, by]
                cx += Float(bx * 8 + 4)
                cy += Float(by * 8 + 4)
                for y in Swift.stride(from: by * 8, to: min(by * 8 + 8, grey.height), by: 2) {
                    let row = grey.row(y)
                    for x in Swift.stride(from: bx * 8, to: min(bx * 8 + 8, grey.width), by: 2) {
                        histogram[min(255, max(0, Int(row[x])))] += 1
                    }
                }
            }
        }
        self.minutiae = minutiae
        guard count > 0 else {
            (clearness, areaSquareMm, offset, ridgeShare) = (0, 0, 0, 0.5)
            return
        }
        clearness = clear / count
        // A block of eight pixels at 500 dots an inch is 0.4064 mm wide.
        areaSquareMm = count * 0.4064 * 0.4064
        let (dx, dy) = (cx / count - Float(grey.width) / 2, cy / count - Float(grey.height) / 2)
        offset = Float.hypot(dx, dy) / Float(min(grey.width, grey.height))
        let total = histogram.reduce(0, +)
        func level(_ share: Double) -> Int {
            var sum = 0
            for (value, number) in histogram.enumerated() {
                sum += number
                if Double(sum) >= share * Double(total) { return value }
            }
            return 255
        }
        let middle = (level(0.05) + level(0.95)) / 2
        ridgeShare = Float(histogram[..<middle].reduce(0, +)) / Float(max(total, 1))
    }
}
