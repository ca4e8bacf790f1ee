import ArgumentParser
import Foundation
import Installation
import Quantities
import RecordStore
import StrictJSON

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Shows the jobs that wait, and what becomes of those that failed for good.",
        subcommands: [List.self, Show.self, Resume.self, Drop.self, Drain.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists jobs, the oldest first: those that failed for good, then those that wait.",
            discussion: """
                One JSON object a line: store, job, kind, state (open or dead), underWay, attempts, enqueuedAt, dueAt, \
                stepsDone, stepsTotal, problem (a code). With --text columns for people. What a job is about is sealed \
                and not shown.

                EXAMPLES
                  sijill jobs list --dead --text --store ./store
                  sijill jobs list --kind answers.trim --store postgresql:///sijill --keys ./keys
                """)

        @OptionGroup var options: StoreOptions
        @Flag(help: "Only jobs that failed for good.") var dead = false
        @Option(help: "Only jobs of this kind.") var kind: String?
        @Flag(help: "Columns for people instead of JSON.") var text = false
        @Option(help: "At most so many of each store and state.") var limit = 1000

        func validate() throws {
            guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 100000") }
        }

        func run() async throws {
            try await options.withInstallation { installation in
                if text { Output.line(JobText.heading) }
                let states: [JobStanding.State] = dead ? [.dead] : [.dead, .open]
                for records in installation.jobStores {
                    for state in states {
                        for job in try await records.jobs(state, limit: limit) where kind ?? job.kind == job.kind {
                            Output.line(text ? JobText.line(job, records.name) : job.json(records.name).serialized())
                        }
                    }
                }
            }
            Output.flush()
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows how one job stands.",
            discussion: """
                A JSON object with the fields of `sijill jobs list`; the exit status is 1 when no store has the job, \
                because it is done or never was.

                EXAMPLES
                  sijill jobs show 01988c0e-0000-7000-8000-000000000000 --store ./store
                """)

        @Argument(help: "The job, as the list names it.") var job: String
        @OptionGroup var options: StoreOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let (records, standing) = try await JobsCommand.find(job, installation)
                Output.line(standing.json(records.name).serialized())
            }
            Output.flush()
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts jobs that failed for good back to work.",
            discussion: """
                Their tries are counted from the beginning. Prints a JSON object: resumed (how many).

                EXAMPLES
                  sijill jobs resume 01988c0e-0000-7000-8000-000000000000 --store ./store
                  sijill jobs resume --all --kind answers.trim --store ./store
                """)

        @Argument(help: "The jobs, as the list names them.") var jobs: [String] = []
        @Flag(help: "All that failed for good.") var all = false
        @Option(help: "With --all: only those of this kind.") var kind: String?
        @OptionGroup var options: StoreOptions

        func validate() throws { try JobsCommand.validate(jobs, all) }

        func run() async throws {
            let count = try await options.withInstallation { installation in
                try await JobsCommand.each(jobs, kind, all, installation) { records, id in
                    try await records.resumeJob(id, access: operatorAccess(.administration))
                }
            }
            Output.line(JSONValue.object(["resumed": .integer(Int64(count))]).serialized())
            Output.flush()
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes jobs that failed for good off the list without doing them.",
            discussion: """
                What they were to do is then not done. The act stands in the audit log. Prints a JSON object: dropped.

                EXAMPLES
                  sijill jobs drop 01988c0e-0000-7000-8000-000000000000 --store ./store
                """)

        @Argument(help: "The jobs, as the list names them.") var jobs: [String] = []
        @Flag(help: "All that failed for good.") var all = false
        @Option(help: "With --all: only those of this kind.") var kind: String?
        @OptionGroup var options: StoreOptions

        func validate() throws { try JobsCommand.validate(jobs, all) }

        func run() async throws {
            let count = try await options.withInstallation { installation in
                try await JobsCommand.each(jobs, kind, all, installation) { records, id in
                    try await records.dropJob(id, access: operatorAccess(.administration))
                }
            }
            Output.line(JSONValue.object(["dropped": .integer(Int64(count))]).serialized())
            Output.flush()
        }
    }

    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Does jobs until none is left, and stops.",
            discussion: """
                It may run beside servers, which do jobs as well. A job that fails is tried again after its pause, \
                until it is done or has failed for good; with --due only what is due now is done. Prints a JSON \
                object: done, failed (tries), dead. The exit status is 1 when a job failed for good.

                EXAMPLES
                  sijill jobs drain --store ./store
                  sijill jobs drain --due --store postgresql:///sijill --keys ./keys
                """)

        @Flag(help: "Do what is due now, wait for nothing.") var due = false
        @OptionGroup var options: StoreOptions

        func run() async throws {
            let counts = JobCounts()
            try await options.withInstallation { installation in
                try await installation.scheduleDailyJobs()
                try await installation.jobRunner().drain(dueOnly: due) { counts.add($0) }
            }
            let (done, failed, dead) = counts.values
            Output.line(
                JSONValue.object([
                    "done": .integer(done), "failed": .integer(failed), "dead": .integer(dead),
                ]).serialized())
            Output.flush()
            if dead > 0 { throw Refused("jobs: \(dead) failed for good: see `sijill jobs list --dead --text`") }
        }
    }

    private static func validate(_ jobs: [String], _ all: Bool) throws {
        guard jobs.isEmpty == all else { throw ValidationError("name the jobs, or give --all") }
    }

    /// The store in which a job lies. Throws `JobError` (`noSuchJob`).
    private static func find(
        _ id: String, _ installation: Installation
    ) async throws -> (records: RecordStore, standing: JobStanding) {
        for records in installation.jobStores {
            if let standing = try await records.job(id) { return (records, standing) }
        }
        throw JobError(.noSuchJob, "no store has the job \(id): it is done, or never was")
    }

    private static func each(
        _ jobs: [String], _ kind: String?, _ all: Bool, _ installation: Installation,
        _ act: (RecordStore, String) async throws -> Void
    ) async throws -> Int {
        for job in jobs { try await act(try await find(job, installation).records, job) }
        guard all else { return jobs.count }
        var count = 0
        for records in installation.jobStores {
            for job in try await records.jobs(.dead, limit: 100_000) where kind ?? job.kind == job.kind {
                try await act(records, job.id)
                count += 1
            }
        }
        return count
    }
}
