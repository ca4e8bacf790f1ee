public import CivilNumber
public import Quantities
public import RecordStore
import Storage

/// A person who holds a number.
public struct PersonRecord: Hashable, Sendable, Codable {
    public let id: String
    /// The digits.
    public let civilNumber: String
    public let content: ApplicationContent
    public let acceptedAt: Instant
}

/// What is known about a number that somebody typed.
public enum CivilNumberStanding: Hashable, Sendable {
    case malformed(CivilNumberFault)
    /// Well formed, but the register never gave it to anybody.
    case unknown
    /// Given to a person, or reserved and so never to be drawn again.
    case issued
}

extension PopulationRegister {
    /// Distinguishes a typing error from an unknown number; opens nothing.
    public func standing(_ text: String) async throws -> CivilNumberStanding {
        switch rules.civilNumber.check(text) {
        case .malformed(let fault): return .malformed(fault)
        case .wellFormed(let number):
            return try await records.lookUp { lookup in
                let key = lookup.blindIndex("civil number", number.digits)
                let row = try lookup.row(PopulationTables.civilNumber, key: [key])
                return row == nil ? .unknown : .issued
            }
        }
    }

    /// Draws numbers and reserves them, so that they are never drawn again.
    public func reserveNumbers(
        _ count: Int, access: Access, using generator: some RandomNumberGenerator & Sendable
    ) async throws -> [CivilNumber] {
        let scheme = rules.civilNumber
        return try await records.perform("civilNumber.reserve", access: access) { transaction in
            var generator = generator
            var numbers: [CivilNumber] = []
            numbers.reserveCapacity(count)
            while numbers.count < count {
                for number in try scheme.drawDistinct(count - numbers.count, using: &generator) {
                    if try claim(number, for: nil, in: transaction) { numbers.append(number) }
                }
            }
            return numbers
        }
    }

    /// The person with this number. Throws `PopulationError` (`malformedNumber`, `unknownNumber`).
    public func person(number text: String, access: Access) async throws -> PersonRecord {
        let number = try wellFormed(text)
        return try await records.perform("person.read", access: access, grouping: .readings) { transaction in
            guard let person = try person(digits: number.digits, in: transaction) else {
                throw PopulationError.unknownNumber
            }
            return person
        }
    }

    /// The person of an identifier, such as a session's. Throws `PopulationError.noSuchApplication`.
    public func person(id: String, access: Access) async throws -> PersonRecord {
        try await records.perform("person.read", access: access, grouping: .readings) { transaction in
            guard let person = try person(id: id, in: transaction) else { throw PopulationError.noSuchApplication }
            return person
        }
    }

    /// Who read or changed the file, newest first.
    public func accesses(to personID: String, limit: Int, access: Access) async throws -> [AuditLeaf] {
        try await records.perform("person.accesses", access: access, grouping: .readings) { transaction in
            transaction.concerns(Self.subject(personID), .read)
            return try transaction.leaves(of: Self.subject(personID), limit: limit)
        }
    }

    func wellFormed(_ text: String) throws(PopulationError) -> CivilNumber {
        switch rules.civilNumber.check(text) {
        case .wellFormed(let number): return number
        case .malformed(let fault): throw .malformedNumber(fault)
        }
    }

    func person(digits: String, in transaction: RecordTransaction) throws -> PersonRecord? {
        try holder(of: digits, in: transaction).flatMap { try person(id: $0, in: transaction) }
    }

    /// The file that a number leads to: that of another number, where the two were merged.
    func holder(of digits: String, in transaction: RecordTransaction) throws -> String? {
        let key = transaction.blindIndex("civil number", digits)
        guard let row = try transaction.row(PopulationTables.civilNumber, key: [key]),
            case .text(var personID) = row["person_id"]
        else { return nil }
        var seen: Set<String> = []
        while try ApplicationFile.state(of: personID, in: transaction) == .merged, seen.insert(personID).inserted {
            let history = try ApplicationFile.load(personID, in: transaction).history(in: transaction)
            guard let kept = history.compactMap(\.content.duplicateOf).last else { break }
            personID = kept
        }
        return personID
    }

    func person(id: String, in transaction: RecordTransaction) throws -> PersonRecord? {
        try transaction.row(PopulationTables.person, key: [.text(id)]).map { try person($0, in: transaction) }
    }

    func person(_ row: Row, in transaction: RecordTransaction) throws -> PersonRecord {
        let id = try row.text("person_id")
        let content = try transaction.open(
            PersonContent.self, from: row, subject: Self.subject(id), table: PopulationTables.person, row: id,
            field: "content")
        return PersonRecord(
            id: id, civilNumber: content.civilNumber, content: content.application,
            acceptedAt: try Instant(iso8601: try row.text("accepted_at")))
    }

    func issueNumber(to personID: String, in transaction: RecordTransaction) throws -> CivilNumber {
        // The transaction's random source is the machine's secure one; a test may fix it.
        var generator = TransactionRandom(transaction)
        while true {
            let number = rules.civilNumber.draw(using: &generator)
            if try claim(number, for: personID, in: transaction) { return number }
        }
    }

    /// False where the number was given or reserved before.
    private func claim(_ number: CivilNumber, for personID: String?, in transaction: RecordTransaction) throws -> Bool {
        let key = transaction.blindIndex("civil number", number.digits)
        guard try transaction.row(PopulationTables.civilNumber, key: [key]) == nil else { return false }
        try transaction.insert(
            PopulationTables.civilNumber,
            [
                "index_key": key, "person_id": personID.map(SQLValue.text) ?? .null,
                "issued_at": .text(transaction.now.description),
            ])
        return true
    }

    func keep(
        _ content: ApplicationContent, number: CivilNumber, personID: String, in transaction: RecordTransaction
    ) throws {
        let sealed = try transaction.seal(
            PersonContent(civilNumber: number.digits, application: content), subject: Self.subject(personID),
            table: PopulationTables.person, row: personID, field: "content")
        try transaction.insert(
            PopulationTables.person,
            ["person_id": .text(personID), "accepted_at": .text(transaction.now.description), "content": sealed])
        try transaction.insert(
            PopulationTables.sectorToken,
            [
                "index_key": .blob(socialTokens.token(for: number).bytes), "person_id": .text(personID),
                "sector": .text(socialTokens.sector),
            ])
    }
}

/// What is sealed in a person's row.
struct PersonContent: Codable {
    let civilNumber: String
    let application: ApplicationContent
}
