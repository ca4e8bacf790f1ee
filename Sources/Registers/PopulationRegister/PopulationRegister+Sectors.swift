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

extension PopulationRegister {
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
