import Foundation
public import Installation
public import PopulationRegister
public import Quantities
public import RecordStore
public import StrictJSON
public import TestMaterial

/// An installation in a temporary folder, with a clock that a test moves.
public struct TestInstallation: Sendable {
    public let installation: Installation
    public let folder: TemporaryFolder
    public let clock: FixedClock

    /// The country that the tests use, read once.
    public static let jurisdiction: Jurisdiction = {
        do {
            return try Jurisdiction(folder: PackageFolder.root.appending(path: "Jurisdictions/Morocco").path)
        } catch {
            fatalError("the jurisdiction of the tests cannot be read: \(error)")
        }
    }()

    public init(seed: UInt64 = 1, jurisdiction: Jurisdiction = TestInstallation.jurisdiction) async throws {
        try await self.init(folder: TemporaryFolder(), clock: FixedClock(), seed: seed, jurisdiction: jurisdiction)
    }

    public init(
        folder: TemporaryFolder, clock: FixedClock, seed: UInt64 = 1,
        jurisdiction: Jurisdiction = TestInstallation.jurisdiction
    ) async throws {
        self.folder = folder
        self.clock = clock
        installation = try await Installation.open(
            directory: "\(folder.path)/store", jurisdiction: jurisdiction,
            surroundings: .fixed(clock, seed: seed))
    }

    public var storePath: String { "\(folder.path)/store" }
    public var population: PopulationRegister { installation.population }
    public var today: CivilDate { get throws { try installation.today() } }

    public func content(_ application: JSONValue) throws -> ApplicationContent {
        try ApplicationContent(application, rules: installation.jurisdiction.population, today: today)
    }

    /// Applies and accepts; returns the person's identifier and civil number.
    public func enrol(_ application: JSONValue) async throws -> (id: String, number: String) {
        let receipt = try await population.apply(try content(application), access: Staff.agent)
        let outcome = try await population.review(receipt.application, .accept, access: Staff.reviewer)
        return (receipt.application, outcome.civilNumber ?? "")
    }
}

/// Who acts in tests.
public enum Staff {
    public static let agent = access(.staff, "agent-1", .enrolment)
    public static let otherAgent = access(.staff, "agent-2", .enrolment)
    public static let reviewer = access(.staff, "reviewer-1", .adjudication)
    public static let households = access(.staff, "agent-1", .householdRegistration)
    public static let operatorAccess = access(.operator, "root", .administration)

    public static func access(
        _ kind: Actor.Kind, _ id: String, _ purpose: Purpose, _ basis: LegalBasis = .publicTask
    ) -> Access {
        Access(actor: Actor(kind: kind, id: id), purpose: purpose, legalBasis: basis)
    }
}
