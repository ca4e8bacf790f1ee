public import CivilNumber
import Crypto
public import Quantities
public import RecordStore
public import Rules
public import SocialRegister
public import Storage

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
            .blob("programme_token"), .integer("eligible"), .blob("content"),
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
                        decision, subject: SocialRegister.subject(household.id), table: Self.decision,
                        row: Self.rowName(household, decision.programme), field: "content"),
                ])
        }
    }

    /// The decisions that stand, in the order of their codes.
    public func decisions(for household: DeclaredHousehold, access: Access) async throws -> [Decision] {
        try await records.perform("decision.read", access: access) { transaction in
            try transaction.query(
                Self.decisionsOfHousehold, [.text(household.id), .integer(household.declarationNumber)]
            ).map { row in
                try transaction.open(
                    Decision.self, from: row, subject: SocialRegister.subject(household.id), table: Self.decision,
                    row: Self.rowName(household, try row.text("programme")), field: "content")
            }
        }
    }

    private static func rowName(_ household: DeclaredHousehold, _ programme: String) -> String {
        "\(household.id)/\(household.declarationNumber)/\(programme)"
    }
}
