import Foundation

/// Whole lines of a file or of standard input, some megabytes at a time.
struct LineChunks {
    /// Bytes with the places of their lines, without line ends; lines of nothing but white space are left out.
    struct Chunk: Sendable {
        let bytes: [UInt8]
        let lines: [Range<Int>]
        /// By line, counted from 1 through the whole input.
        let numbers: [Int]
    }

    private let handle: FileHandle
    private var pending: [UInt8] = []
    private var isAtEnd = false
    private var number = 0
    private let size: Int

    /// Throws `Refused` when the file cannot be opened. `-` stands for standard input.
    init(_ path: String, size: Int = 1 << 21) throws {
        self.size = size
        if path == "-" {
            handle = .standardInput
        } else {
            guard let opened = FileHandle(forReadingAtPath: path) else {
                throw Refused("\(path): the file cannot be read")
            }
            handle = opened
        }
    }

    mutating func next() -> Chunk? {
        while !isAtEnd {
            guard let more = try? handle.read(upToCount: size), !more.isEmpty else {
                isAtEnd = true
                break
            }
            pending += more
            guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            let rest = Array(pending[(end + 1)...])
            pending.removeSubrange((end + 1)...)
            defer { pending = rest }
            return chunk(pending)
        }
        guard !pending.isEmpty else { return nil }
        defer { pending = [] }
        return chunk(pending)
    }

    private mutating func chunk(_ bytes: [UInt8]) -> Chunk {
        var (lines, numbers) = ([Range<Int>](), [Int]())
        bytes.withUnsafeBufferPointer { buffer in
            var start = 0
            while start < buffer.count {
                let found = memchr(buffer.baseAddress! + start, 0x0A, buffer.count - start)
                let end = found.map { $0 - UnsafeMutableRawPointer(mutating: buffer.baseAddress!) } ?? buffer.count
                number += 1
                let last = end > start && buffer[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
                if buffer[start..<last].contains(where: { $0 > 0x20 }) {
                    lines.append(start..<last)
                    numbers.append(number)
                }
                start = end + 1
            }
        }
        return Chunk(bytes: bytes, lines: lines, numbers: numbers)
    }
}
