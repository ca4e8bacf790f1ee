import CivilNumber
import Crypto
public import GalleryShards
public import Quantities
public import RecordStore
import Storage
import StrictJSON

/// The register of everybody who resides in the country: applications, persons, numbers.
///
/// All methods take an `Access`; what they read or write is in the audit log before they return.
public struct PopulationRegister: Sendable {
    public let rules: PopulationRules
    let records: RecordStore
    let socialTokens: SectorTokenIssuer
    let reader: FingerReader
    let gallery: EnrolmentGallery

    /// Throws `SectorTokenError` when the store's key for the sector cannot be used.
    public init(
        records: RecordStore, rules: PopulationRules, reader: FingerReader, gallery: EnrolmentGallery
    ) throws {
        self.records = records
        self.rules = rules
        self.reader = reader
        self.gallery = gallery
        socialTokens = try SectorTokenIssuer(
            sector: "social", key: SymmetricKey(data: records.vaultKey("sector social")))
    }

    /// How audit leaves name a person.
    public static func subject(_ personID: String) -> String { "person/\(personID)" }
}

/// What the applicant holds after submitting.
public struct ApplicationReceipt: Hashable, Sendable, Codable {
    /// Names the application from now on, and the person after acceptance.
    public let application: String
    /// Twelve characters in groups, for the applicant to keep.
    public let receipt: String
    public let state: ApplicationState
    public let submittedAt: Instant
    /// Where the search for duplicates led.
    public let path: DuplicatePath
    /// The files that may be of the same person, the likeliest first.
    public let candidates: [DuplicateCandidate]
}

extension ApplicationReceipt {
    /// An answer that was kept before there was a search for duplicates has found nothing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            application: try container.decode(String.self, forKey: .application),
            receipt: try container.decode(String.self, forKey: .receipt),
            state: try container.decode(ApplicationState.self, forKey: .state),
            submittedAt: try container.decode(Instant.self, forKey: .submittedAt),
            path: try container.decodeIfPresent(DuplicatePath.self, forKey: .path) ?? .clear,
            candidates: try container.decodeIfPresent([DuplicateCandidate].self, forKey: .candidates) ?? [])
    }
}

/// What a decision led to.
public struct ReviewOutcome: Hashable, Sendable, Codable {
    public let application: String
    public let state: ApplicationState
    /// The digits, where a number was given.
    public let civilNumber: String?
}

public enum ReviewDecision: Hashable, Sendable {
    case accept
    case refuse(reason: String)
    case askCorrection(reason: String)

    var act: ApplicationAct {
        switch self {
        case .accept: .accept
        case .refuse: .refuse
        case .askCorrection: .askCorrection
        }
    }

    /// Throws `PopulationError.reasonMissing`; nil for a decision that needs no reason.
    var checkedReason: String? {
        get throws(PopulationError) {
            switch self {
            case .accept: nil
            case .refuse(let reason), .askCorrection(let reason): try PopulationRegister.checked(reason)
            }
        }
    }
}
