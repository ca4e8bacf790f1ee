public import Quantities
public import RecordStore

/// Why a finger cannot be taken.
public enum FingerException: String, Sendable, Codable, CaseIterable {
    /// The finger is not there.
    case missing
    /// It is bandaged or hurt for the time being.
    case bandaged
    /// It is there, and no device takes an impression of it.
    case unreadable
}

/// What came of one impression, told at once.
public struct FingerCapture: Hashable, Sendable, Codable {
    /// By ISO/IEC 19794-2: 1 right thumb to 5 right little, 6 left thumb to 10 left little.
    public let position: Int
    /// 1 for the first impression of the finger.
    public let attempt: Int
    /// 0 useless ... 100 excellent.
    public let quality: Int
    /// `FingerprintQuality.Reason`, the weightiest first.
    public let reasons: [String]
    /// `FingerprintQuality.Advice`: accept, recapture or keepBest; a person is never refused.
    public let advice: String
    /// Other positions of the same person whose finger this one looks like: fingers were mixed up.
    public let alike: [Int]
}

/// Where one finger stands.
public struct FingerStanding: Sendable {
    public let position: Int
    /// How many impressions there are.
    public let attempts: Int
    /// The quality of the best; nil without an impression, or where an exception came after.
    public let quality: Int?
    /// What came of the last impression.
    public let last: FingerCapture?
    public let exception: FingerException?
}

/// How far the search for a person's fingers is.
public enum PrintSearchState: String, Sendable, Codable, CaseIterable {
    /// Enrolled, and not searched for yet.
    case waiting
    /// Not everybody was looked at: searched for again by itself. Never to be read as clear.
    case incomplete
    /// Everybody was looked at, and nobody is like it.
    case clear
    /// Files are like it: reviewers decide.
    case found
    /// No longer in the gallery: the application ended without a number.
    case removed
}

/// All fingers of an application.
public struct FingerSheet: Sendable {
    public let application: String
    public let state: ApplicationState
    /// Whether fingers are taken from somebody of this age at all.
    public let isTaken: Bool
    /// Positions 1 to 10.
    public let fingers: [FingerStanding]
    public let search: PrintSearchState?
    /// Whether impressions or exceptions were added since the search, or there was none.
    public let isSearchNeeded: Bool

    public var isOpen: Bool { isTaken && FingerSheet.openStates.contains(state) }

    static let openStates: Set<ApplicationState> = [.drafted, .submitted, .inVerification, .correctionAsked]
}
