import Foundation

/// A file that is written from front to back under another name, and takes its own when it is whole.
final class GrowingFile {
    private let path: String
    private let working: String
    private let descriptor: Int32
    private var isFinished = false

    /// Throws `Refused` where the file cannot be made.
    init(_ path: String) throws {
        self.path = path
        working = "\(path).part"
        descriptor = open(working, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Refused("\(path): the file cannot be written; choose another folder") }
    }

    /// Throws `Refused` where the disk takes no more.
    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let written = Foundation.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
                guard written > 0 else { throw Refused("\(path): the file cannot be written; is the disk full?") }
                done += written
            }
        }
    }

    /// Throws `Refused` where the file cannot take its name.
    func finish() throws {
        guard rename(working, path) == 0 else { throw Refused("\(path): the file cannot be written") }
        isFinished = true
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(working) }
    }
}
