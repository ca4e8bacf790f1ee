import Foundation
import Rules
import Yams

/// The files of a country's folder.
struct JurisdictionFiles {
    let folder: String

    func text(_ path: String) throws(JurisdictionError) -> String {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(path)") else {
            throw JurisdictionError(file: path, message: "the file is missing")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw JurisdictionError(file: path, message: "the file is not UTF-8")
        }
        return text
    }

    func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws(JurisdictionError) -> Value {
        let text = try text(path)
        do {
            return try YAMLDecoder().decode(type, from: text)
        } catch {
            throw JurisdictionError(file: path, message: "\(error)")
        }
    }

    func lawFiles() throws -> [LawFile] {
        guard let paths = FileManager.default.enumerator(atPath: "\(folder)/Law") else {
            throw JurisdictionError(file: "Law", message: "the folder is missing")
        }
        var files: [LawFile] = []
        while let path = paths.nextObject() as? String {
            if path.hasSuffix(".yaml") { files.append(LawFile(path: path, text: try text("Law/\(path)"))) }
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Rows of a plain CSV file by column name; quoted fields may hold commas and doubled quotes.
    func table(_ path: String) throws(JurisdictionError) -> [[String: String]] {
        var lines = try text(path).split(whereSeparator: \.isNewline).map { Self.fields(String($0)) }
        guard !lines.isEmpty else { throw JurisdictionError(file: path, message: "the file is empty") }
        let header = lines.removeFirst()
        return lines.map { Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first }) }
    }

    static func fields(_ line: String) -> [String] {
        guard line.contains("\"") else {
            return line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var previous: Character?
        for character in line {
            if character == "\"" {
                if !isQuoted, previous == "\"" { field.append("\"") }
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append(field)
                field = ""
            } else {
                field.append(character)
            }
            previous = character
        }
        return fields + [field]
    }
}
