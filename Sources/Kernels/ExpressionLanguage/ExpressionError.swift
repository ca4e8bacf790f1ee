/// Why an expression could not be read, checked or evaluated, and where in its source.
///
/// The message names parts of the source and types only; it never repeats a value of the facts, so it may be logged.
public struct ExpressionError: Error, Hashable, Sendable {
    /// The stable codes.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case syntax
        case tooDeep
        case undeclaredReference
        case undeclaredField
        case noMatchingOverload
        case unboundVariable
        case noSuchKey
        case unsupportedKey
        case duplicateKey
        case invalidArgument
        case divisionByZero
        case outOfRange
        case costExceeded
    }

    public let code: Code
    /// What is wrong and what to do about it, in one English sentence.
    public let message: String
    private let location: SourceLocation?

    /// From 1; nil where no place in the source is to blame.
    public var line: Int? { location.map { Int($0.line) } }
    /// From 1, in Unicode scalars of its line.
    public var column: Int? { location.map { Int($0.column) } }

    /// Raised by a function's body; the call adds its place in the source.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        location = nil
    }

    init(_ code: Code, _ message: String, at location: SourceLocation) {
        self.code = code
        self.message = message
        self.location = location
    }

    /// The same error, placed at `location` unless a deeper place is already known.
    func placed(at location: SourceLocation) -> ExpressionError {
        self.location == nil ? ExpressionError(code, message, at: location) : self
    }

    static let overflow = ExpressionError(
        .outOfRange, "The result leaves the range of its type; use smaller numbers.")
    static let noOverload = ExpressionError(
        .noMatchingOverload, "No form of this function takes values of these types; check the arguments.")
}

extension ExpressionError: CustomStringConvertible {
    public var description: String {
        guard let line, let column else { return "\(code.rawValue): \(message)" }
        return "\(code.rawValue) at line \(line), column \(column): \(message)"
    }
}

/// A place in the source of an expression.
package struct SourceLocation: Hashable, Sendable {
    var line: Int32
    var column: Int32
}
