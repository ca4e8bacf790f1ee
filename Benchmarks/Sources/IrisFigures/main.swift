// Comparisons of iris codes a second of processor time, one core, fifteen rotations each, by every way it has.
import Foundation
import Iris

/// Numbers that look random and repeat.
struct Sequence {
    private var state: UInt64 = 20_261_123

    mutating func byte() -> UInt8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 40)
    }
}

var sequence = Sequence()
let gallerySize = 20_000
let rounds = 25
let gallery = (0..<gallerySize * 3 * IrisCode.angles).map { place -> UInt8 in
    // About three quarters of a mask are set.
    place % (3 * IrisCode.angles) < 2 * IrisCode.angles ? sequence.byte() : sequence.byte() | sequence.byte()
}
let probe = IrisProbe(IrisCode(planes: Array(gallery.prefix(3 * IrisCode.angles))))
print("way,comparisons_per_second,rotations_per_second")
for way in IrisProbe.Way.allCases where way.rawValue <= IrisProbe.Way.best.rawValue {
    var least: Float = 1
    let start = clock()
    for _ in 0..<rounds {
        gallery.withUnsafeBytes { bytes in
            probe.compare(with: bytes, way: way) { index, found in if index > 0 { least = min(least, found.distance) } }
        }
    }
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    let rate = Double(gallerySize * rounds) / seconds
    guard least < 0.5 else { fatalError("random codes must come nearer than a half") }
    print("\(way),\(Int(rate)),\(Int(rate * 15))")
}
