public import CivilNumber
public import RecordStore
import Storage
public import StrictJSON

/// A household as it was last declared: what a declaration of it would say, with tokens instead of numbers.
public struct HouseholdFile: Sendable {
    public let id: String
    public let householdNumber: String
    public let declarant: SectorToken
    public let facts: JSONValue
    public let memberTokens: [String: SectorToken]
    public let sources: [String: FactSource]
}

extension SocialRegister {
    /// The households after an identifier, in the order of identifiers; each reading stands in the page's leaf.
    ///
    /// Throws `VaultError` for a row that was changed.
    public func page(after id: String, limit: Int, access: Access) async throws -> [HouseholdFile] {
        try await records.perform("household.export", access: access) { transaction in
            try transaction.query(SocialTables.householdsAfter, [.text(id), .integer(Int64(limit))]).map { row in
                let id = try row.text("household_id")
                let content = try declarationContent(id, try currentCount(id, in: transaction), in: transaction)
                guard let declarant = SectorToken(text: content.declarant) else { throw SocialError.unknownHousehold }
                return HouseholdFile(
                    id: id, householdNumber: try householdContent(id, in: transaction).number, declarant: declarant,
                    facts: content.facts,
                    memberTokens: content.memberTokens.compactMapValues { SectorToken(text: $0) },
                    sources: content.sources)
            }
        }
    }
}
