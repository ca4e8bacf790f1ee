public import BiometricFormats
public import Fingerprint
public import Gallery
public import Iris
import SyntheticFingerprints

/// A person whom nobody knows: fingers and irises that follow from a seed and a number.
public struct InventedPerson: Sendable {
    public let seed: UInt64
    public let number: Int

    public init(seed: UInt64, number: Int) { (self.seed, self.number) = (seed, number) }

    /// The minutiae of one finger at one visit; each visit is another impression.
    public func minutiae(_ position: Int, visit: UInt64) -> [Minutia] {
        let finger = SyntheticFinger(seed: seed, index: UInt64(number) * 10 + UInt64(position - 1))
        return SyntheticTemplate(finger).minutiae(.drawn(visit, of: finger))
    }

    /// A record of one finger, which does not say which finger it is.
    public func record(_ position: Int, visit: UInt64) -> MinutiaeRecord {
        MinutiaeRecord(
            format: .iso2005,
            views: [
                MinutiaeView(
                    width: 388, height: 480, pixelsPerCmX: 197, pixelsPerCmY: 197,
                    minutiae: minutiae(position, visit: visit))
            ])
    }

    /// What a matcher compares: the minutiae of a record.
    public func found(_ position: Int, visit: UInt64 = 1) -> [FingerMinutia] {
        FingerMinutia.list(record(position, visit: visit).views[0], angleUnits: 256)
    }

    /// An iris whose bits are chance; at a later visit every ninth is another.
    public func iris(_ eye: Eye, visit: UInt64) -> IrisCode {
        var words = Words(state: seed &* 977 &+ UInt64(number) &* 31 &+ UInt64(eye.rawValue))
        var noise = Words(state: words.state ^ visit &* 0x9E37_79B9_7F4A_7C15)
        let planes = (0..<3 * IrisCode.angles).map { place -> UInt8 in
            let byte = UInt8(truncatingIfNeeded: words.next() >> 32)
            guard place < 2 * IrisCode.angles else { return 0xFF }
            var flips: UInt8 = 0
            for bit in 0..<8 where noise.next() % 9 == 0 { flips |= 1 << UInt8(bit) }
            return visit == 1 ? byte : byte ^ flips
        }
        return IrisCode(planes: planes)
    }

    /// Templates of some fingers and irises at one visit.
    public func templates(
        _ positions: [Int] = [2, 7], irises: [Eye] = [], visit: UInt64 = 1
    ) throws(GalleryError) -> PersonTemplates {
        var fingers: [Int: [FingerMinutia]] = [:]
        for position in positions {
            fingers[position] = found(position, visit: visit)
        }
        var codes: [Eye: IrisCode] = [:]
        for eye in irises { codes[eye] = iris(eye, visit: visit) }
        return try PersonTemplates(fingers: fingers, irises: codes)
    }

    /// SplitMix64.
    private struct Words {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }
}
