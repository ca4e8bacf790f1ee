import Foundation
public import Installation
public import Storage
import Synchronization

/// A PostgreSQL server of this test process, in a temporary folder, that ends with it.
///
/// `SIJILL_TEST_POSTGRESQL_BIN` names the folder of `initdb` and `postgres` where it is not Debian's.
public final class TestServer: Sendable {
    /// Which engine the registers' tests run on: `SIJILL_TEST_ENGINE` is `sqlite` (as when unset) or `postgresql`.
    public static let isEngineOfAllTests =
        ProcessInfo.processInfo.environment["SIJILL_TEST_ENGINE"]?.lowercased() == "postgresql"

    /// The server, started when first asked for; nil, with a line printed, where PostgreSQL is not installed.
    public static let shared: TestServer? = {
        guard isAvailable else {
            print("Skipped: PostgreSQL is not installed; run scripts/setup --tests.")
            return nil
        }
        do { return try TestServer() } catch {
            fatalError("the PostgreSQL server of the tests cannot be started: \(type(of: error))")
        }
    }()

    /// Whether there is a server to run against.
    public static var isAvailable: Bool { programs != nil }

    private static let programs: String? = {
        if let given = ProcessInfo.processInfo.environment["SIJILL_TEST_POSTGRESQL_BIN"] { return given }
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).sorted().last.map { "\(root)/\($0)/bin" }
    }()

    private let folder: String
    private let programs: String
    private let isDurable: Bool
    private let settings: [String]
    private let process = Mutex<Process?>(nil)
    private let lastDatabase = Mutex(0)

    /// A server of one test's own, which it may kill. Throws where PostgreSQL is not installed.
    ///
    /// - Parameters:
    ///   - isDurable: whether commits wait for the medium, as in earnest.
    ///   - settings: `name=value` for the server; `FOLDER` in it stands for its folder.
    ///   - prepare: what is put into the data folder before the server starts.
    public init(
        isDurable: Bool = false, settings: [String] = [], prepare: (_ folder: String) throws -> Void = { _ in }
    ) throws {
        guard let programs = Self.programs else { throw StorageError(.unavailable, "PostgreSQL is not installed") }
        self.programs = programs
        self.isDurable = isDurable
        folder = "/tmp/sijill-test-server-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if geteuid() == 0, let user = getpwnam("postgres") { chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) }
        let initialised = try Self.command(
            "\(programs)/initdb",
            [
                "-D", "\(folder)/data", "-A", "trust", "-U", "sijill", "-E", "UTF8", "--locale=C", "--no-sync",
                "--data-checksums",
            ])
        initialised.waitUntilExit()
        self.settings = settings.flatMap { [folder] in ["-c", $0.replacing("FOLDER", with: folder)] }
        try prepare(folder)
        if geteuid() == 0, let user = getpwnam("postgres") {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                chown("\(folder)/\(name)", user.pointee.pw_uid, user.pointee.pw_gid)
            }
        }
        try start()
        let folder = folder
        Self.atEnd { [weak self] in
            self?.stop(SIGQUIT)
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// Starts the postmaster, from a thread that stays: the server is ended when that thread is.
    public func start() throws {
        let (programs, folder, isDurable, settings) = (programs, folder, isDurable, settings)
        let started = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [self] in
            let made = try? Self.command(
                "\(programs)/postgres",
                [
                    "-D", "\(folder)/data", "-k", folder, "-h", "", "-c", "max_connections=400", "-c",
                    "shared_buffers=64MB", "-c", "log_min_messages=fatal",
                ] + (isDurable ? [] : ["-c", "fsync=off", "-c", "full_page_writes=off"]) + settings)
            process.withLock { $0 = made }
            started.signal()
            made?.waitUntilExit()
        }
        started.wait()
    }

    /// Ends the postmaster with a signal and waits until it is gone.
    public func stop(_ signal: Int32) {
        guard let running = process.withLock({ $0 }), running.isRunning else { return }
        kill(running.processIdentifier, signal)
        while running.isRunning { usleep(2000) }
    }

    /// Starts again after a kill: as often as it takes until nothing of the old server is in the way.
    public func restart() async throws {
        while true {
            try start()
            try await Task.sleep(for: .milliseconds(300))
            if process.withLock({ $0?.isRunning ?? false }) { break }
        }
        let store = PostgreSQLStore(try address("postgres"))
        _ = try await store.appliedMigrations()
        try await store.close()
    }

    /// Where the server keeps its files.
    public var dataFolder: String { "\(folder)/data" }

    /// Where the server's Unix socket is.
    public var socketFolder: String { folder }

    /// The address of a database of this server.
    public func address(_ database: String) throws -> PostgreSQLAddress { try PostgreSQLAddress(url: url(database)) }

    public func url(_ database: String) -> String {
        "postgresql:///\(database)?host=\(folder)&user=sijill"
    }

    public var server: PostgreSQLServer {
        get throws { PostgreSQLServer(try address("postgres"), patienceSeconds: 180) }
    }

    /// Carries SQL out as whoever administers the server would; returns false where one of its statements was refused.
    public func psql(_ sql: String, database: String = "postgres") throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(programs)/psql")
        process.arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url(database)]
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        input.fileHandleForWriting.write(Data(sql.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// An empty database of its own name.
    public func newDatabase(_ prefix: String = "test", from template: String = "template0") async throws -> String {
        let name = "\(prefix)_\(nextNumber())"
        _ = try await server.createDatabase(name, from: template)
        return name
    }

    func nextNumber() -> Int {
        lastDatabase.withLock { last in
            last += 1
            return last
        }
    }

    /// PostgreSQL refuses to run as root: its own user then runs it. It goes when the thread that started it goes.
    private static func command(_ path: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        let user = geteuid() == 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        process.arguments = user + ["--pdeathsig=QUIT", path] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private static let endings = Mutex<[@Sendable () -> Void]>([])

    private static func atEnd(_ ending: @escaping @Sendable () -> Void) {
        let isFirst = endings.withLock { endings in
            endings.append(ending)
            return endings.count == 1
        }
        if isFirst { atexit { TestServer.endings.withLock { for ending in $0 { ending() } } } }
    }
}

/// Three databases of one test; a later one takes them over.
public final class TestDatabases: Sendable {
    private let server: TestServer
    public let name: String

    /// Takes databases that an earlier test left and empties them, or makes new ones with the schema in them.
    public init(_ server: TestServer) async throws {
        self.server = server
        if let left = Self.left.withLock({ $0.popLast() }) {
            name = left
            try await empty()
            return
        }
        name = "installation_\(server.nextNumber())"
        for store in StoreLocation.names {
            _ = try await server.server.createDatabase(
                "\(name)_\(store)", from: try await Self.templates.value[store] ?? "template0")
        }
    }

    private static let left = Mutex<[String]>([])

    private func empty() async throws {
        for (store, migrations) in zip(StoreLocation.names, Installation.migrations) {
            let opened = PostgreSQLStore(
                try PostgreSQLAddress(url: url(store)), limits: PostgreSQLStore.Limits(connections: 1))
            try await opened.write { transaction in
                for table in migrations.flatMap(\.creates) {
                    try transaction.enqueue(Statement("empty.\(table.name)", "DELETE FROM \(table.name)"), [])
                }
            }
            try await opened.close()
        }
    }

    /// Databases brought up to date once, so that a test's own are copied instead of made.
    private static let templates = Task { () -> [String: String] in
        guard let server = TestServer.shared else { return [:] }
        var made: [String: String] = [:]
        for (store, migrations) in zip(StoreLocation.names, Installation.migrations) {
            let database = try await server.newDatabase("template_\(store)")
            let filling = PostgreSQLStore(try server.address(database))
            try await filling.migrate(migrations)
            try await filling.close()
            made[store] = database
        }
        return made
    }

    public func location(keys: String) throws -> StoreLocation {
        .servers(try StoreLocation.Servers(server: try server.address(name), keys: keys))
    }

    public func url(_ store: String) -> String { server.url("\(name)_\(store)") }

    deinit { Self.left.withLock { [name] in $0.append(name) } }
}
