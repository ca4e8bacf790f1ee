import Installation
import PopulationRegister
import RecordStore
import Storage
import StrictJSON
import TestSupport
import Testing

@testable import SocialRegister

/// Two files of the population register turn out to be one person's: the households learn of it by a job.
@Suite("A person whose files are merged")
struct MergedPersonsTests {
    static let second = Staff.access(.staff, "reviewer-2", .adjudication)

    let test: TestInstallation
    /// Who declares first; the file that is kept; a child of the first.
    let merged: (id: String, number: String)
    let kept: (id: String, number: String)
    let child: (id: String, number: String)

    init() async throws {
        test = try await TestInstallation()
        merged = try await test.enrol(Samples.application(1))
        kept = try await test.enrol(Samples.application(2, birth: ["date": "1979-07-09"], given: "Nadia"))
        child = try await test.enrol(Samples.application(3, birth: ["date": "2015-01-02"], given: "Salma"))
    }

    func declare(_ numbers: [String], householdNumber: String? = nil) async throws -> DeclarationReceipt {
        let declaration = try HouseholdDeclaration(Samples.declaration(numbers, householdNumber: householdNumber))
        return try await test.installation.social.declare(
            declaration, today: try test.today, access: Staff.households)
    }

    func settle(_ opinion: DuplicateOpinion) async throws {
        let population = test.population
        if opinion == .same {
            _ = try await population.askMerge(
                of: merged.number, into: kept.number, reason: "one", access: Staff.reviewer)
        } else {
            _ = try await population.askUnmerge(of: merged.id, reason: "two", access: Staff.reviewer)
        }
        _ = try await population.decideIdentity(
            merged.id, candidate: kept.id, opinion, reason: "seen", access: Self.second)
    }

    func household(of number: String) async throws -> String? {
        do {
            return try await test.installation.social.household(number: number, access: Staff.households)
                .householdNumber
        } catch SocialError.noHousehold {
            return nil
        }
    }

    func confirmSound() async throws {
        try await test.installation.sequencer.drain()
        let report = try await test.installation.verifier.verify()
        #expect(report.isSound, "\(report.findings)")
        let found = try await test.installation.integrityProblems()
        #expect(found.isEmpty, "\(found.map(\.problem))")
    }

    @Test("goes on in the household, declares it again under the number that is kept, and goes back when parted before")
    func placeFollows() async throws {
        let receipt = try await declare([merged.number, child.number])
        try await settle(.same)
        #expect(try await test.installation.jobRunner().drain() == 1)
        for number in [merged.number, kept.number, child.number] {
            #expect(try await household(of: number) == receipt.householdNumber)
        }
        try await settle(.different)
        #expect(try await test.installation.jobRunner().drain() == 1)
        #expect(try await household(of: merged.number) == receipt.householdNumber)
        #expect(try await household(of: kept.number) == nil)
        try await settle(.same)
        try await test.installation.jobRunner().drain()
        let again = try await declare([kept.number, child.number])
        #expect(again.householdNumber == receipt.householdNumber && again.declarationNumber == 2)
        // Declared anew meanwhile, the place stays.
        try await settle(.different)
        try await test.installation.jobRunner().drain()
        #expect(try await household(of: merged.number) == nil)
        #expect(try await household(of: kept.number) == receipt.householdNumber)
        try await confirmSound()
    }

    @Test("who had a place under both tokens keeps both until the household declares anew")
    func bothHaveAPlace() async throws {
        let spouse = try await test.enrol(Samples.application(4, birth: ["date": "1985-05-05"], given: "Hind"))
        let first = try await declare([merged.number, spouse.number, child.number])
        let own = try await declare([kept.number])
        try await settle(.same)
        try await test.installation.jobRunner().drain()
        #expect(try await household(of: kept.number) == own.householdNumber)
        #expect(try await household(of: child.number) == first.householdNumber)
        await #expect(throws: DocumentRefusal.self) {
            try await declare([spouse.number, kept.number, child.number])
        }
        // The first household leaves the person out; then there is one place.
        let again = try await declare([spouse.number, child.number], householdNumber: first.householdNumber)
        #expect(again.declarationNumber == 2)
        #expect(try await household(of: merged.number) == own.householdNumber)
        try await confirmSound()
    }

    @Test("word that comes again, or after a later one, changes nothing")
    func orderDoesNotMatter() async throws {
        let receipt = try await declare([merged.number, child.number])
        let (population, social) = (test.population, test.installation.social)
        let access = Staff.operatorAccess
        try await settle(.same)
        let joined = try #require(try await population.sectorStanding(of: merged.id, access: access))
        try await settle(.different)
        let parted = try #require(try await population.sectorStanding(of: merged.id, access: access))
        #expect(joined.leadsTo != nil && parted.leadsTo == nil && joined.version < parted.version)
        for standing in [joined, joined, parted, joined, parted] { try await social.follow(standing, access: access) }
        #expect(try await household(of: merged.number) == receipt.householdNumber)
        #expect(try await household(of: kept.number) == nil)
        // Both jobs find what stands by now.
        #expect(try await test.installation.jobRunner().drain() == 2)
        #expect(try await household(of: merged.number) == receipt.householdNumber)
        try await confirmSound()
    }
}
