public import CivilNumber

/// Why the population register refused an act; carries no personal value.
public enum PopulationError: Error, Hashable, Sendable {
    case noSuchApplication
    /// The act is not allowed in this state; what is allowed is named.
    case actNotAllowed(ApplicationAct, in: ApplicationState, allowed: [ApplicationAct])
    case reasonMissing
    /// Whoever entered the application may not decide on it.
    case sameOfficer
    /// A person without a settled answer to "is it the same?" cannot be given a number.
    case duplicatesOpen
    /// The file is no candidate of the application.
    case noSuchCandidate
    /// The pair is settled, or this reviewer has decided on it.
    case alreadyDecided
    case malformedNumber(CivilNumberFault)
    case unknownNumber
    /// The one-time code is wrong, used, expired, or was tried too often.
    case wrongCode

    public var code: String {
        switch self {
        case .noSuchApplication: "noSuchApplication"
        case .actNotAllowed: "actNotAllowed"
        case .reasonMissing: "reasonMissing"
        case .sameOfficer: "sameOfficer"
        case .duplicatesOpen: "duplicatesOpen"
        case .noSuchCandidate: "noSuchCandidate"
        case .alreadyDecided: "alreadyDecided"
        case .malformedNumber: "malformedNumber"
        case .unknownNumber: "unknownNumber"
        case .wrongCode: "wrongCode"
        }
    }

    /// What is wrong and what to do, in English; a country's languages are keyed by `code`.
    public var message: String {
        switch self {
        case .noSuchApplication: "there is no such application: check the identifier on the receipt"
        case .actNotAllowed(let act, let state, let allowed):
            "\(act.rawValue) is not allowed while the application is \(state.rawValue); allowed: "
                + (allowed.isEmpty ? "nothing" : allowed.map(\.rawValue).joined(separator: ", "))
        case .reasonMissing: "give the reason in 1 to 500 characters"
        case .sameOfficer: "whoever entered the application may not decide on it: ask another reviewer"
        case .duplicatesOpen: "files that may be of the same person wait for decisions: decide on each of them first"
        case .noSuchCandidate:
            "candidate: this file is no candidate of the application: read the list of its candidates"
        case .alreadyDecided: "this pair is settled, or you have decided on it: another reviewer must decide"
        case .malformedNumber(let fault): fault.message
        case .unknownNumber: "the number is well formed, but nobody has it"
        case .wrongCode: "the code is wrong or no longer valid: ask for a new one"
        }
    }
}
