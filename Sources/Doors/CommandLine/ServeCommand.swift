import ArgumentParser
import Configuration
import Foundation
import Installation
import Logging
import NIOCore
import RecordStore
import ServiceLifecycle
import StrictJSON
import UnixSignals
import Web

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the pages and the JSON interface over the stores.",
        discussion: """
            An embedded store is made when absent; PostgreSQL's databases are made by `sijill store create`. With --demonstration it is a store of invented households, made once, and \
            every page says so. Once the server listens, a JSON object with its address goes to standard output; \
            addresses for people and, in a demonstration, sign-ins go to standard error. SIGTERM and SIGINT stop it: \
            running requests are answered first.

            Put a proxy with TLS in front, and keep cookies on TLS with --secure-cookie.

            EXAMPLES
              sijill serve --demonstration --store demonstration
              sijill serve --store ./store --host 127.0.0.1 --port 8080 --secure-cookie
              PGPASSFILE=pgpass sijill serve --store postgresql://a.example,b.example/sijill --keys ./keys
            """)

    @OptionGroup var options: StoreOptions
    @Option(help: "The address to listen on. (SIJILL_HOST; default: 127.0.0.1)") var host: String?
    @Option(help: "The port; 0 lets the machine choose. (SIJILL_PORT; default: 8080)") var port: Int?
    @Flag(help: "Serve a demonstration of invented households.") var demonstration = false
    @Option(help: "How many households a new demonstration has.") var households = 300
    @Flag(help: "Cookies travel over TLS only. (SIJILL_SECURE_COOKIE)") var secureCookie = false
    @Option(help: "What is logged: debug, info, notice, warning, error. (SIJILL_LOG_LEVEL; default: info)")
    var logLevel: String?

    func validate() throws {
        guard (0...65_535).contains(port ?? 0) else { throw ValidationError("--port must be from 0 to 65535") }
        guard (1...100_000).contains(households) else {
            throw ValidationError("--households must be from 1 to 100000")
        }
    }

    func run() async throws {
        let settings = try await options.country.settings()
        let logger = try Self.logger(settings.text(logLevel, "logLevel", default: "info"))
        let configuration = WebConfiguration(
            host: settings.text(host, "host", default: "127.0.0.1"), port: settings.number(port, "port", default: 8080),
            isSecureCookie: try settings.isOn(secureCookie, "secureCookie"), logger: logger)
        let jurisdiction = try await options.country.load()
        let location = try await options.location()
        let shown = try await prepareDemonstration(location, jurisdiction)
        let installation = try await Installation.open(at: location, jurisdiction: jurisdiction)
        let web = try buildApplication(installation: installation, configuration: configuration) { port in
            Self.announce("http://\(configuration.host):\(port)", shown)
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: SequencerService(installation: installation, logger: logger)),
                    .init(service: web),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch let error as IOError {
            try? await installation.close()
            throw Refused("port: the server cannot listen on \(configuration.host):\(configuration.port): \(error)")
        }
        try await installation.close()
    }

    private func prepareDemonstration(
        _ location: StoreLocation, _ jurisdiction: Jurisdiction
    ) async throws -> Demonstration? {
        guard demonstration else { return nil }
        let bar = ProgressBar("inventing households", total: households)
        let made = try await Demonstration.prepare(
            at: location, households: households, jurisdiction: jurisdiction, progress: { bar.show($0) })
        bar.finish()
        return made
    }

    private static func logger(_ level: String) throws -> Logger {
        guard let level = Logger.Level(rawValue: level) else {
            throw Refused("log-level: give one of: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var logger = Logger(
            label: "sijill", factory: { StreamLogHandler.standardError(label: $0, metadataProvider: nil) })
        logger.logLevel = level
        return logger
    }

    private static func announce(_ address: String, _ demonstration: Demonstration?) {
        Output.line(JSONValue.object(["listening": .string(address)]).serialized())
        Output.flush()
        Output.complain("Sijill listens on \(address)")
        guard let demonstration else { return }
        Output.complain("This is a demonstration: nobody in it exists.")
        for signIn in demonstration.signIns {
            Output.complain(
                "  \(address)/staff/sign-in      name \(signIn.name), password \(signIn.password)")
        }
        for resident in demonstration.residents {
            Output.complain("  \(address)/resident/sign-in   civil number \(resident)")
        }
        Output.complain("  \(address)/demonstration/outbox   shows the one-time codes")
    }
}

/// Brings audit leaves into the tree while the server runs, and once more when it stops.
private struct SequencerService: Service, CustomStringConvertible {
    let installation: Installation
    let logger: Logger

    /// What a service group writes into its log: a name, not the installation.
    var description: String { "sequencer" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await installation.sequencer.run { error in
                logger.error("the log could not be brought up to date", metadata: ["cause": "\(type(of: error))"])
            }
        }
    }
}
