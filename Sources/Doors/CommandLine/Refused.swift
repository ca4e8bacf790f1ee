import Agency
import Gallery
import GalleryShards
import Installation
import PopulationRegister
import RecordStore
import Rules
import SocialRegister
import Storage
import StrictJSON
import Vault

/// What was asked for was refused, with the reasons: exit status 1.
struct Refused: Error {
    let reasons: [String]

    init(_ reasons: [String]) { self.reasons = reasons }

    init(_ reason: String) { reasons = [reason] }

    /// Turns every error of the program into sentences; none of them holds a personal value.
    init(explaining error: any Error) {
        reasons =
            switch error {
            case let error as Refused: error.reasons
            case let error as DocumentRefusal: Self.sentences(error.problems)
            case let error as FactsRefusal:
                error.problems.map { "\($0.path.isEmpty ? "facts" : "facts.\($0.path)"): \($0.code): \($0.message)" }
            case let error as JSONError: ["\(error)"]
            case let error as PopulationError: ["\(error.code): \(error.message)"]
            case let error as SocialError: ["\(error.code): \(error.message)"]
            case let error as AgencyError: ["\(error.code): \(error.message)"]
            case let error as StorageError: ["\(error)"]
            case let error as VaultError: ["\(error)"]
            case let error as GalleryError: ["\(error)"]
            case let error as GalleryShardsError: ["\(error)"]
            case let error as RecordError: ["\(error)"]
            case let error as JobError: ["\(error)"]
            case let error as JurisdictionError: ["\(error)"]
            case let error as LawError: ["\(error)"]
            default: ["\(type(of: error)): the command failed"]
            }
    }

    func print() { for reason in reasons { Output.complain("refused: \(reason)") } }

    private static func sentences(_ problems: [FieldProblem]) -> [String] {
        problems.map { "\($0.path.isEmpty ? "document" : $0.path): \($0.code.rawValue): \($0.message)" }
    }
}
