public import CivilNumber
public import Quantities
public import RecordStore
import Storage

/// What another sector may know of a person: its own token, and the two facts that a score needs.
public struct SectorPerson: Hashable, Sendable {
    public let token: SectorToken
    public let sex: ApplicationContent.Sex
    public let birthDate: PartialDate
}

/// Which token of the social sector a person's own leads to, after so many acts on the file.
public struct SectorStanding: Hashable, Sendable {
    public let own: SectorToken
    /// The token of the person whose file this one was merged into; nil where it stands by itself.
    public let leadsTo: SectorToken?
    /// Grows with each act on the file, so that an older message does not undo a newer one.
    public let version: Int64

    public init(own: SectorToken, leadsTo: SectorToken?, version: Int64) {
        self.own = own
        self.leadsTo = leadsTo
        self.version = version
    }
}

extension PopulationRegister {
    /// The kind of job by which the social register hears that a file was merged into another, or parted from it.
    public static let sectorFollowKind = "sectorToken.follow"

    /// Leaves word for the social register, in the transaction of its cause.
    func tellSocialSector(of personID: String, in transaction: RecordTransaction) throws {
        try transaction.enqueue(NewJob(Self.sectorFollowKind, content: ["person": personID]))
    }

    /// How a person's token stands by now, for the job that carries it over; nil for who has no number.
    public func sectorStanding(of personID: String, access: Access) async throws -> SectorStanding? {
        try await records.perform("sectorToken.follow", access: access) { transaction in
            func token(_ id: String) throws -> SectorToken? {
                guard let person = try person(id: id, in: transaction),
                    case .wellFormed(let number) = rules.civilNumber.check(person.civilNumber)
                else { return nil }
                return socialTokens.token(for: number)
            }
            guard let own = try token(personID) else { return nil }
            let file = try ApplicationFile.load(personID, in: transaction)
            let target =
                try file.state == .merged
                ? file.history(in: transaction).compactMap(\.content.duplicateOf).last.flatMap(token) : nil
            return SectorStanding(own: own, leadsTo: target, version: file.actCount)
        }
    }

    /// Introduces persons to the social sector; the number that cannot be resolved has its place in the answer with nil.
    public func introduceToSocialSector(_ numbers: [String], access: Access) async throws -> [SectorPerson?] {
        let checked = numbers.map { rules.civilNumber.check($0) }
        return try await records.perform("sectorToken.introduce", access: access) { transaction in
            try checked.map { check in
                guard case .wellFormed(let asked) = check,
                    let person = try person(digits: asked.digits, in: transaction),
                    // The number of the file that a merged one leads to.
                    case .wellFormed(let number) = rules.civilNumber.check(person.civilNumber)
                else { return nil }
                return SectorPerson(
                    token: socialTokens.token(for: number), sex: person.content.sex, birthDate: person.content.birthDate
                )
            }
        }
    }

    /// The social sector's token of a person. Throws `PopulationError.noSuchApplication`.
    public func socialToken(ofPerson personID: String, access: Access) async throws -> SectorToken {
        try await records.perform("sectorToken.introduce", access: access) { transaction in
            guard let person = try person(id: personID, in: transaction),
                case .wellFormed(let number) = rules.civilNumber.check(person.civilNumber)
            else { throw PopulationError.noSuchApplication }
            return socialTokens.token(for: number)
        }
    }

    /// Who stands behind tokens of the social sector: only this register can tell, and each answer is an audited act.
    public func resolve(_ tokens: [SectorToken], access: Access) async throws -> [PersonRecord?] {
        try await records.perform("sectorToken.resolve", access: access) { transaction in
            try tokens.map { token in
                guard let row = try transaction.row(PopulationTables.sectorToken, key: [.blob(token.bytes)]) else {
                    return nil
                }
                return try person(id: try row.text("person_id"), in: transaction)
            }
        }
    }
}
