/// Why a store could not do what it was asked; carries no value of a row.
public struct StorageError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The file or server cannot be opened.
        case unavailable
        /// Another writer held the store for longer than the time-out.
        case busy
        /// A row with this key exists already.
        case duplicateKey
        /// The store's schema is newer than this program, or its migrations were changed.
        case schema
        /// No room is left, or the medium failed; nothing of the transaction was kept.
        case medium
        /// The transaction may or may not be there: ask again with the same idempotency key.
        case outcomeUnknown
        case columnType
        case statement
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether nothing more can be done in the transaction in which it came up.
    var endsTransaction: Bool { [.unavailable, .busy, .medium, .outcomeUnknown].contains(code) }

    public var description: String { "\(code.rawValue): \(message)" }
}
