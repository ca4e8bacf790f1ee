import Configuration
import Foundation
import GalleryShards
import Installation
import RecordStore
import Storage
import StrictJSON

extension CountryOptions {
    func settings() async throws -> Settings { try await Settings(file: config) }

    func load() async throws -> Jurisdiction {
        try Jurisdiction(folder: try Jurisdiction.find(try await settings().text(jurisdiction, "jurisdiction")))
    }
}

extension StoreOptions {
    /// Where the stores are, from options, environment and file. Throws `Refused`, `StorageError`.
    func location() async throws -> StoreLocation {
        let settings = try await country.settings()
        let stores = StoreLocation.names.map { settings.text(nil, ConfigKey([$0, "store"])) }
        let named = settings.text(store, "store")
        if store == nil, !stores.allSatisfy({ $0 == nil }) {
            guard let population = stores[0], let social = stores[1], let log = stores[2] else {
                throw Refused("store: give population.store, social.store and log.store, or none of them")
            }
            return .servers(
                StoreLocation.Servers(
                    population: try PostgreSQLAddress(url: population), social: try PostgreSQLAddress(url: social),
                    log: try PostgreSQLAddress(url: log), keys: try keyFolder(settings), limits: limits(settings)))
        }
        guard let named, PostgreSQLAddress.isURL(named) else { return .folder(named ?? "store") }
        let address = try PostgreSQLAddress(url: named)
        if store != nil, address.hasPassword {
            throw Refused(
                "store: a password on the command line is seen by everybody on the machine: put it into the file that "
                    + "PGPASSFILE names, or the address into SIJILL_STORE")
        }
        return .servers(
            try StoreLocation.Servers(server: address, keys: try keyFolder(settings), limits: limits(settings)))
    }

    /// Where the gallery of fingers is and who searches it. Throws `GalleryShardsError`.
    func gallerySettings(_ location: StoreLocation) async throws -> EnrolmentGallery.Settings {
        let settings = try await country.settings()
        let addresses = (settings.text(matchers, "matchers") ?? "").split(separator: ",")
        return EnrolmentGallery.Settings(
            path: settings.text(gallery, "gallery") ?? "\(location.keyFolder)/gallery",
            matchers: try addresses.map { try MatcherAddress(String($0)) },
            threads: ProcessInfo.processInfo.activeProcessorCount)
    }

    private func keyFolder(_ settings: Settings) throws -> String {
        guard let folder = settings.text(keys, "keys") else {
            throw Refused("keys: name the folder of the key file with --keys: it is not kept in the database")
        }
        return folder
    }

    private func limits(_ settings: Settings) -> PostgreSQLStore.Limits {
        PostgreSQLStore.Limits(connections: settings.number(connections, "connections", default: 8))
    }

    /// Opens the store; whoever asks closes it.
    ///
    /// - Parameter isAsItStands: without work that an import left for the next start.
    func open(isAsItStands: Bool = false, damagedPages: DamagedPages = .refused) async throws -> Installation {
        let location = try await location()
        return try await Installation.open(
            at: location, jurisdiction: try await country.load(), gallery: try await gallerySettings(location),
            isAsItStands: isAsItStands, damagedPages: damagedPages)
    }

    /// Opens the store, does `work`, sequences what it logged and closes.
    func withInstallation<Result>(
        isAsItStands: Bool = false, damagedPages: DamagedPages = .refused,
        _ work: (Installation) async throws -> Result
    ) async throws -> Result {
        let installation = try await open(isAsItStands: isAsItStands, damagedPages: damagedPages)
        do {
            let result = try await work(installation)
            try await installation.close()
            return result
        } catch {
            try? await installation.close()
            throw error
        }
    }
}

/// Whoever runs the command on this machine.
func operatorAccess(_ purpose: Purpose) -> Access {
    Access(actor: Actor(kind: .operator, id: NSUserName()), purpose: purpose, legalBasis: .publicTask)
}

/// The bytes of a file, or of standard input for `-`. Throws `Refused`.
func readInput(_ path: String, most: Int) throws -> [UInt8] {
    let handle: FileHandle
    if path == "-" {
        handle = .standardInput
    } else {
        guard let opened = FileHandle(forReadingAtPath: path) else { throw Refused("\(path): the file cannot be read") }
        handle = opened
    }
    var bytes: [UInt8] = []
    while let chunk = try? handle.read(upToCount: 1 << 20), !chunk.isEmpty {
        bytes += chunk
        guard bytes.count <= most else { throw Refused("\(path): it has more than \(most) bytes") }
    }
    return bytes
}

/// One JSON document of at most a megabyte. Throws `Refused` or `JSONError`.
func readDocument(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: try readInput(path, most: 1 << 20))
}
