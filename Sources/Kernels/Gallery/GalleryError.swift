/// Why templates of a person cannot be made, kept or searched.
///
/// `code` is stable; `field` names the part at fault. No biometric value is in the message.
public struct GalleryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: String, Sendable, CaseIterable {
        /// There is neither a finger nor an iris.
        case empty = "gallery.empty"
        /// A finger's position is not one of ISO/IEC 19794-2's 1 to 10, or is given twice.
        case position = "gallery.position"
        /// The bytes are of another kind.
        case signature = "gallery.signature"
        /// The bytes are of a version that this program does not know.
        case version = "gallery.version"
        /// The bytes end early, or have more than they promise.
        case length = "gallery.length"
        /// A value in the bytes is outside what the layout allows.
        case value = "gallery.value"
        /// A shard's number is not from 1 to the number of shards.
        case shard = "gallery.shard"
    }

    public let code: Code
    /// The part that is at fault.
    public let field: String
    /// What is wrong and what to do.
    public let reason: String

    public init(_ code: Code, _ field: String, _ reason: String) {
        (self.code, self.field, self.reason) = (code, field, reason)
    }

    public var description: String { "\(code.rawValue): \(field): \(reason)" }
}
