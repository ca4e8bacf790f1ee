import Foundation
import RecordStore
import Synchronization
import TestMaterial
import TestSupport
import Testing

/// Workers of jobs, two at a time and each a process of its own, are killed without warning inside a job.
///
/// `SIJILL_WORKER_KILLS` and `SIJILL_WORKER_KILLS_POSTGRESQL` say how often (default 50 and 10), `SIJILL_SEED` repeats
/// the moments.
@Suite("A worker killed in a job", .serialized)
struct WorkerKillTests {
    @Test("every job has each of its effects once, in its own store and in another")
    func embedded() async throws {
        let folder = try TemporaryFolder()
        try await Self.killRepeatedly(
            FaultCount.of("SIJILL_WORKER_KILLS", 50), ["first", "second", "log"].map { "\(folder.path)/\($0).sqlite" })
    }

    @Test("the same holds on PostgreSQL", .enabled(if: TestServer.isAvailable))
    func postgreSQL() async throws {
        let server = try TestServer(isDurable: true)
        var places: [String] = []
        for _ in 0..<3 { places.append(server.url(try await server.newDatabase("workers"))) }
        try await Self.killRepeatedly(FaultCount.of("SIJILL_WORKER_KILLS_POSTGRESQL", 10), places)
        server.stop(SIGQUIT)
    }

    private static func killRepeatedly(_ kills: Int, _ places: [String]) async throws {
        let seed = FaultCount.seed()
        let jobs = try await CountedJobs(places)
        let work = Work(jobs)
        let started = ContinuousClock.now
        let counts = try await withThrowingTaskGroup(of: (inside: Int, started: Int).self) { group in
            for lane in 0..<2 {
                let share = (kills + lane) / 2
                group.addTask {
                    var random = SplitMix(state: seed &+ UInt64(lane))
                    var (inside, started) = (0, 0)
                    while inside < share, started < 10 * share + 10 {
                        try await work.leaveMore()
                        started += 1
                        if try await killOne(places, &random) { inside += 1 }
                    }
                    return (inside, started)
                }
            }
            return try await group.reduce((0, 0)) { ($0.0 + $1.inside, $0.1 + $1.started) }
        }
        try await jobs.runner().drain()
        let effects = try await jobs.effects()
        let total = await work.left
        let expected = (0..<total).flatMap { number in
            number.isMultiple(of: 2) ? ["here/\(number)"] : (0..<CountedJobs.steps).map { "there/\(number)/\($0)" }
        }
        #expect(counts.0 == kills, "\(counts.0) of \(counts.1) workers were killed inside a job")
        #expect(Set(effects.keys) == Set(expected), "an effect is missing, or nobody asked for it")
        #expect(effects.allSatisfy { $0.value == 1 }, "\(effects.filter { $0.value != 1 })")
        #expect(try await jobs.first.jobCounts().isEmpty)
        #expect(try await jobs.findings().isEmpty)
        try await jobs.close()
        print(
            "\(counts.0) workers killed in a job of \(counts.1) killed, \(total) jobs, \(effects.count) effects, "
                + "\(effects.values.count { $0 != 1 }) of them not once; \(ContinuousClock.now - started)")
    }

    /// Enough work that no worker comes to its end before it is killed.
    private actor Work {
        private let jobs: CountedJobs
        private(set) var left = 0

        init(_ jobs: CountedJobs) { self.jobs = jobs }

        func leaveMore() async throws {
            guard try await jobs.first.jobs(.open, limit: 30).count < 30 else { return }
            let numbers = left..<left + 40
            left += 40
            try await jobs.leave(numbers)
        }
    }

    /// Starts a worker and kills it at a random moment after one of its first jobs began; whether that was inside a job.
    private static func killOne(_ places: [String], _ random: inout SplitMix) async throws -> Bool {
        let said = Mutex("")
        let process = Process()
        process.executableURL = BuiltProgram.beside("JobWorker")
        process.arguments = places
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        let handle = output.fileHandleForReading
        try process.run()
        let isClosed = Mutex(false)
        let reader = Thread {
            while case let data = handle.availableData, !data.isEmpty {
                said.withLock { $0 += String(decoding: data, as: UTF8.self) }
            }
            isClosed.withLock { $0 = true }
        }
        reader.start()
        let begun = Int(random.next() % 4) + 1
        let end = ContinuousClock.now.advanced(by: .seconds(60))
        while said.withLock({ $0.components(separatedBy: "begins\n").count - 1 }) < begun, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(1))
        }
        try await Task.sleep(for: .microseconds(random.next() % 12_000))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        while !isClosed.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        let lines = said.withLock { $0.split(separator: "\n") }
        #expect(!lines.isEmpty, "a worker said nothing within a minute")
        return lines.last == "begins"
    }
}

/// How often a fault is done, and the seed of its moments, as `Tests/Faults/run` gives them.
enum FaultCount {
    static func of(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? usual
    }

    /// The seed given, or one by chance; printed, so that a run can be repeated.
    static func seed() -> UInt64 {
        let given = ProcessInfo.processInfo.environment["SIJILL_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 0...9_999_999)
        print("SIJILL_SEED=\(seed)")
        return seed
    }
}
