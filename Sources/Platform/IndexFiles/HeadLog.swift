import Foundation

/// Records that stand in no segment yet, one frame each, forced to the medium before an append returns.
///
/// A frame is its length, a checksum and its bytes. What a power cut left half written at the end is cut off when the
/// log is opened for writing, and passed over when it is read.
struct HeadLog {
    let path: String

    /// The whole frames of the log, and how many bytes they take.
    func frames() -> (frames: [[UInt8]], length: Int) {
        let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
        var (frames, place): ([[UInt8]], Int) = ([], 0)
        while place + 12 <= bytes.count {
            let (length, check) = bytes.withUnsafeBytes {
                (
                    Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self))),
                    UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: place + 4, as: UInt64.self))
                )
            }
            guard place + 12 + length <= bytes.count else { break }
            let frame = Array(bytes[(place + 12)..<(place + 12 + length)])
            guard Self.checksum(frame) == check else { break }
            frames.append(frame)
            place += 12 + length
        }
        return (frames, place)
    }

    /// Adds frames after the last whole one.
    func append(_ frames: [[UInt8]]) throws(IndexFilesError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw IndexFilesError(.failed, "the log of the index cannot be written") }
        defer { close(descriptor) }
        let whole = self.frames().length
        guard ftruncate(descriptor, off_t(whole)) == 0, lseek(descriptor, 0, SEEK_END) == off_t(whole) else {
            throw IndexFilesError(.failed, "the log of the index cannot be written")
        }
        var bytes: [UInt8] = []
        for frame in frames {
            withUnsafeBytes(of: UInt32(frame.count).littleEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: Self.checksum(frame).littleEndian) { bytes.append(contentsOf: $0) }
            bytes += frame
        }
        try DurableFile.append(bytes, to: descriptor)
    }

    /// FNV-1a, 64 bits: against torn writes, not against malice.
    static func checksum(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
