import Hummingbird

/// The closed list of what the door answers instead of what was asked; Documentation/ErrorCodes.md says what to do.
enum ErrorCode: String, CaseIterable, Sendable {
    // The request cannot be read.
    case malformedPath
    case malformedForm
    case malformedJSON
    case duplicateKey
    case invalidUTF8
    case tooDeep
    case malformedQuery
    case malformedIdempotencyKey
    case bodyTooLarge
    case wrongContentType
    case notFound
    case methodNotAllowed

    // Who asks.
    case signInNeeded
    case sessionExpired
    case forbidden
    case formExpired
    case foreignOrigin
    case tooManyAttempts
    case wrongCredentials
    case wrongCode

    // What is asked for.
    case invalidFields
    case malformedNumber
    case unknownNumber
    case noSuchApplication
    case actNotAllowed
    case reasonMissing
    case sameOfficer
    case duplicatesOpen
    case noSuchCandidate
    case alreadyDecided
    case printsOpen
    case printsMissing
    case fingersNotTaken
    case fingersClosed
    case noFingers
    case unreadableImage
    case imageReplayed
    case cannotJoin
    case cannotPart
    case unknownHousehold
    case noHousehold
    case ruleNotInForce
    case keyReused
    case unknownLanguage
    case logEmpty
    case leafPending
    case proofImpossible

    // The server's own trouble.
    case storeBusy
    case storeUnavailable
    case fault

    var status: HTTPResponse.Status {
        switch self {
        case .malformedPath, .malformedForm, .malformedJSON, .duplicateKey, .invalidUTF8, .tooDeep, .malformedQuery,
            .malformedIdempotencyKey:
            .badRequest
        case .bodyTooLarge: .contentTooLarge
        case .wrongContentType: .unsupportedMediaType
        case .notFound, .unknownNumber, .noSuchApplication, .noSuchCandidate, .unknownHousehold, .noHousehold,
            .unknownLanguage,
            .logEmpty,
            .leafPending:
            .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .signInNeeded, .sessionExpired, .wrongCredentials, .wrongCode: .unauthorized
        case .forbidden, .formExpired, .foreignOrigin, .sameOfficer: .forbidden
        case .tooManyAttempts: .tooManyRequests
        case .invalidFields, .malformedNumber, .fingersNotTaken, .noFingers, .unreadableImage, .reasonMissing,
            .ruleNotInForce, .proofImpossible, .keyReused:
            .unprocessableContent
        case .actNotAllowed, .duplicatesOpen, .alreadyDecided, .printsOpen, .printsMissing, .fingersClosed,
            .imageReplayed, .cannotJoin, .cannotPart:
            .conflict
        case .storeBusy, .storeUnavailable: .serviceUnavailable
        case .fault: .internalServerError
        }
    }
}
