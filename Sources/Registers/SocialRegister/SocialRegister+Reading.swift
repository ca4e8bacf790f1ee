public import CivilNumber
import PopulationRegister
import Quantities
public import RecordStore
import Rules
import Storage

extension SocialRegister {
    /// The household with this number, or the one in which the holder of this civil number lives.
    ///
    /// The two kinds of number differ in length. Throws `SocialError` or `PopulationError`.
    public func household(number text: String, access: Access) async throws -> HouseholdView {
        if case .wellFormed = householdNumbers.check(text) {
            return try await view(
                try await records.perform("household.read", access: access) { transaction in
                    try kept(try householdID(number: text, in: transaction), in: transaction)
                })
        }
        let digits = text.unicodeScalars.filter { $0.properties.numericType != nil }.count
        if digits == householdNumbers.length, case .malformed(let fault) = householdNumbers.check(text) {
            throw SocialError.malformedNumber(fault)
        }
        let person = try await population.person(number: text, access: access)
        let token = try await population.socialToken(ofPerson: person.id, access: access)
        return try await household(of: token, access: access)
    }

    /// The household in which the person lives now. Throws `SocialError.noHousehold`.
    public func household(of token: SectorToken, access: Access) async throws -> HouseholdView {
        let found = try await records.perform("household.read", access: access) { transaction in
            guard let home = try home(of: try present(token, in: transaction), in: transaction) else {
                throw SocialError.noHousehold
            }
            return try kept(home, in: transaction)
        }
        return try await view(found)
    }

    /// Who read or changed the household's file, newest first.
    public func accesses(to householdID: String, limit: Int, access: Access) async throws -> [AuditLeaf] {
        try await records.perform("household.accesses", access: access) { transaction in
            transaction.concerns(Self.subject(householdID), .read)
            return try transaction.leaves(of: Self.subject(householdID), limit: limit)
        }
    }

    public func householdCount() async throws -> Int {
        try await records.lookUp { lookup in
            Int(try lookup.query(SocialTables.count, []).first?.integer("total") ?? 0)
        }
    }

    func householdID(number text: String, in transaction: RecordTransaction) throws -> String {
        switch householdNumbers.check(text) {
        case .malformed(let fault): throw SocialError.malformedNumber(fault)
        case .wellFormed(let number):
            let key = transaction.blindIndex("household number", number.digits)
            guard let row = try transaction.row(SocialTables.householdNumber, key: [key]) else {
                throw SocialError.unknownHousehold
            }
            return try row.text("household_id")
        }
    }

    func currentCount(_ id: String, in transaction: RecordTransaction) throws -> Int64 {
        guard let row = try transaction.row(SocialTables.household, key: [.text(id)]) else {
            throw SocialError.unknownHousehold
        }
        return try row.integer("declaration_count")
    }

    func householdContent(_ id: String, in transaction: RecordTransaction) throws -> HouseholdContent {
        guard let row = try transaction.row(SocialTables.household, key: [.text(id)]) else {
            throw SocialError.unknownHousehold
        }
        return try transaction.open(
            HouseholdContent.self, from: row, subject: Self.subject(id), table: SocialTables.household, row: id,
            field: "content")
    }

    func declarationContent(
        _ id: String, _ number: Int64, in transaction: RecordTransaction
    ) throws -> DeclarationContent {
        guard let row = try transaction.row(SocialTables.declaration, key: [.text(id), .integer(number)]) else {
            throw SocialError.unknownHousehold
        }
        return try transaction.open(
            DeclarationContent.self, from: row, subject: Self.subject(id), table: SocialTables.declaration,
            row: "\(id)/\(number)", field: "content")
    }

    /// A household as it lies in the store.
    private struct Kept: Sendable {
        let id: String
        let householdNumber: String
        let declarationNumber: Int64
        let declaredAt: Instant
        let content: DeclarationContent
        let result: AssessmentResult
        let lawDigest: String
        let earlier: [HouseholdView.Earlier]
    }

    private func kept(_ id: String, in transaction: RecordTransaction) throws -> Kept {
        let number = try currentCount(id, in: transaction)
        let assessed = try assessment(id, number, in: transaction)
        let earlier = try (1..<number).reversed().map { earlier in
            HouseholdView.Earlier(
                declarationNumber: earlier, declaredAt: try declaredAt(id, earlier, in: transaction),
                score: try FixedPoint(decimal: try assessment(id, earlier, in: transaction).result.score))
        }
        return Kept(
            id: id, householdNumber: try householdContent(id, in: transaction).number, declarationNumber: number,
            declaredAt: try declaredAt(id, number, in: transaction),
            content: try declarationContent(id, number, in: transaction), result: assessed.result,
            lawDigest: assessed.lawDigest, earlier: earlier)
    }

    /// Computes the assessment again from the facts, by the law it was made with, and confirms that nothing differs.
    private func view(_ kept: Kept) async throws -> HouseholdView {
        let law = try await archive.book(kept.lawDigest)
        let assessment = try law.assess(try law.facts(from: kept.content.facts))
        guard assessment.json == kept.result.json else { throw SocialError.scoreDisagrees }
        return HouseholdView(
            id: kept.id, householdNumber: kept.householdNumber, declarationNumber: kept.declarationNumber,
            declaredAt: kept.declaredAt, facts: kept.content.facts,
            memberTokens: kept.content.memberTokens.compactMapValues { SectorToken(text: $0) },
            assessment: assessment, earlier: kept.earlier, sources: kept.content.sources)
    }

    private func assessment(
        _ id: String, _ number: Int64, in transaction: RecordTransaction
    ) throws -> (result: AssessmentResult, lawDigest: String) {
        guard let row = try transaction.row(SocialTables.assessment, key: [.text(id), .integer(number)]) else {
            throw SocialError.unknownHousehold
        }
        let result = try transaction.open(
            AssessmentResult.self, from: row, subject: Self.subject(id), table: SocialTables.assessment,
            row: "\(id)/\(number)", field: "content")
        return (result, try row.text("law_digest"))
    }

    private func declaredAt(_ id: String, _ number: Int64, in transaction: RecordTransaction) throws -> Instant {
        guard let row = try transaction.row(SocialTables.declaration, key: [.text(id), .integer(number)]) else {
            throw SocialError.unknownHousehold
        }
        return try Instant(iso8601: try row.text("declared_at"))
    }
}
