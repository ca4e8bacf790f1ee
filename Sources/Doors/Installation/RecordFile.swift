import Crypto
import Foundation

/// The rows of a file, in either form, each with its place, so that reading can begin again at any of them.
///
/// JSON Lines: one object a line. CSV (RFC 4180): names in the first line; a row may go over several lines within quotes.
public struct RecordFile {
    public enum Form: Sendable { case jsonLines, delimited }

    struct Row: Sendable {
        /// Counted from 1, where the row begins.
        let line: Int64
        let bytes: [UInt8]
    }

    struct Batch: Sendable {
        let rows: [Row]
        /// How many lines, and bytes, are done after this batch.
        let line: Int64
        let byte: Int64
    }

    public let path: String
    public let form: Form
    /// SHA-256 of the content, as hexadecimal digits.
    public let digest: String
    private let data: Data
    private var line: Int64 = 0
    private var byte = 0

    public var size: Int64 { Int64(data.count) }

    /// The longest row that is looked at, in bytes.
    static let longestRow = 1 << 20

    /// The form follows from the name: `.jsonl` or `.csv`. Throws `ImportError`.
    public init(path: String) throws(ImportError) {
        switch (path as NSString).pathExtension.lowercased() {
        case "jsonl", "ndjson": form = .jsonLines
        case "csv": form = .delimited
        default: throw ImportError("the file's name must end in .jsonl or .csv")
        }
        // Mapped, so that a file of a nation needs no memory of its own.
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
            throw ImportError("the file cannot be read")
        }
        self.path = path
        self.data = data
        digest = SHA256.hash(data: data).map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
        if data.starts(with: [0xEF, 0xBB, 0xBF]) { byte = 3 }
    }

    /// Goes on at a place that an earlier run reached.
    mutating func seek(line: Int64, byte: Int64) {
        self.line = line
        self.byte = min(Int(byte), data.count)
    }

    /// The next rows, empty ones left out; nil at the end.
    mutating func next(_ count: Int) -> Batch? {
        guard byte < data.count else { return nil }
        var rows: [Row] = []
        rows.reserveCapacity(count)
        while rows.count < count, byte < data.count {
            let row = takeRow()
            if row.bytes.contains(where: { $0 > 0x20 }) { rows.append(row) }
        }
        return Batch(rows: rows, line: line, byte: Int64(byte))
    }

    private mutating func takeRow() -> Row {
        let first = line + 1
        let start = byte
        var isQuoted = false
        data.withUnsafeBytes { buffer in
            while byte < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[byte...])
                let length = rest.firstIndex(of: 0x0A) ?? rest.count
                if form == .delimited {
                    for character in rest[..<length] where character == UInt8(ascii: "\"") { isQuoted.toggle() }
                }
                byte = min(byte + length + 1, buffer.count)
                line += 1
                if !isQuoted { break }
            }
        }
        var end = byte
        if end > start, data[data.startIndex + end - 1] == 0x0A { end -= 1 }
        if end > start, data[data.startIndex + end - 1] == 0x0D { end -= 1 }
        return Row(line: first, bytes: [UInt8](data[(data.startIndex + start)..<(data.startIndex + end)]))
    }
}

/// Why a file cannot be brought in or written at all.
public struct ImportError: Error, Sendable, CustomStringConvertible {
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}
