/// What is wrong with one field of a document, and what to do about it; never the value itself.
public struct FieldProblem: Hashable, Sendable, Codable {
    /// The closed list of kinds; the languages of a country are keyed by it.
    public enum Code: String, Hashable, Sendable, Codable, CaseIterable {
        case missing
        case unknownField
        case wrongType
        case tooLong
        case empty
        case malformed
        case notOnList
        case outOfRange
        case wrongScript
        case inTheFuture
        case repeated
        case notRegistered
        case alreadyUsed
        case disagrees
        case notEntitled
    }

    /// Where, like `members[2].birthDate`.
    public let path: String
    public let code: Code
    /// One English sentence that says what to do.
    public let message: String

    public init(_ path: String, _ code: Code, _ message: String) {
        self.path = path
        self.code = code
        self.message = message
    }
}

/// A document refused, with all its problems at once.
public struct DocumentRefusal: Error, Hashable, Sendable {
    public let problems: [FieldProblem]

    public init(_ problems: [FieldProblem]) { self.problems = problems }
}
