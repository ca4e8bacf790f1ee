import CivilNumber
import Crypto
public import Quantities
public import RecordStore
public import Rules
public import SocialRegister
public import Storage

/// What one programme decided for a household, as it is kept and handed over.
public struct DecisionRecord: Hashable, Sendable, Codable {
    public let programme: String
    /// The start date of the rule that decided.
    public let version: CivilDate
    public let eligible: Bool
    /// Codes, in the order of the rule; empty when eligible.
    public let reasons: [String]
    /// What the household gets or pays a month, in whole units of the rule's currency.
    public let perMonth: Int64?
    public let threshold: FixedPoint
    /// Threshold minus score.
    public let distance: FixedPoint

    init(_ decision: Decision) throws(QuantityError) {
        programme = decision.programme
        version = decision.version
        eligible = decision.eligible
        reasons = decision.reasons.map(\.code)
        perMonth = decision.amount?.perMonth
        threshold = try FixedPoint(rounding: decision.threshold.value)
        distance = decision.distance
    }
}

/// The programmes of the law: what each decided for a household, at each of its declarations.
///
/// A programme knows a household by a token of its own, so that two programmes cannot join their lists.
public struct Programmes: Sendable, AssessmentRecorder {
    private let records: RecordStore

    public init(records: RecordStore) { self.records = records }

    static let decision = Table(
        "programme_decision", family: .household,
        columns: [
            .text("household_id"), .integer("declaration_number"), .text("programme"), .text("decided_at"),
            .blob("programme_token"), .integer("eligible"), .content("content"),
        ],
        primaryKey: ["household_id", "declaration_number", "programme"])

    static let decisionsOfHousehold = Statement(
        "programme_decision.ofHousehold",
        """
        SELECT \(decision.columnList) FROM programme_decision
        WHERE household_id = ? AND declaration_number = ? ORDER BY programme
        """)

    static let eligibleByProgramme = Statement(
        "programme_decision.eligible",
        "SELECT programme, COUNT(*) AS total FROM programme_decision WHERE eligible = 1 GROUP BY programme",
        isFanOut: true)

    public static let catalogue = Catalogue(
        "programmes", tables: [decision], statements: [decisionsOfHousehold, eligibleByProgramme])

    /// The decisions' table, for the check of its references.
    public static var decisionTable: Table { decision }

    public static let seals = [IntegrityRules.Seal(decision, kind: "household", column: "household_id")]

    public static let migrations = [Migration(3, "programmes", creates: [decision])]

    public func record(
        _ assessment: Assessment, of household: DeclaredHousehold, in transaction: RecordTransaction
    ) throws {
        for decision in assessment.decisions {
            let issuer = try SectorTokenIssuer(
                sector: "programme \(decision.programme)",
                key: SymmetricKey(data: records.vaultKey("sector programme \(decision.programme)")))
            try transaction.insert(
                Self.decision,
                [
                    "household_id": .text(household.id), "declaration_number": .integer(household.declarationNumber),
                    "programme": .text(decision.programme), "decided_at": .text(transaction.now.description),
                    "programme_token": .blob(issuer.token(for: Array(household.id.utf8)).bytes),
                    "eligible": .integer(decision.eligible ? 1 : 0),
                    "content": try transaction.seal(
                        try DecisionRecord(decision), subject: SocialRegister.subject(household.id),
                        table: Self.decision,
                        row: Self.rowName(household, decision.programme), field: "content"),
                ])
        }
    }

    /// The decisions that stand, in the order of their codes.
    public func decisions(for household: DeclaredHousehold, access: Access) async throws -> [DecisionRecord] {
        try await records.perform("decision.read", access: access) { transaction in
            try transaction.query(
                Self.decisionsOfHousehold, [.text(household.id), .integer(household.declarationNumber)]
            ).map { row in
                try transaction.open(
                    DecisionRecord.self, from: row, subject: SocialRegister.subject(household.id), table: Self.decision,
                    row: Self.rowName(household, try row.text("programme")), field: "content")
            }
        }
    }

    private static func rowName(_ household: DeclaredHousehold, _ programme: String) -> String {
        "\(household.id)/\(household.declarationNumber)/\(programme)"
    }
}
