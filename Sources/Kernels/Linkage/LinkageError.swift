/// Why records could not be linked.
public struct LinkageError: Error, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: String, Sendable {
        case configuration = "linkage.configuration"
        case input = "linkage.input"
        case duplicateIdentifier = "linkage.duplicate-identifier"
        case missingColumn = "linkage.missing-column"
        case unknownRecord = "linkage.unknown-record"
        case index = "linkage.index"
    }

    public let code: Code
    /// What is wrong and where; holds no personal value.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
