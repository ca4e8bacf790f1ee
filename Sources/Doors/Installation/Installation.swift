public import Agency
import Foundation
public import GalleryShards
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
    let stores: [any Store]
    let populationRecords: RecordStore
    let socialRecords: RecordStore

    /// Every catalogue of the program, for the lint.
    public static let catalogues: [Catalogue] = [
        RecordStore.catalogue, PopulationRegister.catalogue, Agency.catalogue, Outreach.catalogue,
        SocialRegister.catalogue, Programmes.catalogue, LogStore.catalogue,
    ]

    /// Opens the embedded store in a folder, making folder, key file and databases at the first start.
    ///
    /// The folder is readable by its owner only. Throws `StorageError`, `VaultError`, `RecordError`.
    public static func open(
        directory: String, jurisdiction: Jurisdiction, surroundings: Surroundings = .system(),
        reader: FingerReader = FingerReader()
    ) async throws -> Installation {
        try await open(
            at: .folder(directory), jurisdiction: jurisdiction, surroundings: surroundings, reader: reader)
    }

    /// Opens the stores wherever they are, and brings their schemas up to date.
    ///
    /// - Parameters:
    ///   - reader: what finds minutiae in images of fingers.
    ///   - gallery: where the gallery of fingers is and who searches it; by default beside the key file, and this
    ///     process.
    ///   - isAsItStands: leaves undone what an import left for the next start, such as the lists of the search.
    ///   - damagedPages: whether an embedded store gives what stands in a page that the medium damaged.
    /// Throws `StorageError`, `VaultError`, `RecordError`.
    public static func open(
        at location: StoreLocation, jurisdiction: Jurisdiction, surroundings: Surroundings = .system(),
        reader: FingerReader = FingerReader(), gallery: EnrolmentGallery.Settings? = nil, isAsItStands: Bool = false,
        damagedPages: DamagedPages = .refused
    ) async throws -> Installation {
        let (stores, master) = try await location.open(damagedPages: damagedPages)
        do {
            let population = try await RecordStore(
                name: "population", store: stores[0], vault: StoreVault(master, store: "population"),
                migrations: populationMigrations, derived: PopulationRegister.derivedRows, surroundings: surroundings)
            let social = try await RecordStore(
                name: "social", store: stores[1], vault: StoreVault(master, store: "social"),
                migrations: socialMigrations, surroundings: surroundings)
            let log = try await LogStore(
                store: stores[2], vault: StoreVault(master, store: "log"), origin: jurisdiction.logOrigin,
                surroundings: surroundings)
            let mark = "\(location.keyFolder)/\(demonstrationMark)"
            let installation = try Installation(
                jurisdiction: jurisdiction, surroundings: surroundings, populationRecords: population,
                socialRecords: social, log: log, stores: stores, reader: reader,
                gallery: EnrolmentGallery(
                    gallery ?? EnrolmentGallery.Settings(path: "\(location.keyFolder)/gallery"),
                    key: StoreVault(master, store: "gallery").key("templates")),
                isDemonstration: FileManager.default.fileExists(atPath: mark))
            if !isAsItStands { try await installation.population.completeCandidateLists() }
            return installation
        } catch {
            for store in stores { try? await store.close() }
            throw error
        }
    }

    /// The migrations of each store, in the order of `StoreLocation.names`.
    public static let migrations: [[Migration]] = [
        RecordStore.migrations(with: populationMigrations), RecordStore.migrations(with: socialMigrations),
        LogStore.migrations,
    ]

    /// The tables of each store, in the order of `StoreLocation.names`.
    public static let tables: [[Table]] = migrations.map { $0.flatMap(\.creates) + [SchemaHistory.table] }

    /// Brings the schemas of the three stores up to date, and says by number what each had and what was applied.
    ///
    /// Neither a key nor the country is needed. Throws `StorageError` (`schema`) for a store newer than this program.
    public static func migrate(
        at location: StoreLocation
    ) async throws -> [(store: String, before: [Int], applied: [Int])] {
        var outcome: [(store: String, before: [Int], applied: [Int])] = []
        for (index, store) in try location.connect().enumerated() {
            let before = try await store.appliedMigrations()
            try await store.migrate(migrations[index])
            let applied = try await store.appliedMigrations().filter { !before.contains($0) }
            outcome.append((StoreLocation.names[index], before, applied))
            try await store.close()
        }
        return outcome
    }

    /// What the engines themselves report: damaged pages, settings under which an answered act could be lost.
    public func engineProblems() async throws -> [(store: String, problem: String)] {
        var found: [(store: String, problem: String)] = []
        for (name, store) in zip(StoreLocation.names, stores) {
            found += try await store.engineProblems().map { (name, $0) }
        }
        return found
    }

    /// What the engines could do for the stores and do not, and how to change that.
    public func engineAdvice() async throws -> [(store: String, advice: String)] {
        var found: [(store: String, advice: String)] = []
        for (name, store) in zip(StoreLocation.names, stores) {
            found += try await store.engineAdvice().map { (name, $0) }
        }
        return found
    }

    /// Gives the pages of embedded stores of older days their sums; says which stores got them. Throws `StorageError`.
    public static func addPageSums(at location: StoreLocation) async throws -> [String] {
        var changed: [String] = []
        for (name, store) in zip(StoreLocation.names, try location.connect()) {
            if let store = store as? SQLiteStore, try await store.addPageSums() { changed.append(name) }
            try await store.close()
        }
        return changed
    }

    private static let populationMigrations =
        PopulationRegister.migrations + Agency.migrations + Outreach.migrations
    private static let socialMigrations = SocialRegister.migrations + Programmes.migrations

    private init(
        jurisdiction: Jurisdiction, surroundings: Surroundings, populationRecords: RecordStore,
        socialRecords: RecordStore, log: LogStore, stores: [any Store], reader: FingerReader,
        gallery: EnrolmentGallery, isDemonstration: Bool
    ) throws {
        self.jurisdiction = jurisdiction
        self.surroundings = surroundings
        self.stores = stores
        self.populationRecords = populationRecords
        self.socialRecords = socialRecords
        self.log = log
        self.isDemonstration = isDemonstration
        population = try PopulationRegister(
            records: populationRecords, rules: jurisdiction.population, reader: reader, gallery: gallery)
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
