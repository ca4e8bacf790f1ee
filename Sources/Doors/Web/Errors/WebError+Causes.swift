import Agency
import CivilNumber
import Hummingbird
import PopulationRegister
import RecordStore
import Rules
import SocialRegister
import Storage
import StrictJSON
import TransparencyLog

extension WebError {
    /// The refusal that an error of the house amounts to.
    ///
    /// `document` is what was asked about, so that a typing error in a number can be named with its kind.
    init(_ error: any Error, document: JSONValue? = nil, numbers: NumberFaults? = nil) {
        switch error {
        case let error as WebError: self = error
        case let error as HTTPError: self.init(Self.code(of: error))
        case let error as DocumentRefusal:
            self.init(.invalidFields, problems: error.problems.map { Problem($0, document, numbers) })
        case let error as FactsRefusal:
            self.init(
                .invalidFields,
                problems: error.problems.map {
                    Problem(
                        path: $0.path.isEmpty ? "facts" : "facts.\($0.path)", code: $0.code, words: .law($0.messages))
                })
        case let error as JSONError: self.init(error)
        case let error as PopulationError: self.init(error)
        case let error as SocialError: self.init(error)
        case let error as AgencyError:
            self.init(error == .wrongCredentials ? .wrongCredentials : .fault)
        case let error as LawError: self.init(error.code == .notInForce ? .ruleNotInForce : .fault)
        case let error as RecordError: self.init(error.code == .keyReused ? .keyReused : .fault)
        case let error as StorageError:
            switch error.code {
            case .busy, .duplicateKey: self.init(.storeBusy)
            case .medium, .unavailable, .outcomeUnknown: self.init(.storeUnavailable)
            case .schema, .columnType, .statement: self.init(.fault)
            }
        case is TreeProofError: self.init(.proofImpossible)
        default: self.init(.fault)
        }
    }

    private static func code(of error: HTTPError) -> ErrorCode {
        switch error.status {
        case .contentTooLarge: .bodyTooLarge
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .unsupportedMediaType: .wrongContentType
        case .badRequest: .malformedPath
        default: .fault
        }
    }

    private init(_ error: JSONError) {
        let code: ErrorCode =
            switch error.code {
            case .duplicateKey: .duplicateKey
            case .invalidUTF8, .loneSurrogate: .invalidUTF8
            case .tooDeep: .tooDeep
            case .stringTooLong: .bodyTooLarge
            default: .malformedJSON
            }
        let values = ["line": String(error.line ?? 1), "column": String(error.column ?? 1)]
        self.init(
            code,
            problems: [
                Problem(
                    path: error.path, code: error.code.rawValue,
                    words: .text("problem.jsonPlace", values))
            ])
    }

    private init(_ error: PopulationError) {
        switch error {
        case .noSuchApplication: self.init(ErrorCode.noSuchApplication)
        case .actNotAllowed: self.init(ErrorCode.actNotAllowed)
        case .reasonMissing:
            self.init(
                ErrorCode.reasonMissing,
                problems: [Problem(path: "reason", code: "missing", words: .text("error.reasonMissing", [:]))])
        case .sameOfficer: self.init(ErrorCode.sameOfficer)
        case .duplicatesOpen: self.init(ErrorCode.duplicatesOpen)
        case .noSuchCandidate: self.init(ErrorCode.noSuchCandidate)
        case .alreadyDecided: self.init(ErrorCode.alreadyDecided)
        case .printsOpen: self.init(ErrorCode.printsOpen)
        case .printsMissing: self.init(ErrorCode.printsMissing)
        case .fingersNotTaken: self.init(ErrorCode.fingersNotTaken)
        case .fingersClosed: self.init(ErrorCode.fingersClosed)
        case .noFingers: self.init(ErrorCode.noFingers)
        case .malformedPosition: self.init(.invalidFields, problems: [Problem(field: "position", .outOfRange)])
        case .malformedResolution: self.init(.invalidFields, problems: [Problem(field: "dpi", .outOfRange)])
        case .unreadableImage: self.init(ErrorCode.unreadableImage)
        case .imageReplayed: self.init(ErrorCode.imageReplayed)
        case .cannotJoin: self.init(ErrorCode.cannotJoin)
        case .cannotPart: self.init(ErrorCode.cannotPart)
        case .malformedNumber(let fault): self.init(fault, path: "civilNumber")
        case .unknownNumber: self.init(ErrorCode.unknownNumber)
        case .wrongCode: self.init(ErrorCode.wrongCode)
        }
    }

    private init(_ error: SocialError) {
        switch error {
        case .malformedNumber(let fault): self.init(fault, path: "number")
        case .unknownHousehold: self.init(ErrorCode.unknownHousehold)
        case .noHousehold: self.init(ErrorCode.noHousehold)
        default: self.init(ErrorCode.fault)
        }
    }

    init(_ fault: CivilNumberFault, path: String) {
        self.init(.malformedNumber, problems: [Problem(path: path, code: fault.code, words: fault.words)])
    }
}

extension CivilNumberFault {
    var words: Problem.Words {
        switch self {
        case .notADigit(let position): .text(code, ["position": String(position)])
        case .wrongLength(let found, let expected):
            .text(code, ["found": String(found), "expected": String(expected)])
        default: .text(code, [:])
        }
    }
}

/// Finds out which typing error a refused number has.
struct NumberFaults: Sendable {
    let civil: CivilNumberScheme
    let household: CivilNumberScheme

    func fault(_ text: String, path: String) -> CivilNumberFault? {
        let scheme = path == "householdNumber" ? household : civil
        if case .malformed(let fault) = scheme.check(text) { return fault }
        return nil
    }
}

extension Problem {
    init(field path: String, _ code: FieldProblem.Code) {
        self.init(path: path, code: code.rawValue, words: .text("problem.\(code.rawValue)", [:]))
    }

    private static let numberFields = ["civilNumber", "declarant", "householdNumber"]

    /// A field's problem; one about a number is said with the kind of typing error, where it has one.
    init(_ problem: FieldProblem, _ document: JSONValue?, _ numbers: NumberFaults?) {
        if let document, let numbers, problem.code == .malformed || problem.code == .notRegistered,
            let name = JSONPath(problem.path)?.lastName, Self.numberFields.contains(name),
            let typed = JSONPath(problem.path)?.value(in: document)?.string,
            let fault = numbers.fault(typed, path: name)
        {
            self.init(path: problem.path, code: fault.code, words: fault.words)
        } else {
            self.init(
                path: problem.path, code: problem.code.rawValue, words: .text("problem.\(problem.code.rawValue)", [:]))
        }
    }
}
