import Agency
import Outreach
import PopulationRegister
import Programmes
public import RecordStore
import SocialRegister

extension Installation {
    /// Broken references, rows that nothing speaks of, and fields whose seal does not open, by store.
    ///
    /// Throws `StorageError`.
    public func integrityProblems() async throws -> [(store: String, problem: IntegrityProblem)] {
        let ofPopulation =
            PopulationRegister.integrity + Agency.integrity
            + IntegrityRules(
                seals: Outreach.seals,
                references: [PopulationRegister.reference(from: Outreach.messages, column: "person_id")])
        let ofSocial =
            SocialRegister.integrity
            + IntegrityRules(
                seals: Programmes.seals, references: [SocialRegister.reference(from: Programmes.decisionTable)])
        let population = try await populationRecords.integrityProblems(ofPopulation)
        let social = try await socialRecords.integrityProblems(ofSocial)
        let strangers = try await socialRecords.brokenReferences(SocialRegister.members, into: populationRecords)
        return population.map { ("population", $0) } + (social + strangers).map { ("social", $0) }
    }
}
