/// Why bytes are not an acceptable JSON text, or a member not what was asked for, and where.
///
/// The message never repeats a value of the document; the path repeats member names, each cut at 64 characters.
public struct JSONError: Error, Hashable, Sendable {
    /// The stable codes.
    public enum Code: String, Hashable, Sendable {
        case unexpectedEnd
        case unexpectedByte
        case trailingBytes
        case duplicateKey
        case malformedNumber
        case numberOutOfRange
        case malformedString
        case invalidEscape
        case loneSurrogate
        case invalidUTF8
        case tooDeep
        case stringTooLong
        case missingMember
        case unknownMember
        case wrongType
    }

    public let code: Code
    /// What is wrong, in one English sentence.
    public let message: String
    /// Bytes before the fault; nil where the fault is in a value that was already parsed.
    public let offset: Int?
    /// From 1; lines end with a line feed.
    public let line: Int?
    /// From 1, in bytes of its line.
    public let column: Int?
    /// Where in the document, like `members[2].birthDate`; empty for the document itself.
    public internal(set) var path: String

    /// A fault in a value that was already parsed, at `path`.
    public init(code: Code, path: String, message: String) {
        self.code = code
        self.path = path
        self.message = message
        offset = nil
        line = nil
        column = nil
    }

    init(code: Code, offset: Int, line: Int, column: Int, message: String) {
        self.code = code
        self.offset = offset
        self.line = line
        self.column = column
        self.message = message
        path = ""
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String {
        var place = path.isEmpty ? "" : " at \(path)"
        if let line, let column { place += " (line \(line), column \(column))" }
        return "\(code.rawValue)\(place): \(message)"
    }
}

/// One step of a path into a JSON document.
public enum JSONPathStep: Hashable, Sendable {
    case member(String)
    case element(Int)

    /// Puts the step before a path: `members` before `[2].birthDate`.
    public func prepended(to path: String) -> String {
        switch self {
        case .member(let name):
            let shown = name.count > 64 ? name.prefix(64) + "…" : name[...]
            return path.isEmpty || path.hasPrefix("[") ? "\(shown)\(path)" : "\(shown).\(path)"
        case .element(let index):
            return path.isEmpty || path.hasPrefix("[") ? "[\(index)]\(path)" : "[\(index)].\(path)"
        }
    }

    /// Puts the step after a path: `birthDate` after `members[2]`.
    public func appended(to path: String) -> String {
        switch self {
        case .member(let name):
            let shown = name.count > 64 ? name.prefix(64) + "…" : name[...]
            return path.isEmpty ? String(shown) : "\(path).\(shown)"
        case .element(let index): return "\(path)[\(index)]"
        }
    }
}
