import ArgumentParser
import Configuration
import Foundation
import Installation
import Logging
import NIOCore
import PopulationRegister
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
            addresses for people and, in a demonstration, sign-ins go to standard error. SIGTERM and SIGINT stop it: it \
            is no longer ready, running requests are answered, waiting leaves go into the log, and the exit status is 0; \
            1 when that took longer than --stop-seconds.

            /healthz, /readyz and /metrics (Prometheus) are for whoever watches over it; metrics are told to this \
            machine only, unless --public-metrics is given.

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
    @Option(help: "How a line of the log is written: text or json. (SIJILL_LOG_FORMAT; default: text)")
    var logFormat: String?
    @Option(help: "How long a request may wait for its stores. (SIJILL_PATIENCE_SECONDS; default: 5)")
    var patienceSeconds: Int?
    @Option(help: "How long stopping may take. (SIJILL_STOP_SECONDS; default: 30)") var stopSeconds: Int?
    @Option(
        help: """
            How long, when it is stopped, the server still takes requests while /readyz tells balancers to go \
            elsewhere. (SIJILL_DRAIN_SECONDS; default: 0)
            """) var drainSeconds: Int?
    @Flag(help: "Other machines may read /metrics. (SIJILL_PUBLIC_METRICS)") var publicMetrics = false

    func validate() throws {
        guard (0...65_535).contains(port ?? 0) else { throw ValidationError("--port must be from 0 to 65535") }
        guard (1...100_000).contains(households) else {
            throw ValidationError("--households must be from 1 to 100000")
        }
        for (name, value) in [("patience", patienceSeconds), ("stop", stopSeconds), ("drain", drainSeconds)] {
            guard ((name == "drain" ? 0 : 1)...3600).contains(value ?? 1) else {
                throw ValidationError("--\(name)-seconds must be at most 3600")
            }
        }
    }

    func run() async throws {
        let settings = try await options.country.settings()
        let logger = try Self.logger(
            settings.text(logLevel, "logLevel", default: "info"),
            format: settings.text(logFormat, "logFormat", default: "text"))
        let configuration = WebConfiguration(
            host: settings.text(host, "host", default: "127.0.0.1"), port: settings.number(port, "port", default: 8080),
            isSecureCookie: try settings.isOn(secureCookie, "secureCookie"),
            storePatienceSeconds: Double(settings.number(patienceSeconds, "patienceSeconds", default: 5)),
            areMetricsPublic: try settings.isOn(publicMetrics, "publicMetrics"), logger: logger)
        let stop = Duration.seconds(settings.number(stopSeconds, "stopSeconds", default: 30))
        let drain = Duration.seconds(settings.number(drainSeconds, "drainSeconds", default: 0))
        let jurisdiction = try await options.country.load()
        let location = try await options.location()
        let shown = try await prepareDemonstration(location, jurisdiction)
        let installation = try await Installation.open(
            at: location, jurisdiction: jurisdiction, reader: try reader(),
            gallery: try await options.gallerySettings(location))
        let state = ServerState()
        let web = try buildApplication(installation: installation, configuration: configuration, state: state) { port in
            Self.announce("http://\(configuration.host):\(port)", shown)
        }
        state.sequences()
        var services = ServiceGroupConfiguration(
            services: [
                .init(service: SequencerService(installation: installation, logger: logger)),
                .init(service: JobService(installation: installation, logger: logger)),
                .init(service: web),
                // They stop from the last to the first: the server says that it stops before it does.
                .init(service: StopService(state: state, drain: drain)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        services.maximumGracefulShutdownDuration = stop
        do {
            try await ServiceGroup(configuration: services).run()
        } catch is CancellationError {
            try? await installation.close()
            throw Refused("stop: requests were still running after \(stop): they were ended unanswered")
        } catch let error as IOError {
            try? await installation.close()
            throw Refused("port: the server cannot listen on \(configuration.host):\(configuration.port): \(error)")
        }
        try await installation.close()
    }

    /// The network where its model is there, the classical extractor otherwise.
    private func reader() throws -> FingerReader {
        do { return FingerReader(network: try FingerModel.network()) } catch {
            throw Refused("model: \(error)")
        }
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

    private static func logger(_ level: String, format: String) throws -> Logger {
        guard let level = Logger.Level(rawValue: level) else {
            throw Refused("log-level: give one of: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard format == "text" || format == "json" else { throw Refused("log-format: give text or json") }
        var logger = Logger(
            label: "sijill",
            factory: { label in
                if format == "json" { return JSONLogHandler(label: label) }
                return StreamLogHandler.standardError(label: label, metadataProvider: nil)
            })
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
