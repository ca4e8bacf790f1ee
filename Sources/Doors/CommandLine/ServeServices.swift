import Installation
import Logging
import RecordStore
import ServiceLifecycle
import Web

/// Brings audit leaves into the tree while the server runs, and once more when it stops.
struct SequencerService: Service, CustomStringConvertible {
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

/// Does the jobs that acts left for later, and leaves those of each day.
struct JobService: Service, CustomStringConvertible {
    let installation: Installation
    let logger: Logger

    var description: String { "jobs" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await scheduleDaily() }
                group.addTask {
                    await installation.jobRunner().run(
                        onOutcome: { log($0) },
                        onError: { error in
                            logger.error("no job could be taken", metadata: ["cause": "\(type(of: error))"])
                        })
                }
            }
        }
    }

    private func scheduleDaily() async {
        while !Task.isCancelled {
            do { try await installation.scheduleDailyJobs() } catch {
                logger.error("the day's jobs could not be left", metadata: ["cause": "\(type(of: error))"])
            }
            try? await Task.sleep(for: .seconds(600))
        }
    }

    private func log(_ outcome: JobRunner.Outcome) {
        switch outcome {
        case .done(let kind): logger.info("job done", metadata: ["kind": "\(kind)"])
        case .failed(let kind, let problem):
            logger.warning("job failed, will be tried again", metadata: ["kind": "\(kind)", "problem": "\(problem)"])
        case .died(let kind, let problem):
            logger.error("job failed for good", metadata: ["kind": "\(kind)", "problem": "\(problem)"])
        }
    }
}

/// Ends the readiness of a server that is to stop, and leaves balancers time to see it.
struct StopService: Service, CustomStringConvertible {
    let state: ServerState
    let drain: Duration

    var description: String { "stop" }

    func run() async throws {
        try await gracefulShutdown()
        state.stop()
        try await Task.sleep(for: drain)
    }
}
