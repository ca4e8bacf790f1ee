import Rules
import StrictJSON

/// Rows of a CSV file as JSON: the name of a column is a path such as `names.latin.given` or `documents.0.number`.
///
/// An empty cell is a member that is left out. Cells are texts, but for those that the law's schema says are numbers or
/// yes and no; there `null` says that the question does not apply.
struct DelimitedRow: Sendable {
    private enum Kind: Sendable { case text, fact }

    private let paths: [[String]]
    private let kinds: [Kind]

    /// - Parameter header: the first row. Throws `ImportError` for a column without a name or two of one name.
    init(header: [UInt8], facts: [FactQuestion]) throws(ImportError) {
        guard let names = Self.cells(header), !names.isEmpty, names.allSatisfy({ !$0.isEmpty }) else {
            throw ImportError("the first line must name every column")
        }
        guard Set(names).count == names.count else { throw ImportError("two columns have the same name") }
        let typed = Self.typedPaths(facts, ["facts"])
        paths = names.map { $0.split(separator: ".", omittingEmptySubsequences: false).map(String.init) }
        kinds = paths.map { path in
            typed.contains(path.map { Int($0) == nil ? $0 : "0" }) ? .fact : .text
        }
    }

    /// Throws `DocumentRefusal` for a row that is not of this file's shape.
    func json(_ bytes: [UInt8]) throws(DocumentRefusal) -> JSONValue {
        guard let cells = Self.cells(bytes), cells.count == paths.count else {
            throw DocumentRefusal([
                FieldProblem("", .malformed, "give \(paths.count) cells, separated by commas, in UTF-8")
            ])
        }
        var root = Node()
        for (index, cell) in cells.enumerated() where !cell.isEmpty {
            root.put(kinds[index] == .fact ? Self.literal(cell) : .string(cell), paths[index][...])
        }
        return root.json
    }

    private static func literal(_ cell: String) -> JSONValue {
        switch cell {
        case "null": .null
        case "true": true
        case "false": false
        default: Int64(cell).map(JSONValue.integer) ?? .string(cell)
        }
    }

    /// Paths of what is no text, with 0 for every place in a list.
    private static func typedPaths(_ questions: [FactQuestion], _ prefix: [String]) -> Set<[String]> {
        func paths(_ answer: FactQuestion.Answer, _ path: [String]) -> Set<[String]> {
            switch answer {
            case .record(let fields): typedPaths(fields, path)
            case .list(let element, _): paths(element, path + ["0"])
            case .wholeNumber, .yesNo: [path]
            case .text, .date, .choice: []
            }
        }
        return questions.reduce(into: []) { found, question in
            let path = prefix + [question.name]
            found.formUnion(paths(question.answer, path))
            if question.isNullable { found.insert(path) }
        }
    }

    /// The cells of a row; nil where a quote is not closed or the bytes are no UTF-8.
    static func cells(_ bytes: [UInt8]) -> [String]? {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var index = 0
        func text() -> String? { String(validating: cell, as: UTF8.self) }
        while index < bytes.count {
            let byte = bytes[index]
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    cell.append(byte)
                } else if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") {
                    cell.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == UInt8(ascii: "\""), cell.isEmpty {
                isQuoted = true
            } else if byte == UInt8(ascii: ",") {
                guard let text = text() else { return nil }
                cells.append(text)
                cell = []
            } else {
                cell.append(byte)
            }
            index += 1
        }
        guard !isQuoted, let text = text() else { return nil }
        return cells + [text]
    }

    /// A cell as it is written into a file.
    static func cell(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Members and elements while they are put together.
    private struct Node {
        var value: JSONValue?
        var names: [String] = []
        var children: [String: Node] = [:]

        mutating func put(_ value: JSONValue, _ path: ArraySlice<String>) {
            guard let first = path.first else {
                self.value = value
                return
            }
            if children[first] == nil { names.append(first) }
            children[first, default: Node()].put(value, path.dropFirst())
        }

        var json: JSONValue {
            if let value { return value }
            if !names.isEmpty, names.allSatisfy({ Int($0) != nil }) {
                return .array(names.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }.compactMap { children[$0]?.json })
            }
            var object = JSONObject()
            for name in names { object[name] = children[name]?.json }
            return .object(object)
        }
    }
}
