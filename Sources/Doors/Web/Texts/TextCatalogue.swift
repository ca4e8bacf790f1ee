import Foundation
import Yams

/// All texts of one language, by dotted key.
struct TextCatalogue: Sendable {
    let language: String
    let texts: [String: String]
    /// `rtl` or `ltr`, as the catalogue says.
    var direction: String { texts["language.direction"] ?? "ltr" }

    static let empty = TextCatalogue(language: "", texts: [:])

    /// The text of a key, words in braces filled in. A key that is missing shows itself; a test finds it before.
    func text(_ key: String, _ values: [String: String] = [:]) -> String {
        guard let text = texts[key] else { return key }
        return values.isEmpty ? text : Self.fill(text, values)
    }

    func has(_ key: String) -> Bool { texts[key] != nil }

    /// Fills in one pass, so that a value with braces is not filled in again.
    static func fill(_ text: String, _ values: [String: String]) -> String {
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            filled += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            filled += values[name] ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }

    /// Reads `Languages/<language>.yaml` for each language. Throws `TextError` naming the file.
    static func load(languages: [String], folder: String) throws(TextError) -> [String: TextCatalogue] {
        var catalogues: [String: TextCatalogue] = [:]
        for language in languages {
            let file = "Languages/\(language).yaml"
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else {
                throw TextError(file: file, message: "the file is missing")
            }
            catalogues[language] = try TextCatalogue(
                language: language, yaml: String(decoding: data, as: UTF8.self), file: file)
        }
        return catalogues
    }

    init(language: String, texts: [String: String]) {
        self.language = language
        self.texts = texts
    }

    init(language: String, yaml: String, file: String) throws(TextError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw TextError(file: file, message: "\(error)")
        }
        var texts: [String: String] = [:]
        if let root { try Self.collect(root, prefix: "", file: file, into: &texts) }
        self.init(language: language, texts: texts)
    }

    private static func collect(
        _ node: Node, prefix: String, file: String, into texts: inout [String: String]
    ) throws(TextError) {
        switch node {
        case .scalar(let scalar): texts[prefix] = scalar.string
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    throw TextError(file: file, message: "a key below \(prefix) is no text")
                }
                try collect(value, prefix: prefix.isEmpty ? name : "\(prefix).\(name)", file: file, into: &texts)
            }
        default: throw TextError(file: file, message: "\(prefix) must be a text or a group of texts")
        }
    }
}

/// Why a catalogue of texts, or another file of the pages, cannot be used.
public struct TextError: Error, Sendable, CustomStringConvertible {
    public let file: String
    public let message: String
    public var description: String { "\(file): \(message)" }
}
