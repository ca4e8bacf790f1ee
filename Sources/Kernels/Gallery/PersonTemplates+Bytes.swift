import Fingerprint
import Iris

extension PersonTemplates {
    /// The bytes that ``PersonView`` reads; the layout is described there.
    public func bytes() -> [UInt8] {
        let eyes = Eye.allCases.filter { irises[$0] != nil }
        var place = PersonView.head + (fingers.count + eyes.count) * PersonView.entry
        var list: [UInt8] = []
        var data: [UInt8] = []
        for finger in fingers {
            let words = finger.rejectColumns.count / FingerTemplate.rejectColumnCount
            list += [UInt8(finger.position), UInt8(finger.minutiae.count), UInt8(words), 0] + Self.four(place)
            for minutia in finger.minutiae { Self.append(minutia.stored, to: &data) }
            for word in finger.rejectColumns { Self.append(word, to: &data) }
            place += 8 * (finger.minutiae.count + finger.rejectColumns.count)
        }
        for eye in eyes {
            list += [eye.rawValue, 0, 0, 0] + Self.four(place)
            data += irises[eye]?.planes ?? []
            place += PersonView.irisBytes
        }
        let head =
            PersonView.signature + [PersonView.version, UInt8(fingers.count), UInt8(eyes.count), 0] + Self.four(place)
            + Self.four(0)
        return head + list + data
    }

    /// Reads what `bytes()` wrote. Throws as ``PersonView/init(_:)`` does.
    public init(reading bytes: [UInt8]) throws(GalleryError) {
        // Words, so that the bytes are aligned.
        var words = [UInt64](repeating: 0, count: (bytes.count + 7) / 8)
        words.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
        let read: Result<PersonTemplates, GalleryError> = words.withUnsafeBytes { memory in
            do throws(GalleryError) {
                return .success(
                    PersonTemplates(try PersonView(UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]))))
            } catch { return .failure(error) }
        }
        self = try read.get()
    }

    /// A copy of what a view shows.
    public init(_ view: PersonView) {
        let fingers = (0..<view.fingerCount).map { index in
            let entry = view.finger(index)
            let columns = UnsafeBufferPointer(
                start: view.rejectColumns(entry), count: FingerTemplate.rejectColumnCount * entry.words)
            return Finger(
                position: entry.position, minutiae: view.minutiae(entry), rejectColumns: columns.map(\.littleEndian))
        }
        var irises: [Eye: IrisCode] = [:]
        for index in 0..<view.irisCount {
            let (eye, place) = view.iris(index)
            if let eye = Eye(rawValue: eye) { irises[eye] = IrisCode(planes: [UInt8](view.irisPlanes(place))) }
        }
        self.init(read: fingers, irises: irises)
    }

    private static func four(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(value).littleEndian) { [UInt8]($0) }
    }

    private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
