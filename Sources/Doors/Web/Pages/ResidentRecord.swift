import Agency
import Installation
import PopulationRegister
import Quantities
import RecordStore
import SocialRegister

/// Everything that the registers tell a resident about the own file.
struct ResidentRecord: Sendable {
    let person: PersonRecord
    /// Nil for a person whose household is not declared yet.
    let household: HouseholdView?
    /// Readings and changes of both files, newest first.
    let accesses: [AuditLeaf]
}

/// One line of "who read my file".
struct AccessRow: Sendable {
    let at: String
    let actor: String
    let act: String
    let purpose: String
    let legalBasis: String
    let leaf: String
}

extension WebDoor {
    static let accessesShown = 100

    func residentRecord(_ personID: String, _ access: Access) async throws -> ResidentRecord {
        let person = try await installation.population.person(id: personID, access: access)
        let token = try await installation.population.socialToken(ofPerson: personID, access: access)
        var household: HouseholdView?
        do {
            household = try await installation.social.household(of: token, access: access)
        } catch SocialError.noHousehold {}
        var leaves = try await installation.population.accesses(to: personID, limit: Self.accessesShown, access: access)
        if let household {
            leaves += try await installation.social.accesses(
                to: household.id, limit: Self.accessesShown, access: access)
        }
        return ResidentRecord(
            person: person, household: household,
            accesses: Array(leaves.sorted { ($1.at, $1.id) < ($0.at, $0.id) }.prefix(Self.accessesShown)))
    }

    func accessRows(_ record: ResidentRecord, _ texts: TextCatalogue) -> [AccessRow] {
        record.accesses.map { leaf in
            let key = "act.\(leaf.act)"
            let isOwn = leaf.actor == Actor(kind: .resident, id: record.person.id)
            return AccessRow(
                at: installation.jurisdiction.momentText(leaf.at),
                actor: isOwn ? texts.text("actor.you") : actorText(leaf.actor, texts),
                act: texts.text(texts.has(key) ? key : "act.other"),
                purpose: texts.text("purpose.\(leaf.purpose.rawValue)"),
                legalBasis: texts.text("legalBasis.\(leaf.legalBasis.rawValue)"), leaf: leaf.id)
        }
    }
}
