public import CivilNumber

/// Why the social register refused an act; carries no personal value.
public enum SocialError: Error, Hashable, Sendable {
    case malformedNumber(CivilNumberFault)
    case unknownHousehold
    /// The person is in the population register, but no household was declared with that person.
    case noHousehold

    public var code: String {
        switch self {
        case .malformedNumber: "malformedNumber"
        case .unknownHousehold: "unknownHousehold"
        case .noHousehold: "noHousehold"
        }
    }

    public var message: String {
        switch self {
        case .malformedNumber(let fault): fault.message
        case .unknownHousehold: "the number is well formed, but no household has it"
        case .noHousehold: "no household is declared with this person: declare it first"
        }
    }
}
