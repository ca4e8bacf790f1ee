public import Agency
import Foundation
public import Outreach
public import PopulationRegister
public import Programmes
public import Quantities
public import RecordStore
public import SocialRegister
public import Storage
import Vault

/// One running Sijill: its stores opened, its keys at hand, its registers ready.
public struct Installation: Sendable {
    public let jurisdiction: Jurisdiction
    public let population: PopulationRegister
    public let social: SocialRegister
    public let programmes: Programmes
    public let agency: Agency
    public let outreach: Outreach
    public let log: LogStore
    public let sequencer: LogSequencer
    public let verifier: AuditVerifier
    public let surroundings: Surroundings
    /// Whether the store holds invented people: every page says so.
    public let isDemonstration: Bool
    private let stores: [any Store]

    /// Every catalogue of the program, for the lint.
    public static let catalogues: [Catalogue] = [
        RecordStore.catalogue, PopulationRegister.catalogue, Agency.catalogue, Outreach.catalogue,
        SocialRegister.catalogue, Programmes.catalogue, LogStore.catalogue,
    ]

    /// Opens the embedded store in a folder, making folder, key file and databases at the first start.
    ///
    /// The folder is readable by its owner only. Throws `StorageError`, `VaultError`, `RecordError`.
    public static func open(
        directory: String, jurisdiction: Jurisdiction, surroundings: Surroundings = .system()
    ) async throws -> Installation {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StorageError(.unavailable, "the store's folder cannot be made")
        }
        try confirmComplete(directory)
        let master = try MasterKey.loadOrCreate(path: "\(directory)/master.key")
        let files = try ["population", "social", "log"].map { try SQLiteStore(path: "\(directory)/\($0).sqlite") }
        let population = try await RecordStore(
            name: "population", store: files[0], vault: StoreVault(master, store: "population"),
            migrations: PopulationRegister.migrations + Agency.migrations + Outreach.migrations,
            surroundings: surroundings)
        let social = try await RecordStore(
            name: "social", store: files[1], vault: StoreVault(master, store: "social"),
            migrations: SocialRegister.migrations + Programmes.migrations, surroundings: surroundings)
        let log = try await LogStore(
            store: files[2], vault: StoreVault(master, store: "log"), origin: jurisdiction.logOrigin,
            surroundings: surroundings)
        let installation = try Installation(
            jurisdiction: jurisdiction, surroundings: surroundings, populationRecords: population,
            socialRecords: social, log: log, stores: files,
            isDemonstration: FileManager.default.fileExists(atPath: "\(directory)/\(demonstrationMark)"))
        try await installation.population.completeCandidateLists()
        return installation
    }

    /// Refuses to make anew what is missing from a store that was complete.
    ///
    /// The key file is made before the databases and the log after the registers, so an interrupted first start never
    /// looks like a loss.
    private static func confirmComplete(_ directory: String) throws {
        func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(directory)/\(name)") }
        let registers = ["population.sqlite", "social.sqlite"]
        if !exists("master.key"), (registers + ["log.sqlite"]).contains(where: exists) {
            throw VaultError(.keyFile, "the store's key file is missing: put back the copy kept apart")
        }
        if exists("log.sqlite"), let missing = registers.first(where: { !exists($0) }) {
            throw StorageError(.unavailable, "\(missing) is missing from the store: restore it from a backup")
        }
    }

    private init(
        jurisdiction: Jurisdiction, surroundings: Surroundings, populationRecords: RecordStore,
        socialRecords: RecordStore, log: LogStore, stores: [any Store], isDemonstration: Bool
    ) throws {
        self.jurisdiction = jurisdiction
        self.surroundings = surroundings
        self.stores = stores
        self.log = log
        self.isDemonstration = isDemonstration
        population = try PopulationRegister(records: populationRecords, rules: jurisdiction.population)
        programmes = Programmes(records: socialRecords)
        social = SocialRegister(
            records: socialRecords, population: population, law: jurisdiction.law,
            lawFiles: jurisdiction.lawFiles, householdNumbers: jurisdiction.householdNumbers,
            adultAge: jurisdiction.adultAge, assessor: programmes)
        agency = Agency(records: populationRecords)
        outreach = Outreach(records: populationRecords)
        sequencer = LogSequencer(stores: [populationRecords, socialRecords], log: log)
        verifier = AuditVerifier(stores: [populationRecords, socialRecords], log: log)
    }

    /// The file whose presence marks a store of invented people.
    public static let demonstrationMark = "DEMONSTRATION"

    /// Today in the country.
    public func today() throws -> CivilDate { try jurisdiction.date(surroundings.now) }

    /// Sequences what is pending and closes the stores.
    public func close() async throws {
        try await sequencer.drain()
        for store in stores { try await store.close() }
    }
}

extension Installation: CustomStringConvertible, CustomReflectable {
    /// A name only: nothing of an installation belongs into a log.
    public var description: String { "Installation" }

    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}
