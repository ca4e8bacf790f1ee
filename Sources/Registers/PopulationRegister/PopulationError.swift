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
    /// Fingers were taken, and the search for them is not complete.
    case printsOpen
    /// The country gives no number without fingers or recorded exceptions.
    case printsMissing
    /// Nobody of this age gives fingers.
    case fingersNotTaken
    /// The application is decided on: its fingers stay as they are.
    case fingersClosed
    /// There is no impression.
    case noFingers
    /// No finger has this position.
    case malformedPosition
    /// No sensor has this resolution.
    case malformedResolution
    /// The picture cannot be read; with the code of the image's fault.
    case unreadableImage(String)
    /// The picture was given before.
    case imageReplayed
    /// The two files cannot be joined.
    case cannotJoin
    /// The file is not joined to another.
    case cannotPart
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
        case .printsOpen: "printsOpen"
        case .printsMissing: "printsMissing"
        case .fingersNotTaken: "fingersNotTaken"
        case .fingersClosed: "fingersClosed"
        case .noFingers: "noFingers"
        case .malformedPosition: "malformedPosition"
        case .malformedResolution: "malformedResolution"
        case .unreadableImage: "unreadableImage"
        case .imageReplayed: "imageReplayed"
        case .cannotJoin: "cannotJoin"
        case .cannotPart: "cannotPart"
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
        case .printsOpen:
            "the search for the fingers is not complete: search again; it is also repeated by itself"
        case .printsMissing: "fingers are missing: take each of them, or record why it cannot be taken"
        case .fingersNotTaken: "no fingers are taken from somebody of this age: go on without them"
        case .fingersClosed: "the application is decided on: its fingers cannot be changed"
        case .noFingers: "position: there is no impression of this finger: take it, or name another finger"
        case .malformedPosition: "position: give 1, right thumb, to 10, left little finger"
        case .malformedResolution:
            "dpi: give the sensor's resolution, from \(Int(PopulationRegister.resolutions.lowerBound)) to "
                + "\(Int(PopulationRegister.resolutions.upperBound)) dots an inch"
        case .unreadableImage(let code): "image: it cannot be read (\(code)): send PNG, JPEG, TIFF, BMP, PGM or WSQ"
        case .imageReplayed: "image: this picture was given before: take a new impression"
        case .cannotJoin: "only two files with numbers, and no open case, can be joined: look at their states"
        case .cannotPart: "the file is not joined to another, or has an open case: look at its state"
        case .malformedNumber(let fault): fault.message
        case .unknownNumber: "the number is well formed, but nobody has it"
        case .wrongCode: "the code is wrong or no longer valid: ask for a new one"
        }
    }
}
