public import Foundation
public import GalleryShards
public import Installation
import InventedFingers
public import PopulationRegister
public import Quantities
public import RecordStore
public import Storage
public import StrictJSON
import TestMaterial

/// An installation in a temporary folder, with a clock that a test moves.
public struct TestInstallation: Sendable {
    public let installation: Installation
    public let folder: TemporaryFolder
    public let clock: FixedClock
    private let databases: TestDatabases?

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
        jurisdiction: Jurisdiction = TestInstallation.jurisdiction, gallery: EnrolmentGallery.Settings? = nil
    ) async throws {
        let databases = try await TestServer.isEngineOfAllTests ? folder.databases() : nil
        try await self.init(
            folder: folder, clock: clock, seed: seed, jurisdiction: jurisdiction, on: databases, gallery: gallery)
    }

    /// - Parameter databases: where the stores are; nil for the embedded store in the folder.
    public init(
        folder: TemporaryFolder, clock: FixedClock, seed: UInt64 = 1,
        jurisdiction: Jurisdiction = TestInstallation.jurisdiction, on databases: TestDatabases?,
        gallery: EnrolmentGallery.Settings? = nil
    ) async throws {
        self.folder = folder
        self.clock = clock
        self.databases = databases
        let directory = "\(folder.path)/store"
        installation = try await Installation.open(
            at: try databases?.location(keys: directory) ?? .folder(directory), jurisdiction: jurisdiction,
            surroundings: .fixed(clock, seed: seed), reader: FingerReader(decoder: BuiltProgram.decoder),
            gallery: gallery)
    }

    /// The rows of one of the three stores, read behind the installation's back.
    public func rows(of statement: Statement, in store: String) async throws -> [Row] {
        let opened: any Store =
            if let databases {
                PostgreSQLStore(try PostgreSQLAddress(url: databases.url(store)))
            } else {
                try SQLiteStore(path: "\(storePath)/\(store).sqlite")
            }
        let rows = try await opened.read { try $0.query(statement, []) }
        try await opened.close()
        return rows
    }

    /// Every byte that the closed stores hold, by file or by table.
    public func contents() async throws -> [(name: String, bytes: Data)] {
        var contents = try folder.contents()
        guard databases != nil else { return contents }
        for (store, migrations) in zip(StoreLocation.names, Installation.migrations) {
            for table in migrations.flatMap(\.creates) {
                var bytes = Data()
                for row in try await rows(of: table.selectAll, in: store) {
                    for column in table.columns {
                        switch row[column.name] {
                        case .text(let text): bytes += Data(text.utf8)
                        case .blob(let blob): bytes += Data(blob)
                        default: break
                        }
                        bytes.append(0)
                    }
                }
                contents.append(("\(store) \(table.name)", bytes))
            }
        }
        return contents
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
