/// Why the folder of an index could not be used.
public struct IndexFilesError: Error, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: String, Sendable {
        case missing = "index.missing"
        case damaged = "index.damaged"
        case busy = "index.busy"
        case failed = "index.failed"
        case duplicateIdentifier = "index.duplicate-identifier"
    }

    public let code: Code
    /// What is wrong and what to do; holds no personal value.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
