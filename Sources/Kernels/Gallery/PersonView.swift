import Fingerprint
import Iris

/// The bytes of a ``PersonTemplates``, read where they lie.
///
/// The bytes must stay where they are as long as the view is used. Layout, little endian: `SIPT`, version 1, number of
/// fingers, of irises, 0; length of all in four bytes; four zeros. Then eight bytes a finger: position, minutiae, words
/// of a reject column, 0, place of its data in four bytes. Then eight bytes an iris: eye, three zeros, place. Then the
/// data in the same order: minutiae of eight bytes, ten reject columns of words of eight bytes; the planes of an iris.
public struct PersonView: Sendable {
    static let signature: [UInt8] = [0x53, 0x49, 0x50, 0x54]
    static let version: UInt8 = 1
    static let head = 16
    static let entry = 8
    static let irisBytes = 3 * IrisCode.angles
    /// What the layout can hold at most: ten fingers, each with everything, and two irises.
    public static let mostBytes =
        head + 12 * entry + 10 * 8
        * (FingerTemplate.limit + FingerTemplate.rejectColumnCount * FingerTemplate.rejectLimit)
        + 2 * irisBytes

    nonisolated(unsafe) let base: UnsafeRawPointer
    public let byteCount: Int

    /// Checks every count, place and length; nothing is copied and nothing allocated.
    ///
    /// Throws `GalleryError` (`signature`, `version`, `length`, `value`). The bytes must be aligned to eight.
    public init(_ bytes: UnsafeRawBufferPointer) throws(GalleryError) {
        guard let start = bytes.baseAddress, bytes.count >= Self.head else {
            throw GalleryError(.length, "templates", "fewer bytes than a head; build the gallery again")
        }
        guard Int(bitPattern: start) & 7 == 0 else {
            throw GalleryError(.value, "templates", "the bytes must be aligned to eight")
        }
        guard bytes.prefix(4).elementsEqual(Self.signature) else {
            throw GalleryError(.signature, "templates", "these are no templates of a person; build the gallery again")
        }
        guard bytes[4] == Self.version else {
            throw GalleryError(
                .version, "templates", "version \(bytes[4]) is not known to this program; use the one that wrote it")
        }
        (base, byteCount) = (start, bytes.count)
        guard Int(word(8)) == bytes.count else {
            throw GalleryError(.length, "templates", "the length they promise is not theirs; build the gallery again")
        }
        try check()
    }

    private func check() throws(GalleryError) {
        let (fingers, irises) = (fingerCount, irisCount)
        guard fingers <= 10, irises <= 2, fingers + irises > 0, byte(7) == 0, word(12) == 0 else {
            throw GalleryError(.value, "counts", "more than ten fingers or two irises, or nothing at all")
        }
        var end = Self.head + (fingers + irises) * Self.entry
        guard end <= byteCount else { throw GalleryError(.length, "list", "the bytes end early") }
        var last = 0
        for index in 0..<fingers {
            let finger = finger(index)
            guard (1...10).contains(finger.position), finger.position > last else {
                throw GalleryError(.position, "finger \(finger.position)", "no position, or not in rising order")
            }
            guard (1...FingerTemplate.limit).contains(finger.count), finger.words & 7 == 0,
                finger.words <= FingerTemplate.rejectLimit, finger.place == end
            else { throw GalleryError(.value, "finger \(finger.position)", "a count or a place is not allowed") }
            end += 8 * finger.count + 8 * FingerTemplate.rejectColumnCount * finger.words
            last = finger.position
        }
        last = 0
        for index in 0..<irises {
            let (eye, place) = iris(index)
            guard Eye(rawValue: eye) != nil, eye > last, place == end else {
                throw GalleryError(.value, "iris", "no eye, an eye twice, or a place that is not allowed")
            }
            end += Self.irisBytes
            last = Int(eye)
        }
        guard end == byteCount else { throw GalleryError(.length, "data", "the bytes end early or go on") }
    }

    /// A line of the list of fingers.
    struct FingerEntry {
        let position: Int
        let count: Int
        let words: Int
        let place: Int
    }

    var fingerCount: Int { Int(byte(5)) }
    var irisCount: Int { Int(byte(6)) }

    func finger(_ index: Int) -> FingerEntry {
        let at = Self.head + index * Self.entry
        return FingerEntry(
            position: Int(byte(at)), count: Int(byte(at + 1)), words: Int(byte(at + 2)), place: Int(word(at + 4)))
    }

    func iris(_ index: Int) -> (eye: UInt8, place: Int) {
        let at = Self.head + (fingerCount + index) * Self.entry
        return (byte(at), Int(word(at + 4)))
    }

    func minutiae(_ finger: FingerEntry) -> [FingerMinutia] {
        (0..<finger.count).map {
            FingerMinutia(
                stored: UInt64(littleEndian: base.load(fromByteOffset: finger.place + 8 * $0, as: UInt64.self)))
        }
    }

    /// Columns of the reject stage; meaningful when the finger has words.
    func rejectColumns(_ finger: FingerEntry) -> UnsafePointer<UInt64> {
        (base + finger.place + 8 * finger.count).assumingMemoryBound(to: UInt64.self)
    }

    func irisPlanes(_ place: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + place, count: Self.irisBytes)
    }

    private func byte(_ offset: Int) -> UInt8 { base.load(fromByteOffset: offset, as: UInt8.self) }

    private func word(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: base.load(fromByteOffset: offset, as: UInt32.self))
    }
}

extension PersonView {
    /// The bytes themselves, for whoever keeps them.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: byteCount) }
}
