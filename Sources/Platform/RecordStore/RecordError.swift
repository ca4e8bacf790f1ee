/// Why the door to personal data stayed shut.
public struct RecordError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The store was made with another master key.
        case wrongKey
        /// A row that was to be changed does not exist.
        case absent
        /// The idempotency key was used for another act.
        case keyReused
        /// A file that is brought in is not at the place where this program left it.
        case placeMoved
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
