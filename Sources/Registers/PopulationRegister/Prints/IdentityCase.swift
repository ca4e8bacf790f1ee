public import Gallery
public import Quantities
public import RecordStore

/// Why reviewers are asked whether two files are of one person.
public enum IdentityCaseKind: String, Sendable, Codable, CaseIterable {
    /// The search by fingers found the other file.
    case prints
    /// A reviewer holds two files with numbers to be of one person.
    case merge
    /// A reviewer holds two files that were joined to be of two persons.
    case unmerge
}

/// What a search by fingers found: how alike, all together and finger by finger.
public struct PrintFinding: Hashable, Sendable, Codable {
    /// Minus ten times the decimal logarithm of the false match rate.
    public let score: Double
    /// By position, of the fingers that both have.
    public let fingers: [Int: Double]

    init(_ comparison: PersonComparison) {
        func rounded(_ score: Float) -> Double { (Double(score) * 10).rounded() / 10 }
        score = rounded(comparison.score)
        fingers = Dictionary(
            comparison.fingers.map { ($0.position, rounded($0.score)) }, uniquingKeysWith: { first, _ in first })
    }
}

/// Two files of which reviewers decide, with what was found and said.
public struct IdentityCase: Sendable {
    /// The file that is joined to the other one, or parted from it.
    public let file: String
    public let candidate: String
    public let round: Int
    public let kind: IdentityCaseKind
    public let outcome: DuplicateOutcome
    public let openedAt: Instant
    public let finding: PrintFinding?
    /// Before the case is settled only how many there are may be shown to another reviewer.
    public let votes: [ReviewerVote]

    public var isOpen: Bool { outcome == .open }
}

/// Where a case stands after an opinion.
public struct IdentityDecision: Hashable, Sendable, Codable {
    public let file: String
    public let candidate: String
    public let kind: IdentityCaseKind
    public let outcome: DuplicateOutcome
    /// Of the file.
    public let state: ApplicationState
    /// How many more reviewers are asked for at least.
    public let missing: Int
}

struct CaseContent: Codable {
    var finding: PrintFinding?
}
