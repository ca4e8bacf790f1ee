import Foundation

/// An open file, closed with its last reference.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// Throws `missing` when the file is not there, `failed` otherwise.
    init(opening path: String, _ flags: Int32) throws(GalleryShardsError) {
        number = open(path, flags | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            throw errno == ENOENT
                ? GalleryShardsError(.missing, "there is no gallery in the folder: make one with `gallery build`")
                : GalleryShardsError(.failed, "a file of the gallery cannot be opened: see who may read its folder")
        }
    }

    deinit { if number >= 0 { close(number) } }

    func write(_ bytes: [UInt8], at offset: Int) throws(GalleryShardsError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(number, $0.baseAddress! + done, bytes.count - done, off_t(offset + done))
            }
            guard count > 0 || errno == EINTR else {
                throw GalleryShardsError(.failed, "the medium is full or cannot be written")
            }
            done += max(0, count)
        }
    }

    func read(_ count: Int, at offset: Int) throws(GalleryShardsError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(number, $0.baseAddress! + done, count - done, off_t(offset + done))
            }
            guard got > 0 || (got < 0 && errno == EINTR) else {
                throw GalleryShardsError(.damaged, "a file of the gallery is shorter than it says: restore it")
            }
            done += max(0, got)
        }
        return bytes
    }

    /// Forces what was written to the medium.
    func synchronise() throws(GalleryShardsError) {
        guard fdatasync(number) == 0 else {
            throw GalleryShardsError(.failed, "the medium does not confirm a write")
        }
    }

    func cut(to length: Int) throws(GalleryShardsError) {
        guard ftruncate(number, off_t(length)) == 0 else {
            throw GalleryShardsError(.failed, "a file of the gallery cannot be cut to its length")
        }
    }
}

/// Part of a file in the address space: read when it is touched.
final class Mapping: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(_ file: Descriptor, length: Int) throws(GalleryShardsError) {
        guard length > 0, let memory = mmap(nil, length, PROT_READ, MAP_SHARED, file.number, 0), memory != MAP_FAILED
        else { throw GalleryShardsError(.failed, "a file of the gallery cannot be mapped into memory") }
        bytes = UnsafeRawBufferPointer(start: memory, count: length)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }
}
