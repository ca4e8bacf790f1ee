/// Why an image could not be decoded.
public struct ImageDecodingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: String, Sendable, CaseIterable {
        /// The bytes are of no format that is read.
        case unknown = "image.unknown"
        /// The format is known and the bytes are damaged, cut or too large.
        case refused = "image.refused"
        /// The separate process did not start, was ended by its limits, or answered nonsense.
        case process = "image.process"
    }

    /// The reason.
    public let code: Code

    /// What is wrong and what to do; no pixel is in it.
    public let reason: String

    /// An error.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// Code and reason in one line.
    public var description: String { "\(code.rawValue): \(reason)" }
}
