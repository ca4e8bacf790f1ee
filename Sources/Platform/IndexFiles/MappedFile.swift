import Foundation

/// A file read in place: only pages that are touched come into memory, and the system may drop them again.
public final class MappedFile: @unchecked Sendable {
    public let bytes: UnsafeRawBufferPointer

    /// Maps a whole file. Throws `IndexFilesError.missing` or `.failed`.
    public init(_ path: String) throws(IndexFilesError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IndexFilesError(.missing, "a file of the index is missing: make it again") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw IndexFilesError(.failed, "a file cannot be measured") }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let memory = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
            throw IndexFilesError(.failed, "a file of the index cannot be mapped into memory")
        }
        bytes = UnsafeRawBufferPointer(start: memory, count: size)
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }
}

/// Files that are there whole or not at all.
enum DurableFile {
    /// Writes beside, forces to the medium, then takes the name; a power cut leaves the old file or the new one.
    static func replace(_ path: String, with bytes: some Collection<UInt8>) throws(IndexFilesError) {
        let beside = path + ".new"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw IndexFilesError(.failed, "the folder of the index cannot be written") }
        defer { close(descriptor) }
        try append(Array(bytes), to: descriptor)
        guard rename(beside, path) == 0 else {
            throw IndexFilesError(.failed, "a file of the index cannot be put in its place")
        }
        try synchronizeFolder(of: path)
    }

    /// Writes all bytes and forces them to the medium.
    static func append(_ bytes: [UInt8], to descriptor: Int32) throws(IndexFilesError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw IndexFilesError(.failed, "the medium is full or cannot be written") }
            rest = rest.dropFirst(written)
        }
        guard fsync(descriptor) == 0 else { throw IndexFilesError(.failed, "the medium does not confirm a write") }
    }

    static func synchronizeFolder(of path: String) throws(IndexFilesError) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IndexFilesError(.failed, "the index's folder cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw IndexFilesError(.failed, "the medium does not confirm a write") }
    }
}
