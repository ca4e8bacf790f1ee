import Foundation
import RecordStore
public import Storage
import Vault

/// Where an installation keeps its three stores and the key to them.
public enum StoreLocation: Sendable {
    /// The embedded store: three SQLite files and the key file in one folder.
    case folder(String)
    /// Three PostgreSQL databases, and the folder of the key file.
    case servers(Servers)

    public struct Servers: Sendable {
        public let population: PostgreSQLAddress
        public let social: PostgreSQLAddress
        public let log: PostgreSQLAddress
        public let keys: String
        public var limits: PostgreSQLStore.Limits

        /// - Parameter keys: the folder of `master.key`; it is kept apart from the databases and from their backups.
        public init(
            population: PostgreSQLAddress, social: PostgreSQLAddress, log: PostgreSQLAddress, keys: String,
            limits: PostgreSQLStore.Limits = PostgreSQLStore.Limits()
        ) {
            self.population = population
            self.social = social
            self.log = log
            self.keys = keys
            self.limits = limits
        }

        /// The databases of one server: its name with `_population`, `_social` and `_log`.
        ///
        /// Throws `StorageError` (`unavailable`) for an address that names no database.
        public init(
            server: PostgreSQLAddress, keys: String, limits: PostgreSQLStore.Limits = PostgreSQLStore.Limits()
        ) throws(StorageError) {
            guard let name = server.database else {
                throw StorageError(.unavailable, "the address of the store names no database: end it with /sijill")
            }
            self.init(
                population: server.with(database: "\(name)_population"),
                social: server.with(database: "\(name)_social"),
                log: server.with(database: "\(name)_log"), keys: keys, limits: limits)
        }

        public var addresses: [PostgreSQLAddress] { [population, social, log] }
    }

    public static let names = ["population", "social", "log"]

    /// The folder of the key file, and of the mark of a demonstration.
    public var keyFolder: String {
        switch self {
        case .folder(let path): path
        case .servers(let servers): servers.keys
        }
    }

    /// Whether a text names a server instead of a folder.
    public static func isServer(_ text: String) -> Bool { PostgreSQLAddress.isURL(text) }

    /// What an embedded store lacks; nothing for databases, which say themselves when they are not there.
    public var missingFiles: [String] {
        guard case .folder(let directory) = self else { return [] }
        return (Self.names.map { "\($0).sqlite" } + ["master.key"]).filter {
            !FileManager.default.fileExists(atPath: "\(directory)/\($0)")
        }
    }

    /// What of an embedded store's files is not what was written, read before anything opens them; nothing for databases,
    /// whose server reads its files itself.
    public var faults: [(store: String, fault: SQLiteFile.Fault)] {
        guard case .folder(let directory) = self else { return [] }
        return Self.names.flatMap { name in
            SQLiteFile("\(directory)/\(name).sqlite").faults.map { (name, $0) }
        }
    }

    /// The three stores as they are: no key is asked for and no schema changed.
    func connect(damagedPages: DamagedPages = .refused) throws -> [any Store] {
        switch self {
        case .folder(let directory):
            try Self.names.map { try SQLiteStore(path: "\(directory)/\($0).sqlite", damagedPages: damagedPages) }
        case .servers(let servers): servers.addresses.map { PostgreSQLStore($0, limits: servers.limits) }
        }
    }

    /// Makes what an installation opens: the folder, or databases that are not there yet. Returns the names made.
    ///
    /// - Parameter maintenance: a database of the server that exists, to ask from. Throws `StorageError`.
    public func create(maintenance: String = "postgres") async throws -> [String] {
        guard case .servers(let servers) = self else { return [] }
        var made: [String] = []
        for address in servers.addresses {
            guard let name = address.database else {
                throw StorageError(.unavailable, "the address of a store names no database")
            }
            let server = PostgreSQLServer(address.with(database: maintenance))
            if try await server.createDatabase(name) { made.append(name) }
        }
        return made
    }

    /// Opens the three stores, and the key that belongs to them.
    ///
    /// A key is made only when no store holds anything. Throws `StorageError`, `VaultError`.
    func open(damagedPages: DamagedPages = .refused) async throws -> (stores: [any Store], master: MasterKey) {
        do {
            try FileManager.default.createDirectory(
                atPath: keyFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StorageError(.unavailable, "the store's folder cannot be made")
        }
        let keyPath = "\(keyFolder)/master.key"
        switch self {
        case .folder(let directory):
            try Self.confirmComplete(directory)
            let master = try MasterKey.loadOrCreate(path: keyPath)
            return (try connect(damagedPages: damagedPages), master)
        case .servers(let servers):
            let stores = servers.addresses.map { PostgreSQLStore($0, limits: servers.limits) }
            do {
                try await Self.confirmComplete(stores, hasKey: FileManager.default.fileExists(atPath: keyPath))
                return (stores, try MasterKey.loadOrCreate(path: keyPath))
            } catch {
                for store in stores { try? await store.close() }
                throw error
            }
        }
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

    /// The same for databases, which exist before anything is in them: what counts is whether a key was ever used.
    private static func confirmComplete(_ stores: [PostgreSQLStore], hasKey: Bool) async throws {
        var isMade: [Bool] = []
        for store in stores { isMade.append(try await RecordStore.isMade(store)) }
        if !hasKey, isMade.contains(true) {
            throw VaultError(.keyFile, "the store's key file is missing: put back the copy kept apart")
        }
        if isMade[2], let missing = zip(names, isMade).first(where: { !$0.1 }) {
            throw StorageError(.unavailable, "the \(missing.0) database is empty: restore it from a backup")
        }
    }
}
