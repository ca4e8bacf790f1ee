/// Why files are no usable law, or the law gives no answer.
///
/// Names the file and the field, never a value of a household; it may be logged.
public struct LawError: Error, Hashable, Sendable {
    /// The stable codes.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// A file that the law needs is not there.
        case missingFile
        /// The file is no YAML, or stands where the law has no place for it.
        case malformedFile
        case missingField
        case unknownField
        case wrongType
        case duplicateName
        /// A text is not there in every language of the law.
        case missingLabel
        /// A parameter, a variable, a field or a choice is named that the law does not have.
        case unknownReference
        /// An expression cannot be read, or its types do not fit the facts.
        case invalidExpression
        /// The law has no such parameter.
        case unknownParameter
        /// The parameter, the formula or the programme has no value yet on that day.
        case notInForce
        /// No formula, or more than one, covers the household.
        case noSingleFormula
        /// A rule could not be computed over the facts.
        case evaluationFailed
        case unknownLanguage
        /// Definitions that need one another.
        case cycle
        /// Numbers of different units are added or compared.
        case unitMismatch
        /// Between two versions of a rule lie days for which neither holds.
        case gapInDates
        /// Two versions of a rule hold on the same day.
        case overlapInDates
        /// A part of the law that no rule can ever use.
        case unreachable
        /// A case of the law's own tests has another result than expected.
        case caseFailed
    }

    public let code: Code
    /// The file's path below the law's folder.
    public let file: String?
    /// The field in the file, like `terms.cars`, or the parameter's id.
    public let field: String?
    /// The line in the file, counted from 1; nil where the fault has no one place.
    public let line: Int?
    /// What is wrong and what to do, in one English sentence or two.
    public let message: String

    public init(_ code: Code, file: String? = nil, field: String? = nil, line: Int? = nil, _ message: String) {
        self.code = code
        self.file = file
        self.field = field
        self.line = line
        self.message = message
    }
}

extension LawError: CustomStringConvertible {
    public var description: String {
        let place = [file, line.map { "line \($0)" }, field].compactMap(\.self).filter { !$0.isEmpty }.joined(
            separator: ", ")
        return place.isEmpty ? "\(code.rawValue): \(message)" : "\(code.rawValue) in \(place): \(message)"
    }
}
