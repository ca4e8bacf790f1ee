/// Why bytes are not a record of the format, or a record cannot be written in it.
///
/// `code` is stable; `field` is the standard's name of the value; `offset` counts bytes from the start of the input and
/// is `nil` when writing. No biometric value is in the message.
public struct BiometricFormatError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: String, Sendable, CaseIterable {
        /// The input ends before the field does.
        case truncated = "format.truncated"
        /// The first bytes are those of another format or version.
        case signature = "format.signature"
        /// A value is outside what the standard or the record's other fields allow.
        case range = "format.range"
        /// A length or count disagrees with the bytes it speaks of.
        case length = "format.length"
        /// The value is legal, and this library cannot handle it.
        case unsupported = "format.unsupported"
        /// The input promises more than the limit that the caller set.
        case limit = "format.limit"
        /// The text is not well-formed.
        case syntax = "format.syntax"
    }

    /// The reason.
    public let code: Code

    /// The field that is at fault.
    public let field: String

    /// Where the field starts, in bytes.
    public let offset: Int?

    /// What is wrong and what to do.
    public let reason: String

    /// An error of `code` in `field`.
    public init(_ code: Code, _ field: String, at offset: Int? = nil, _ reason: String) {
        self.code = code
        self.field = field
        self.offset = offset
        self.reason = reason
    }

    /// Code, field, place and remedy in one line.
    public var description: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return "\(code.rawValue): \(field)\(place): \(reason)"
    }
}
