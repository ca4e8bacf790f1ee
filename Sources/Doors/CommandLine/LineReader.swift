import Foundation

/// Lines of a file or of standard input, numbered from 1, without their line ends; never the whole file in memory.
struct LineReader {
    private let handle: FileHandle
    private var pending: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private(set) var number = 0

    /// Throws `Refused` when the file cannot be opened. `-` stands for standard input.
    init(_ path: String) throws {
        if path == "-" {
            handle = .standardInput
        } else {
            guard let opened = FileHandle(forReadingAtPath: path) else {
                throw Refused("\(path): the file cannot be read")
            }
            handle = opened
        }
    }

    mutating func next() -> (number: Int, bytes: [UInt8])? {
        while true {
            if let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return take(pending[start..<end])
            }
            if isAtEnd {
                guard start < pending.count else { return nil }
                defer { start = pending.count }
                return take(pending[start...])
            }
            pending.removeFirst(start)
            start = 0
            guard let chunk = try? handle.read(upToCount: 1 << 20), !chunk.isEmpty else {
                isAtEnd = true
                continue
            }
            pending += chunk
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) -> (number: Int, bytes: [UInt8]) {
        number += 1
        let ended = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        return (number, Array(ended))
    }
}
