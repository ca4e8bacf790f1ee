import CivilNumber
import PopulationRegister
public import Quantities
public import RecordStore
import Rules
import Storage
import StrictJSON

/// What is sealed in a declaration's row.
struct DeclarationContent: Codable {
    let declarant: String
    let facts: JSONValue
    let memberTokens: [String: String]
    let sources: [String: FactSource]

    enum CodingKeys: String, CodingKey {
        case declarant, facts, memberTokens, sources
    }

    init(declarant: SectorToken, facts: JSONValue, memberTokens: [String: SectorToken], sources: [String: FactSource]) {
        self.declarant = declarant.text
        self.facts = facts
        self.memberTokens = memberTokens.mapValues(\.text)
        self.sources = sources
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        declarant = try container.decode(String.self, forKey: .declarant)
        facts = try JSONValue(parsing: try container.decode(String.self, forKey: .facts))
        memberTokens = try container.decode([String: String].self, forKey: .memberTokens)
        sources = try container.decode([String: FactSource].self, forKey: .sources)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(declarant, forKey: .declarant)
        // As text, so that whole numbers stay whole and the order of members stands.
        try container.encode(facts.serialized(), forKey: .facts)
        try container.encode(memberTokens, forKey: .memberTokens)
        try container.encode(sources, forKey: .sources)
    }
}

/// What is sealed in a household's row.
struct HouseholdContent: Codable {
    let number: String
}

extension SocialRegister {
    /// Registers a household, or supersedes its last declaration; scores it and lets every programme decide, at once.
    ///
    /// The declarant is an adult member. All members hold a civil number and belong to no other household. A declaration
    /// that leaves out a member of the last one must name the household's number. Throws `DocumentRefusal` with every
    /// problem, `FactsRefusal` for facts that the law's schema refuses, `SocialError`.
    public func declare(
        _ declaration: HouseholdDeclaration, today: CivilDate, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> DeclarationReceipt {
        let introduced = try await population.introduceToSocialSector(
            [declaration.declarant] + declaration.memberNumbers, access: access)
        let prepared = try prepare(declaration, introduced: introduced, today: today)
        let assessment = try law.assess(prepared.facts)
        return try await records.perform("household.declare", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            try keep(declaration, prepared, assessment, in: transaction)
        }
    }

    struct Prepared: Sendable {
        let facts: Facts
        let declarant: SectorToken
        let tokens: [SectorToken]
        let memberRefs: [String]
        let sources: [String: FactSource]
    }

    func prepare(
        _ declaration: HouseholdDeclaration, introduced: [SectorPerson?], today: CivilDate
    ) throws -> Prepared {
        var problems: [FieldProblem] = []
        var sources = declaration.sources
        var facts = declaration.facts
        if facts["asOf"] == nil { facts["asOf"] = .string(today.description) }
        if facts["householdRef"] == nil { facts["householdRef"] = "declared" }
        let asOf = (facts["asOf"]?.string).flatMap { try? CivilDate(iso8601: $0) } ?? today
        if asOf > today {
            problems.append(FieldProblem("facts.asOf", .inTheFuture, "give a day that is not after today"))
        }
        guard let declarant = introduced[0] else {
            problems.append(
                FieldProblem("declarant", .notRegistered, Self.notRegistered(declaration.declarant, population)))
            throw DocumentRefusal(problems)
        }
        if declarant.birthDate.earliest.completedYears(on: today) < adultAge {
            problems.append(FieldProblem("declarant", .notEntitled, "an adult member must declare the household"))
        }
        var tokens: [SectorToken] = []
        var refs: [String] = []
        var members: [JSONValue] = []
        for (index, person) in introduced.dropFirst().enumerated() {
            let path = "facts.members[\(index)]"
            var member = declaration.members[index]
            guard let person else {
                let reason = Self.notRegistered(declaration.memberNumbers[index], population)
                problems.append(FieldProblem("\(path).civilNumber", .notRegistered, reason))
                continue
            }
            if tokens.contains(person.token) {
                problems.append(FieldProblem("\(path).civilNumber", .repeated, "this person is named twice"))
            }
            tokens.append(person.token)
            if member["ref"] == nil { member["ref"] = .string("M\(index + 1)") }
            refs.append(member["ref"]?.string ?? "")
            if let sex = member["sex"] {
                if sex.string != person.sex.rawValue {
                    problems.append(FieldProblem("\(path).sex", .disagrees, "it differs from the population register"))
                }
            } else {
                member["sex"] = .string(person.sex.rawValue)
            }
            sources["members[\(index)].sex"] = .populationRegister
            if let text = member["birthDate"]?.string {
                if let date = try? CivilDate(iso8601: text), !person.birthDate.mayBe(date) {
                    problems.append(
                        FieldProblem("\(path).birthDate", .disagrees, "it differs from the population register"))
                } else if person.birthDate.precision == .day {
                    sources["members[\(index)].birthDate"] = .populationRegister
                }
            } else if member["birthDate"] == nil {
                member["birthDate"] = .string(person.birthDate.earliest.description)
                sources["members[\(index)].birthDate"] = .populationRegister
            }
            members.append(.object(member))
        }
        for path in declaration.sources.keys.sorted() where !Self.names(path, in: declaration) {
            problems.append(
                FieldProblem("provenance.\(path.prefix(64))", .unknownField, "name a fact of this declaration"))
        }
        guard problems.isEmpty else { throw DocumentRefusal(problems) }
        if !tokens.contains(declarant.token) {
            throw DocumentRefusal([FieldProblem("declarant", .notEntitled, "the declarant must be one of the members")])
        }
        facts["members"] = .array(members)
        return Prepared(
            facts: try law.facts(from: .object(facts), annexes: false), declarant: declarant.token, tokens: tokens,
            memberRefs: refs,
            sources: sources)
    }

    /// Whether a path such as `assets.cars` or `members[2].school` leads to a fact that was declared.
    private static func names(_ path: String, in declaration: HouseholdDeclaration) -> Bool {
        var steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let first = steps.first else { return false }
        var value: JSONValue?
        if first.hasPrefix("members["), first.hasSuffix("]"), let index = Int(first.dropFirst(8).dropLast()) {
            value = declaration.members.indices.contains(index) ? .object(declaration.members[index]) : nil
        } else {
            value = declaration.facts[first]
        }
        steps.removeFirst()
        for step in steps { value = value?[step] }
        return value != nil
    }

    private static func notRegistered(_ number: String, _ population: PopulationRegister) -> String {
        switch population.rules.civilNumber.check(number) {
        case .malformed(let fault): fault.message
        case .wellFormed: "nobody has this number: enrol the person first"
        }
    }

    /// - Parameter bringsNumber: whether a household that is not known here keeps the number that it is declared with.
    func keep(
        _ declaration: HouseholdDeclaration, _ prepared: Prepared, _ assessment: Assessment,
        bringsNumber: Bool = false, in transaction: RecordTransaction
    ) throws -> DeclarationReceipt {
        let brought = bringsNumber ? try freeNumber(declaration.householdNumber, in: transaction) : nil
        let standing = try standing(of: declaration, prepared, isNew: brought != nil, in: transaction)
        let household: (id: String, number: String, count: Int64)
        if let existing = standing {
            household = existing
        } else {
            household = (transaction.newIdentifier(), try brought ?? issueNumber(in: transaction), 0)
        }
        let subject = Self.subject(household.id)
        let number = household.count + 1
        let row: [String: SQLValue] = [
            "household_id": .text(household.id), "registered_at": .text(transaction.now.description),
            "declaration_count": .integer(number),
            "content": try transaction.seal(
                HouseholdContent(number: household.number), subject: subject, table: SocialTables.household,
                row: household.id, field: "content"),
        ]
        if standing == nil {
            try transaction.insert(SocialTables.household, row)
            try transaction.insert(
                SocialTables.householdNumber,
                [
                    "index_key": transaction.blindIndex("household number", household.number),
                    "household_id": .text(household.id),
                ])
        } else {
            var kept = row
            if let old = try transaction.row(SocialTables.household, key: [.text(household.id)]) {
                kept["registered_at"] = old["registered_at"]
            }
            try transaction.update(SocialTables.household, kept)
        }
        try placeMembers(prepared.tokens, in: household.id, count: household.count, transaction)
        let tokensByRef = Dictionary(zip(prepared.memberRefs, prepared.tokens), uniquingKeysWith: { first, _ in first })
        let rowName = "\(household.id)/\(number)"
        try transaction.insert(
            SocialTables.declaration,
            [
                "household_id": .text(household.id), "declaration_number": .integer(number),
                "declared_at": .text(transaction.now.description),
                "content": try transaction.seal(
                    DeclarationContent(
                        declarant: prepared.declarant, facts: prepared.facts.json, memberTokens: tokensByRef,
                        sources: prepared.sources),
                    subject: subject, table: SocialTables.declaration, row: rowName, field: "content"),
            ])
        try transaction.insert(
            SocialTables.assessment,
            [
                "household_id": .text(household.id), "declaration_number": .integer(number),
                "assessed_at": .text(transaction.now.description), "formula": .text(assessment.score.formula),
                "formula_version": .text(assessment.score.version.description),
                "law_digest": .text(assessment.lawDigest),
                "content": try transaction.seal(
                    AssessmentResult(assessment), subject: subject, table: SocialTables.assessment, row: rowName,
                    field: "content"),
            ])
        try assessor.record(
            assessment, of: DeclaredHousehold(id: household.id, declarationNumber: number), in: transaction)
        try archive.keep(in: transaction)
        transaction.note("declaration", String(number))
        return DeclarationReceipt(
            householdNumber: household.number, declarationNumber: number, declaredAt: transaction.now,
            result: AssessmentResult(assessment))
    }

    /// The household that this declaration supersedes, or nil for a new one.
    private func standing(
        of declaration: HouseholdDeclaration, _ prepared: Prepared, isNew: Bool, in transaction: RecordTransaction
    ) throws -> (id: String, number: String, count: Int64)? {
        var problems: [FieldProblem] = []
        let homes = try prepared.tokens.map { token in
            try transaction.row(SocialTables.member, key: [.blob(token.bytes)])?.text("household_id")
        }
        let declarantsHome = zip(prepared.tokens, homes).first { $0.0 == prepared.declarant }?.1
        var named: String?
        if let text = declaration.householdNumber {
            named = isNew ? nil : try householdID(number: text, in: transaction)
            if named != declarantsHome {
                problems.append(
                    FieldProblem("householdNumber", .notEntitled, "the declarant is not a member of this household"))
            }
        }
        let home = named ?? declarantsHome
        for (index, other) in homes.enumerated() where other != nil && other != home {
            problems.append(
                FieldProblem(
                    "facts.members[\(index)].civilNumber", .alreadyUsed,
                    "this person belongs to another household: its declarant must leave the person out first"))
        }
        guard problems.isEmpty else { throw DocumentRefusal(problems) }
        guard let home else { return nil }
        let count = try currentCount(home, in: transaction)
        if named == nil, !Set(try lastMembers(home, count, in: transaction)).isSubset(of: prepared.tokens) {
            throw DocumentRefusal([
                FieldProblem(
                    "householdNumber", .missing,
                    "members of the last declaration are left out: give the household's number to confirm")
            ])
        }
        return (home, try householdContent(home, in: transaction).number, count)
    }

    private func placeMembers(
        _ tokens: [SectorToken], in householdID: String, count: Int64, _ transaction: RecordTransaction
    ) throws {
        let before = count == 0 ? [] : try lastMembers(householdID, count, in: transaction)
        for token in before where try !tokens.contains(token) && home(of: token, in: transaction) == householdID {
            try transaction.delete(SocialTables.member, key: [.blob(token.bytes)])
        }
        for token in tokens where !before.contains(token) {
            try transaction.insert(
                SocialTables.member, ["index_key": .blob(token.bytes), "household_id": .text(householdID)])
        }
    }

    /// The members of the last declaration, each under the token of today.
    private func lastMembers(
        _ householdID: String, _ count: Int64, in transaction: RecordTransaction
    ) throws -> [SectorToken] {
        try declarationContent(householdID, count, in: transaction).memberTokens.values.compactMap {
            try SectorToken(text: $0).map { try present($0, in: transaction) }
        }
    }

    /// The number, where it is well formed and no household has it. Throws `SocialError` (`malformedNumber`).
    private func freeNumber(_ text: String?, in transaction: RecordTransaction) throws -> String? {
        guard let text else { return nil }
        switch householdNumbers.check(text) {
        case .malformed(let fault): throw SocialError.malformedNumber(fault)
        case .wellFormed(let number):
            let key = transaction.blindIndex("household number", number.digits)
            return try transaction.row(SocialTables.householdNumber, key: [key]) == nil ? number.digits : nil
        }
    }

    private func issueNumber(in transaction: RecordTransaction) throws -> String {
        var generator = TransactionRandom(transaction)
        while true {
            let digits = householdNumbers.draw(using: &generator).digits
            let key = transaction.blindIndex("household number", digits)
            if try transaction.row(SocialTables.householdNumber, key: [key]) == nil { return digits }
        }
    }
}
