import PopulationRegister
public import RecordStore
import SocialRegister
public import Storage

/// Whether an installation can serve: what is wrong, in words without a personal value; nothing where it can.
public struct Readiness: Sendable {
    public var problems: [String: String] = [:]
    public var isReady: Bool { problems.isEmpty }
}

extension Installation {
    /// How long the sequencer may go without coming to the end of the pending lists.
    public static let longestBacklog = Duration.seconds(60)

    /// Asks each store for its migrations, and the sequencer when it was last done.
    ///
    /// - Parameter isSequencing: whether this process runs the sequencer, so that its silence is a fault.
    public func readiness(isSequencing: Bool) async -> Readiness {
        var readiness = Readiness()
        for ((name, store), migrations) in zip(zip(StoreLocation.names, stores), Self.migrations) {
            do {
                let applied = try await store.appliedMigrations()
                // One that a newer program has brought further is read and written as before.
                if !Set(applied).isSuperset(of: migrations.map(\.number)) {
                    readiness.problems[name] = "it lacks migrations of this program"
                }
            } catch {
                readiness.problems[name] = "it does not answer"
            }
        }
        let silence = sequencer.sinceDrained
        if isSequencing, silence.map({ $0 > Self.longestBacklog }) ?? false {
            readiness.problems["sequencer"] = "audit leaves are not brought into the log"
        }
        return readiness
    }

    /// What each store has done since it was opened.
    public var storeStatistics: [(store: String, statistics: StoreStatistics)] {
        zip(StoreLocation.names, stores).map { ($0, $1.statistics) }
    }

    // MARK: Jobs

    /// The stores in which jobs lie.
    public var jobStores: [RecordStore] { [populationRecords, socialRecords] }

    /// What this program does with jobs, by kind.
    public var jobHandlers: [String: JobHandler] {
        let (population, social) = (population, social)
        let access = Access(
            actor: Actor(kind: .service, id: "jobs"), purpose: .administration, legalBasis: .publicTask)
        return [
            PopulationRegister.sectorFollowKind: .steps { run in
                guard let person = run.content["person"],
                    let standing = try await population.sectorStanding(of: person, access: access)
                else { return }
                try await social.follow(standing, access: access)
            },
            JobHandler.trimAnswersKind: .trimAnswers(),
            PopulationRegister.printSearchKind: .steps { run in
                guard let application = run.content["application"] else { return }
                try await population.searchPrintsAgain(application)
            },
        ]
    }

    /// Does the jobs of all stores.
    public func jobRunner(policy: JobPolicy = JobPolicy()) -> JobRunner {
        JobRunner(stores: jobStores, handlers: jobHandlers, policy: policy)
    }

    /// Leaves the jobs that are done each day, where they are not left yet.
    public func scheduleDailyJobs() async throws {
        for records in jobStores { try await records.scheduleTrimming(day: try today()) }
    }
}
