/// Why a gallery's files or shards cannot be used; holds no biometric and no personal value.
public struct GalleryShardsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: String, Sendable, CaseIterable {
        /// There is no gallery in the folder.
        case missing = "galleryFiles.missing"
        /// There is one already.
        case exists = "galleryFiles.exists"
        /// The files are not what was written.
        case damaged = "galleryFiles.damaged"
        /// The key is another than the gallery's.
        case key = "galleryFiles.key"
        /// The system refused.
        case failed = "galleryFiles.failed"
        /// No enrolment has this order number.
        case order = "galleryFiles.order"
        /// The gallery is cut into another number of shards.
        case shards = "galleryFiles.shards"
        /// The address of a matcher is none.
        case address = "galleryFiles.address"
        /// A message between a search and a matcher is not one of theirs.
        case message = "galleryFiles.message"
        /// A matcher did not answer in time.
        case timeout = "galleryFiles.timeout"
    }

    public let code: Code
    /// What is wrong and what to do.
    public let reason: String

    public init(_ code: Code, _ reason: String) { (self.code, self.reason) = (code, reason) }

    public var description: String { "\(code.rawValue): \(reason)" }
}
