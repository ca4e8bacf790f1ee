/// Who reaches for a record, for what, and by which right. Nothing personal is read or written without one.
public struct Access: Hashable, Sendable {
    public let actor: Actor
    public let purpose: Purpose
    public let legalBasis: LegalBasis

    public init(actor: Actor, purpose: Purpose, legalBasis: LegalBasis) {
        self.actor = actor
        self.purpose = purpose
        self.legalBasis = legalBasis
    }
}

/// The person or program that acts.
public struct Actor: Hashable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable {
        /// A member of the agency's staff, by staff identifier.
        case staff
        /// A resident who reads or changes the own file.
        case resident
        /// Whoever runs commands on the machine of an embedded store, by login name.
        case `operator`
        /// The program itself.
        case service
    }

    public let kind: Kind
    public let id: String

    public init(kind: Kind, id: String) {
        self.kind = kind
        self.id = id
    }
}

/// What the data is used for; a closed list, shown to the resident in the resident's language.
public enum Purpose: String, Sendable, Codable, CaseIterable {
    case enrolment
    case adjudication
    /// Finding out whether an applicant is in the register already.
    case duplicateSearch
    case householdRegistration
    case selfService
    case authentication
    case administration
    case demonstration
}

/// By which right; the country's texts name the article, the program only the kind.
public enum LegalBasis: String, Sendable, Codable, CaseIterable {
    /// The task that the law gives the agency.
    case publicTask
    /// The person's own request.
    case dataSubjectRequest
    /// Invented data: no person is concerned.
    case demonstration
}
