/// Why an image gives no iris code.
public struct IrisError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: String, Sendable, CaseIterable {
        /// The image is smaller than an iris needs.
        case small = "iris.small"
        /// No pupil was found.
        case pupil = "iris.pupil"
        /// No outer boundary was found.
        case limbus = "iris.limbus"
        /// Too little of the iris is to be seen.
        case covered = "iris.covered"
        /// The bytes are not a stored code.
        case stored = "iris.stored"
    }

    /// The reason.
    public let code: Code

    /// What is wrong and what to do.
    public let reason: String

    /// An error.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// Code and reason in one line.
    public var description: String { "\(code.rawValue): \(reason)" }
}
