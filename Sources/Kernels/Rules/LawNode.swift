import Quantities
import Yams

/// A place in a law file that knows its file and path, so that every complaint names both.
///
/// Scalars stay text until the law says what they are: YAML never guesses that `0.10` is a binary number or `no` a truth
/// value.
struct LawNode {
    let file: String
    let path: String
    /// Where faults are collected; nil where the first one is thrown.
    let faults: LawFaults?
    private let node: Node

    /// The root of a file. Throws `malformedFile` for what is no YAML, has a name twice or uses aliases.
    init(_ file: LawFile, faults: LawFaults? = nil) throws(LawError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: file.text)
        } catch {
            throw LawError(
                .malformedFile, file: file.path, line: Self.line(of: error),
                "The file is not well-formed YAML; correct the line: \(Self.problem(of: error))")
        }
        guard let root else {
            throw LawError(.malformedFile, file: file.path, line: 1, "The file is empty; write or remove it.")
        }
        self.init(file: file.path, path: "", node: root, faults: faults)
    }

    private init(file: String, path: String, node: Node, faults: LawFaults?) {
        self.file = file
        self.path = path
        self.node = node
        self.faults = faults
    }

    private static func line(of error: any Error) -> Int? {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: 1
        }
    }

    private static func problem(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping(let duplicates, _):
            "written twice: \(duplicates.map { "\($0)" }.sorted().joined(separator: ", "))"
        default: "it cannot be read"
        }
    }

    func error(_ code: LawError.Code, _ message: String) -> LawError {
        LawError(code, file: file, field: path, line: line, message)
    }

    /// Counted from 1.
    var line: Int? { node.mark?.line }

    var isText: Bool { node.scalar != nil }
    /// Whether the text stands without quotes.
    var isPlain: Bool { node.scalar?.style == .plain }
    var scalar: String { node.scalar?.string ?? "" }
    var isMapping: Bool { node.mapping != nil }

    /// The members in the order of the file.
    func members() throws(LawError) -> [(name: String, node: LawNode)] {
        guard let mapping = node.mapping else { throw error(.wrongType, "Named entries are expected here.") }
        var members: [(name: String, node: LawNode)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw error(.wrongType, "A name must be a plain text.") }
            members.append((name, child(name, value)))
        }
        return members
    }

    /// The member of that name. Throws `missingField`.
    func member(_ name: String) throws(LawError) -> LawNode {
        guard let member = try optional(name) else {
            throw LawError(
                .missingField, file: file, field: pathOf(name), line: line, "This field is missing; add it.")
        }
        return member
    }

    func optional(_ name: String) throws(LawError) -> LawNode? {
        guard let mapping = node.mapping else { throw error(.wrongType, "Named entries are expected here.") }
        for (key, value) in mapping where key.scalar?.string == name { return child(name, value) }
        return nil
    }

    /// Refuses any member that is not named, so that a misspelt one is not silently ignored.
    func allow(only names: Set<String>) throws(LawError) {
        for (name, member) in try members() where !names.contains(name) {
            try tolerate(
                member.error(
                    .unknownField, "There is no such field here; known are \(names.sorted().joined(separator: ", "))."))
        }
    }

    func elements() throws(LawError) -> [LawNode] {
        guard let sequence = node.sequence else { throw error(.wrongType, "A list is expected here.") }
        return sequence.enumerated().map {
            LawNode(file: file, path: "\(path)[\($0.offset)]", node: $0.element, faults: faults)
        }
    }

    /// A text that is not empty.
    func text() throws(LawError) -> String {
        guard let text = node.scalar?.string else { throw error(.wrongType, "A text is expected here.") }
        guard !text.isEmpty else { throw error(.missingField, "The text is empty; fill it in.") }
        return text
    }

    private func child(_ name: String, _ node: Node) -> LawNode {
        LawNode(file: file, path: pathOf(name), node: node, faults: faults)
    }

    private func pathOf(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

extension LawNode {
    func wholeNumber() throws(LawError) -> Int64 {
        guard let number = Int64(try text()) else { throw error(.wrongType, "A whole number is expected here.") }
        return number
    }

    func bool() throws(LawError) -> Bool {
        switch try text() {
        case "true": return true
        case "false": return false
        default: throw error(.wrongType, "true or false is expected here.")
        }
    }

    /// A decimal number, read exactly from its digits.
    func decimal() throws(LawError) -> Rational {
        let text = try text()
        do throws(QuantityError) {
            return try Rational(decimal: text)
        } catch {
            throw self.error(.wrongType, "A decimal number like 0.226 is expected here.")
        }
    }

    func date() throws(LawError) -> CivilDate { try Self.date(try text(), self) }

    static func date(_ text: String, _ place: LawNode) throws(LawError) -> CivilDate {
        do throws(QuantityError) {
            return try CivilDate(iso8601: text)
        } catch {
            throw place.error(.wrongType, "A date like 2023-12-01 is expected here.")
        }
    }

    /// A text in each of `languages` and in no other. Throws `missingLabel`.
    ///
    /// Words in braces must be among `placeholders`.
    func labels(_ languages: [String], placeholders: Set<String> = []) throws(LawError) -> [String: String] {
        try allow(only: Set(languages))
        var labels: [String: String] = [:]
        for language in languages {
            guard let member = try optional(language) else {
                try tolerate(error(.missingLabel, "The text in the language \"\(language)\" is missing; add it."))
                continue
            }
            let text = try member.text()
            for name in Template.placeholders(in: text) where !placeholders.contains(name) {
                try tolerate(member.error(.unknownReference, "Nothing fills in {\(name)} here; remove it."))
            }
            labels[language] = text
        }
        return labels
    }
}
