public import CivilNumber
public import PopulationRegister
public import Quantities
public import RecordStore
public import Rules
import Storage
public import StrictJSON

/// The register of households: what they declared, how the law scores it, and all earlier declarations.
public struct SocialRegister: Sendable {
    /// The law now in force here; earlier scores are explained by the law they were computed with.
    public let law: LawBook
    public let householdNumbers: CivilNumberScheme
    /// From this age on a member may declare the household.
    public let adultAge: Int
    let records: RecordStore
    let population: PopulationRegister
    let assessor: any AssessmentRecorder
    let archive: LawArchive

    /// - Parameter lawFiles: the texts that `law` was read from.
    /// - Parameter assessor: keeps what follows from an assessment, in the same transaction.
    public init(
        records: RecordStore, population: PopulationRegister, law: LawBook, lawFiles: [LawFile],
        householdNumbers: CivilNumberScheme, adultAge: Int, assessor: any AssessmentRecorder
    ) {
        self.records = records
        self.population = population
        self.law = law
        self.householdNumbers = householdNumbers
        self.adultAge = adultAge
        self.assessor = assessor
        archive = LawArchive(records: records, current: law, files: lawFiles)
    }

    /// How audit leaves name a household.
    public static func subject(_ householdID: String) -> String { "household/\(householdID)" }
}

/// Whoever keeps the consequences of an assessment; the programmes do.
public protocol AssessmentRecorder: Sendable {
    func record(_ assessment: Assessment, of household: DeclaredHousehold, in transaction: RecordTransaction) throws
}

/// A household at one of its declarations.
public struct DeclaredHousehold: Hashable, Sendable, Codable {
    public let id: String
    public let declarationNumber: Int64

    public init(id: String, declarationNumber: Int64) {
        self.id = id
        self.declarationNumber = declarationNumber
    }
}

/// What the declarant is told at once.
public struct DeclarationReceipt: Hashable, Sendable, Codable {
    /// The digits of the household's number.
    public let householdNumber: String
    public let declarationNumber: Int64
    public let declaredAt: Instant
    /// Score, contributions and decisions, in the form of `Assessment.json`.
    public let result: AssessmentResult
}

/// A household with everything that explains its score.
public struct HouseholdView: Sendable {
    public struct Earlier: Sendable {
        public let declarationNumber: Int64
        public let declaredAt: Instant
        public let score: FixedPoint
    }

    public let id: String
    public let householdNumber: String
    public let declarationNumber: Int64
    public let declaredAt: Instant
    public let facts: JSONValue
    /// Member reference to token: the only trace of persons.
    public let memberTokens: [String: SectorToken]
    /// Computed again from the facts by the law of the declaration, and equal to what was kept then.
    public let assessment: Assessment
    /// Superseded declarations, newest first.
    public let earlier: [Earlier]
    let sources: [String: FactSource]

    /// Where the fact at a path came from; members may be named by index or as `members[]`, for the list as a whole.
    public func source(of path: String) -> FactSource {
        if let source = sources[path] { return source }
        let generic = "members[]"
        if path.hasPrefix(generic) {
            let field = path.dropFirst(generic.count)
            let found = Set(sources.filter { $0.key.hasPrefix("members[") && $0.key.hasSuffix(field) }.values)
            if found.count == 1, let only = found.first { return only }
        }
        return .declared
    }
}
