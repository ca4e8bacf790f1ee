import Foundation

/// The list of images that the fingerprint commands work on: comma-separated text with a header line.
struct FingerprintIndex {
    struct Row {
        /// Number of the line in the file, the header being 1.
        let line: Int
        /// As the file has it.
        let path: String
        let fields: [String: String]

        /// The same place with another extension.
        func path(extension name: String) -> String {
            let file = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
            guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return path + "." + name }
            return path[..<dot] + "." + name
        }
    }

    let rows: [Row]
    /// The folder that paths are relative to.
    let folder: URL

    /// Reads the file and sees that it has the columns that a command needs.
    init(_ file: String, columns needed: [String]) throws {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw Refused("\(file): cannot be read; give a comma-separated file with a header line")
        }
        guard var text = String(data: bytes, encoding: .utf8) else {
            throw Refused("\(file): is not UTF-8 text; save it as UTF-8")
        }
        if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
        folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let header = Self.fields(lines.first ?? "") ?? []
        for column in needed where !header.contains(column) {
            throw Refused("\(file): row 1, field \(column): the column is missing; name it in the header line")
        }
        guard Set(header).count == header.count else {
            throw Refused("\(file): row 1: a column stands there twice; name each once")
        }
        var rows: [Row] = []
        var seen: Set<String> = []
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let place = "\(file): row \(index + 1)"
            guard let fields = Self.fields(line), fields.count == header.count else {
                throw Refused("\(place): has not the \(header.count) fields of the header line; correct it")
            }
            let named = Dictionary(uniqueKeysWithValues: zip(header, fields))
            for column in needed where named[column]?.isEmpty ?? true {
                throw Refused("\(place), field \(column): is empty; fill it in")
            }
            let path = named["path"] ?? ""
            guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
                throw Refused("\(place), field path: must stay below the index's folder; give a relative path")
            }
            guard seen.insert(path).inserted else {
                throw Refused("\(place), field path: stands there twice; list each image once")
            }
            rows.append(Row(line: index + 1, path: path, fields: named))
        }
        guard !rows.isEmpty else { throw Refused("\(file): lists no image; add rows below the header line") }
        self.rows = rows
    }

    /// The fields of a line (RFC 4180 without line breaks in fields), nil where a quotation does not end.
    private static func fields(_ line: Substring) -> [String]? {
        var fields = [""]
        var isQuoted = false
        var rest = line[...]
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                fields[fields.count - 1].append("\"")
                rest.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return isQuoted ? nil : fields
    }

    /// A field of a path for a comma-separated file.
    static func quoted(_ value: String) -> String {
        value.contains { $0 == "," || $0 == "\"" } ? "\"\(value.replacing("\"", with: "\"\""))\"" : value
    }
}
