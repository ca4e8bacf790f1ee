public import CivilNumber
public import Quantities
public import StrictJSON

/// A person of a file that is brought in: an application, and the civil number where the person has one already.
public struct ImportedPerson: Sendable {
    public let content: ApplicationContent
    public let civilNumber: CivilNumber?

    /// Reads a row: the members of an application, and `civilNumber`.
    ///
    /// Throws `DocumentRefusal` with every problem at once, as for an application.
    public init(_ json: JSONValue, rules: PopulationRules, today: CivilDate) throws(DocumentRefusal) {
        var problems: [FieldProblem] = []
        var number: CivilNumber?
        var application = json
        if case .object(var members) = json {
            switch members["civilNumber"] {
            case nil, .null?: break
            case .string(let text)?:
                switch rules.civilNumber.check(text) {
                case .wellFormed(let found): number = found
                case .malformed(let fault): problems.append(FieldProblem("civilNumber", .malformed, fault.message))
                }
            default: problems.append(FieldProblem("civilNumber", .wrongType, "give the number as a text"))
            }
            members["civilNumber"] = nil
            application = .object(members)
        }
        do {
            content = try ApplicationContent(application, rules: rules, today: today)
        } catch {
            throw DocumentRefusal(problems + error.problems)
        }
        guard problems.isEmpty else { throw DocumentRefusal(problems) }
        civilNumber = number
    }
}

/// A row of a file that was not brought in, and why.
public struct RefusedRow: Hashable, Sendable {
    /// What is wrong with one field, and what to do about it; never the value itself.
    public struct Problem: Hashable, Sendable {
        public let field: String
        public let code: String
        public let reason: String

        public init(field: String, code: String, reason: String) {
            self.field = field
            self.code = code
            self.reason = reason
        }
    }

    /// Counted from 1.
    public let line: Int64
    public let problems: [Problem]

    public init(line: Int64, problems: [Problem]) {
        self.line = line
        self.problems = problems
    }

    public init(line: Int64, _ problems: [FieldProblem]) {
        self.line = line
        self.problems = problems.map { Problem(field: $0.path, code: $0.code.rawValue, reason: $0.message) }
    }
}
