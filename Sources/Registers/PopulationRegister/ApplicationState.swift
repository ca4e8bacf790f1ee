/// Where an application stands. Refused, accepted and withdrawn are final, unless an accepted file turns out to be of a
/// person with another one and is merged into it, which can be undone; a duplicate is held to be of somebody whose
/// file is there already, until two reviewers find otherwise.
public enum ApplicationState: String, Sendable, Codable, CaseIterable {
    case drafted, submitted, inVerification, correctionAsked, accepted, refused, withdrawn, duplicate, merged

    /// Whether the question of a number is answered.
    public var isFinal: Bool { [.accepted, .refused, .withdrawn, .merged].contains(self) }

    /// Which acts may come next.
    public var availableActs: [ApplicationAct] {
        switch self {
        case .drafted: [.correct, .submit, .withdraw]
        case .submitted: [.startVerification, .link, .withdraw]
        case .inVerification: [.askCorrection, .accept, .refuse, .link, .withdraw]
        case .correctionAsked: [.correct, .submit, .refuse, .withdraw]
        case .duplicate: [.reopen]
        case .accepted: [.merge]
        case .merged: [.unmerge]
        case .refused, .withdrawn: []
        }
    }

    /// The state after an act, or nil where the act is not allowed. `nil` as the state before stands for "does not exist".
    public static func after(_ act: ApplicationAct, from state: ApplicationState?) -> ApplicationState? {
        guard let state else {
            return switch act {
            case .draft: .drafted
            case .takeOver: .accepted
            default: nil
            }
        }
        guard state.availableActs.contains(act) else { return nil }
        return switch act {
        case .draft, .takeOver: nil
        // A correction changes the content only; the applicant submits it again.
        case .correct: state
        case .submit: .submitted
        case .startVerification: .inVerification
        case .askCorrection: .correctionAsked
        case .accept: .accepted
        case .refuse: .refused
        case .withdraw: .withdrawn
        case .link: .duplicate
        case .reopen: .inVerification
        case .merge: .merged
        case .unmerge: .accepted
        }
    }

    /// The state after all acts, or nil where their order is impossible.
    public static func fold(_ acts: some Sequence<ApplicationAct>) -> ApplicationState? {
        var state: ApplicationState?
        for act in acts {
            guard let next = after(act, from: state) else { return nil }
            state = next
        }
        return state
    }
}

/// What can be done with an application; each is appended, dated and attributed.
public enum ApplicationAct: String, Sendable, Codable, CaseIterable {
    case draft, correct, submit, startVerification, askCorrection, accept, refuse, withdraw
    /// The application is of a person whose file is there: it gets no second number.
    case link
    /// It is of another person after all.
    case reopen
    /// The person has another file, which is kept: this number leads there from now on.
    case merge
    /// The two files are of two persons after all.
    case unmerge
    /// The person comes from a file of persons who were identified before: the file begins with its acceptance.
    case takeOver

    /// Acts that decide, and that the person who entered the application may not take.
    public var isDecision: Bool { self == .accept || self == .refuse || self == .askCorrection }
}
