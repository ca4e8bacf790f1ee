import Agency
import Foundation
import Installation
import InventedFingers
import Logging
import PopulationRegister
import Quantities
import RecordStore
import ServiceLifecycle
import StrictJSON
import Synchronization
import TestMaterial
import Testing

@testable import Web

/// Where things lie beside the tests.
enum Place {
    static let root: URL = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// The only country beside the sources.
    static let country: String = {
        let folder = root.appending(path: "Jurisdictions")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let found = names.sorted().first {
            FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/country.yaml").path)
        }
        return folder.appending(path: found ?? "").path
    }()

    static let jurisdiction = Result { try Jurisdiction(folder: country) }

    /// Lines of a file of the shared data; nil, with a message, where it is absent.
    static func sharedLines(_ path: String, _ count: Int) -> [JSONValue]? {
        SharedFolder.lines(path, neededFor: "the reference households")?.prefix(count)
            .compactMap { try? JSONValue(parsing: $0) }
    }
}

/// Everything that is logged, as text.
final class CapturedLog: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func append(_ line: String) { kept.withLock { $0.append(line) } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            log.append("\(event.level) \(event.message) \(all)")
        }
    }
}

/// A real server on a port of its own, over stores in a folder of its own.
struct RunningServer: Sendable {
    static let agent = (name: "agent.salma", password: "correct horse agent")
    static let reviewer = (name: "reviewer.omar", password: "correct horse reviewer")
    static let both = (name: "chief.zineb", password: "correct horse chief")

    let installation: Installation
    let client: Client
    let log: CapturedLog
    let folder: String

    /// Starts a server, waits until it listens, and stops it after `body`.
    static func run(
        isDemonstration: Bool = true, configure: (inout WebConfiguration) -> Void = { _ in },
        _ body: @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sijill-web-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        if isDemonstration {
            _ = FileManager.default.createFile(atPath: "\(folder)/\(Installation.demonstrationMark)", contents: nil)
        }
        let installation = try await Installation.open(
            directory: folder, jurisdiction: try Place.jurisdiction.get(), surroundings: fixedDay(),
            reader: FingerReader(decoder: BuiltProgram.decoder))
        for (staff, roles) in [(agent, [Role.agent]), (reviewer, [.reviewer]), (both, [.agent, .reviewer])] {
            _ = try await installation.agency.addStaff(
                name: staff.name, password: staff.password, roles: Set(roles),
                access: Access(
                    actor: Actor(kind: .operator, id: "test"), purpose: .administration, legalBasis: .publicTask))
        }
        let log = CapturedLog()
        var configuration = WebConfiguration(port: 0, isSecureCookie: false, logger: log.logger)
        configure(&configuration)
        let (ports, found) = AsyncStream<Int>.makeStream()
        let application = try buildApplication(installation: installation, configuration: configuration) { port in
            found.yield(port)
        }
        let services = ServiceGroup(services: [application], logger: Logger(label: "services"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            var ports = ports.makeAsyncIterator()
            let port = try #require(await ports.next())
            do {
                try await body(
                    RunningServer(
                        installation: installation, client: Client(port: port), log: log, folder: folder))
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
        try await installation.close()
    }

    /// A day on which all rules of the data are in force; time passes from there.
    static func fixedDay() -> Surroundings {
        let system = Surroundings.system()
        let began = system.now.millisecondsSinceEpoch
        let start = Int64(1_796_115_600_000)
        return Surroundings(
            clock: { Instant(millisecondsSinceEpoch: start + system.now.millisecondsSinceEpoch - began) },
            random: { system.randomBytes($0) })
    }

    /// A browser in which a member of the staff has signed in.
    func browser(_ staff: (name: String, password: String), _ language: String) async throws -> PlainBrowser {
        let browser = PlainBrowser(client, language: language)
        let door = try await browser.get("/staff/sign-in")
        _ = try await browser.post(
            "/staff/sign-in", from: door, [("name", staff.name), ("password", staff.password)])
        return browser
    }

    func token(_ staff: (name: String, password: String)) async throws -> String {
        let answer = try await client.json(
            .post, "/api/v1/staff/sessions", ["name": .string(staff.name), "password": .string(staff.password)])
        return try #require(answer.json["token"]?.string)
    }
}
