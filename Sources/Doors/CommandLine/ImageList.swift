import Foundation

/// A list of images for the iris commands: comma-separated text with a header line, paths relative to the file.
struct ImageList {
    struct Entry {
        /// Number of the line in the file, the header being 1.
        let line: Int
        let path: String
        let set: String
    }

    let entries: [Entry]
    private let file: String
    private let folder: URL

    /// Throws `Refused` with row and field of what is wrong.
    init(_ file: String, needsSet: Bool) throws {
        self.file = file
        folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        var lines = try LineReader(file)
        guard let header = lines.next(), let columns = Self.fields(header.bytes) else {
            throw Refused("\(file): row 1: a header line with the column path is needed")
        }
        guard let path = columns.firstIndex(of: "path") else {
            throw Refused("\(file): row 1, field path: the column is missing; name it in the header line")
        }
        let set = columns.firstIndex(of: "set")
        if needsSet, set == nil {
            throw Refused("\(file): row 1, field set: the column is missing; name it in the header line")
        }
        var entries: [Entry] = []
        while let line = lines.next() {
            guard !line.bytes.isEmpty else { continue }
            let place = "\(file): row \(line.number)"
            guard let fields = Self.fields(line.bytes), fields.count == columns.count else {
                throw Refused("\(place): \(columns.count) fields are expected, as in the header line; correct the row")
            }
            let name = fields[path]
            guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
                throw Refused("\(place), field path: must be a relative path below the list's folder")
            }
            entries.append(Entry(line: line.number, path: name, set: set.map { fields[$0] } ?? ""))
        }
        guard !entries.isEmpty else { throw Refused("\(file): names no image; add rows below the header line") }
        self.entries = entries
    }

    /// The image's bytes.
    func bytes(of entry: Entry) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: folder.appendingPathComponent(entry.path).path) else {
            throw Refused("\(place(of: entry)): the file cannot be read; see that it lies below the list's folder")
        }
        return [UInt8](data)
    }

    /// Where the entry stands, for messages.
    func place(of entry: Entry) -> String { "\(file): row \(entry.line), field path" }

    /// A field as it is written in comma-separated text.
    static func quoted(_ field: String) -> String {
        let isPlain = !field.contains { $0 == "," || $0 == "\"" }
        return isPlain ? field : "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    /// Fields of a line by RFC 4180, without line breaks in them; `nil` for what is not UTF-8 or not closed.
    private static func fields(_ line: [UInt8]) -> [String]? {
        guard let text = String(validating: line, as: UTF8.self) else { return nil }
        let pieces = text.trimmingPrefix("\u{FEFF}").split(separator: ",", omittingEmptySubsequences: false)
        var fields: [String] = []
        var open: String?
        for piece in pieces {
            let joined = open.map { $0 + "," + piece } ?? String(piece)
            // A quoted field ends at the piece that makes its quotation marks even.
            if joined.hasPrefix("\""), joined.count(where: { $0 == "\"" }) % 2 == 1 {
                open = joined
                continue
            }
            open = nil
            let inner = joined.hasPrefix("\"") && joined.hasSuffix("\"") ? joined.dropFirst().dropLast() : joined[...]
            fields.append(inner.replacingOccurrences(of: "\"\"", with: "\""))
        }
        return open == nil ? fields : nil
    }
}
