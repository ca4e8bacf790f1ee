public import Fingerprint
public import Iris

/// Which eye, by ISO/IEC 19794-6.
public enum Eye: UInt8, Sendable, CaseIterable {
    case right = 1
    case left = 2
}

/// What is kept of one person's body to be found again: up to ten fingers and two irises.
///
/// Minutiae stand at quarters of a pixel and 65,536ths of a turn, the best ``FingerTemplate/limit`` of each finger, so
/// that what is compared is the same before and after it was kept. It has no description, and no equality that could
/// stand for a comparison.
public struct PersonTemplates: Sendable {
    /// One finger by its position in ISO/IEC 19794-2: 1 right thumb to 5 right little, 6 left thumb to 10 left little.
    public struct Finger: Sendable {
        public let position: Int
        /// The best by quality first.
        public let minutiae: [FingerMinutia]
        /// Columns for the reject stage; empty for a finger that it does not look at.
        let rejectColumns: [UInt64]
    }

    /// Fingers whose columns for the reject stage are kept ready; the rest are compared all the same, but slower.
    public static let readyFingers = 6
    /// Which fingers are ready first: index fingers, thumbs and middle fingers print the largest area.
    static let readyOrder = [2, 7, 1, 6, 3, 8, 4, 9, 5, 10]
    /// A finger with fewer minutiae is ready only when there is no better.
    static let readyMinutiae = 12

    /// By position, rising.
    public let fingers: [Finger]
    public let irises: [Eye: IrisCode]

    /// Prepares the fingers and irises of a person; costs about a millisecond.
    ///
    /// Fingers without minutiae are left out. Throws `GalleryError.position` for a position that is none, and `empty`
    /// when nothing is left: such a person cannot be searched for by body, and the caller has to say so.
    public init(fingers: [Int: [FingerMinutia]], irises: [Eye: IrisCode] = [:]) throws(GalleryError) {
        if let wrong = fingers.keys.first(where: { !(1...10).contains($0) }) {
            throw GalleryError(
                .position, "finger \(wrong)", "positions go from 1, right thumb, to 10, left little finger")
        }
        let given = fingers.mapValues { FingerTemplate.kept($0).map(Self.kept) }.filter { !$0.value.isEmpty }
        guard !given.isEmpty || !irises.isEmpty else {
            throw GalleryError(.empty, "fingers", "no finger has minutiae and there is no iris; capture one")
        }
        let rich = Self.readyOrder.filter { (given[$0]?.count ?? 0) >= Self.readyMinutiae }
        let poor = Self.readyOrder.filter { given[$0] != nil && !rich.contains($0) }
        let ready = Set((rich + poor).prefix(Self.readyFingers))
        self.fingers = given.sorted { $0.key < $1.key }.map { position, minutiae in
            Finger(
                position: position, minutiae: minutiae,
                rejectColumns: ready.contains(position) ? FingerTemplate(minutiae).rejectColumns : [])
        }
        self.irises = irises
    }

    init(read fingers: [Finger], irises: [Eye: IrisCode]) { (self.fingers, self.irises) = (fingers, irises) }

    /// The minutia as its bytes give it back.
    private static func kept(_ minutia: FingerMinutia) -> FingerMinutia { FingerMinutia(stored: minutia.stored) }
}

extension FingerMinutia {
    /// Eight bytes: x and y in quarters of a pixel, angle in 65,536ths of a turn, kind, quality.
    var stored: UInt64 {
        func quarter(_ value: Float) -> UInt64 {
            let limited = value.isFinite ? min(8191, max(-8191, value)) : 0
            return UInt64(UInt16(bitPattern: Int16((limited * 4).rounded())))
        }
        let turns = angle.isFinite ? angle / (2 * .pi) : 0
        let units = UInt64(((turns - turns.rounded(.down)) * 65536).rounded()) & 0xFFFF
        return quarter(x) | quarter(y) << 16 | units << 32 | UInt64(kind.rawValue) << 48 | UInt64(quality) << 56
    }

    init(stored word: UInt64) {
        func quarter(_ shift: UInt64) -> Float {
            Float(Int16(bitPattern: UInt16(truncatingIfNeeded: word >> shift))) / 4
        }
        self.init(
            x: quarter(0), y: quarter(16),
            angle: Float(UInt16(truncatingIfNeeded: word >> 32)) * 2 * .pi / 65536,
            kind: Kind(rawValue: UInt8(truncatingIfNeeded: word >> 48)) ?? .other,
            quality: UInt8(truncatingIfNeeded: word >> 56))
    }
}
