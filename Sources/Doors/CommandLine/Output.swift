import Foundation
import Synchronization

/// Standard output for results, standard error for everything else.
enum Output {
    private static let buffer = Mutex<[UInt8]>([])

    /// Writes a line of results; kept back until 64 kB are there or `flush` is called.
    static func line(_ text: String) {
        buffer.withLock { bytes in
            bytes += Array(text.utf8)
            bytes.append(UInt8(ascii: "\n"))
            if bytes.count >= 65_536 { send(&bytes) }
        }
    }

    static func lines(of bytes: [UInt8]) {
        buffer.withLock { pending in
            pending += bytes
            if pending.count >= 65_536 { send(&pending) }
        }
    }

    static func flush() { buffer.withLock { send(&$0) } }

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    private static func send(_ bytes: inout [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            // Whoever read our results has gone; nothing more can be said.
            if written <= 0 { break }
            rest = rest.dropFirst(written)
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
