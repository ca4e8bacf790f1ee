public import CivilNumber

/// Why the social register refused an act; carries no personal value.
public enum SocialError: Error, Hashable, Sendable {
    case malformedNumber(CivilNumberFault)
    case unknownHousehold
    /// The person is in the population register, but no household was declared with that person.
    case noHousehold
    /// The law that a score was computed with is not in the archive.
    case lawNotArchived
    /// Computing a score again gave another result than the one kept: the store or the program is at fault.
    case scoreDisagrees

    public var code: String {
        switch self {
        case .malformedNumber: "malformedNumber"
        case .unknownHousehold: "unknownHousehold"
        case .noHousehold: "noHousehold"
        case .lawNotArchived: "lawNotArchived"
        case .scoreDisagrees: "scoreDisagrees"
        }
    }

    public var message: String {
        switch self {
        case .malformedNumber(let fault): fault.message
        case .unknownHousehold: "the number is well formed, but no household has it"
        case .noHousehold: "no household is declared with this person: declare it first"
        case .lawNotArchived: "the law of this score is not in the archive: run the verification of the store"
        case .scoreDisagrees: "computing this score again gives another result: run the verification of the store"
        }
    }
}
