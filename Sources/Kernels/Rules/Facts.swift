import ExpressionLanguage
public import Quantities
public import StrictJSON

/// A declaration that was checked and found complete and possible; made by `LawBook.facts(from:)`.
///
/// Holds personal values and has no description.
public struct Facts: Sendable {
    /// The declaration as it came.
    public let json: JSONValue
    public let householdRef: String
    /// The day on which ages are counted and rules are in force.
    public let asOf: CivilDate
    /// The top-level fields as expressions see them.
    let values: [String: Value]
    let annexes: FactsAnnexes
    /// Who said what no provenance names.
    let declaredSource: String?
    /// Whether the amounts are already what the law's damping makes of them.
    var isDamped = false
}

/// A declaration was refused; every problem found is listed, in the order of the fields.
public struct FactsRefusal: Error, Hashable, Sendable {
    /// Never empty.
    public let problems: [FactProblem]
}

/// One field that is not as it must be.
public struct FactProblem: Hashable, Sendable {
    /// Like `members[2].birthDate`; empty for the declaration as a whole.
    public let path: String
    /// Stable: one of `facts/messages.yaml`, or of a check of `facts/household.yaml`.
    public let code: String
    /// What is wrong and what to do, by language; never repeats the declared value.
    public let messages: [String: String]

    /// The message in the first of `languages` that the law has, English unless told.
    public func message(in languages: [String] = ["en"]) -> String {
        languages.lazy.compactMap { messages[$0] }.first ?? messages.min { $0.key < $1.key }?.value ?? code
    }

    /// The English message where the law has one.
    public var message: String { message() }
}

extension FactsRefusal: CustomStringConvertible {
    public var description: String {
        problems.map { "\($0.path.isEmpty ? "declaration" : $0.path): \($0.code): \($0.message)" }
            .joined(separator: "\n")
    }
}
