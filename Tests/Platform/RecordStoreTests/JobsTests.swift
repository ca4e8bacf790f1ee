import Quantities
import Storage
import Synchronization
import TestSupport
import Testing

@testable import RecordStore

/// What acts leave for later, on each engine.
@Suite("Jobs")
struct JobsTests {
    struct Failure: Error {}

    @Test("an act that throws leaves no job, one that ends leaves it once and sealed", arguments: TwoStores.engines)
    func leftWithItsAct(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        await #expect(throws: Failure.self) {
            try await two.first.perform("job.leave", access: Staff.agent) { transaction in
                try transaction.enqueue(NewJob("note"))
                throw Failure()
            }
        }
        #expect(try await two.first.jobCounts().isEmpty)
        let id = try await two.leave("note", ["person": "planted-value"], name: "note/one")
        #expect(try await two.leave("note", name: "note/one") == id)
        #expect(try await two.first.jobs(.open).map(\.id) == ["note/one"])
        let rows = try await two.stores[0].read { try $0.query(JobTables.job.selectAll, []) }
        guard case .blob(let bytes)? = rows.first?["content"] else { throw Failure() }
        #expect(!String(decoding: bytes, as: UTF8.self).contains("planted-value"))
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }

    @Test("the effect and the job's end are one transaction", arguments: TwoStores.engines)
    func effectOnce(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        try await two.leave("note", ["person": "p1"], name: "note/one")
        let runner = two.runner(["note": .here { try TwoStores.insert($1["person"] ?? "", in: $0) }])
        #expect(try await runner.runOne() == .done(kind: "note"))
        #expect(try await runner.runOne() == nil)
        #expect(try await two.effects() == 1)
        // The name is not used again.
        try await two.leave("note", ["person": "p2"], name: "note/one")
        #expect(try await runner.drain() == 0)
        #expect(try await two.effects() == 1)
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }

    @Test(
        "a job that fails is tried again after growing pauses, then waits for a person who resumes or drops it",
        arguments: TwoStores.engines)
    func deadLetters(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        for person in ["p1", "p2"] { try await two.leave("note", ["person": person]) }
        let fails = two.runner(["note": .here { _, _ in throw StorageError(.medium, "no room for planted-value") }])
        #expect(try await fails.runOne() == .failed(kind: "note", problem: "medium"))
        #expect(try await fails.runOne() == .failed(kind: "note", problem: "medium"))
        #expect(try await fails.runOne() == nil, "the pause is not over")
        two.clock.advance(seconds: 3)
        _ = try await (fails.runOne(), fails.runOne())
        two.clock.advance(seconds: 1)
        #expect(try await fails.runOne() == nil, "the second pause is longer")
        two.clock.advance(seconds: 5)
        #expect(try await fails.runOne() == .died(kind: "note", problem: "medium"))
        #expect(try await fails.runOne() == .died(kind: "note", problem: "medium"))
        two.clock.advance(seconds: 36_000)
        #expect(try await fails.runOne() == nil)
        let dead = try await two.first.jobs(.dead)
        #expect(dead.map(\.attempts) == [3, 3])
        #expect(dead.allSatisfy { $0.problem == "medium" && !$0.isUnderWay })

        try await two.first.resumeJob(dead[0].id, access: Staff.operatorAccess)
        try await two.first.dropJob(dead[1].id, access: Staff.operatorAccess)
        let refused = await #expect(throws: JobError.self) {
            try await two.first.dropJob(dead[0].id, access: Staff.operatorAccess)
        }
        #expect(refused?.code == .notDead)
        let gone = await #expect(throws: JobError.self) {
            try await two.first.resumeJob(dead[1].id, access: Staff.operatorAccess)
        }
        #expect(gone?.code == .noSuchJob)
        let works = two.runner(["note": .here { try TwoStores.insert($1["person"] ?? "", in: $0) }])
        #expect(try await works.drain() == 1)
        #expect(try await two.effects() == 1)
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }

    @Test("pauses double up to the longest, and never are all of the same length")
    func pauses() {
        let policy = JobPolicy(firstPauseSeconds: 2, longestPauseSeconds: 60)
        #expect(
            [1, 2, 3, 4, 5, 6, 60].map { policy.pauseMilliseconds(after: $0, chance: 1) / 1000 } == [
                2, 4, 8, 16, 32, 60, 60,
            ])
        #expect(policy.pauseMilliseconds(after: 1, chance: 0) == 1000)
    }

    @Test(
        "the job of a worker that was killed is taken over after its time, and the first can then end nothing",
        arguments: TwoStores.engines)
    func workerKilled(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        try await two.leave("note", ["person": "p1"])
        let taken = try #require(try await two.first.takeJob(TwoStores.policy))
        let runner = two.runner(["note": .here { try TwoStores.insert($1["person"] ?? "", in: $0) }])
        #expect(try await runner.runOne() == nil, "it is under way")
        two.clock.advance(seconds: 31)
        #expect(try await runner.runOne() == .done(kind: "note"))
        let late = await #expect(throws: JobError.self) {
            try await two.first.finishJob(taken, access: Staff.operatorAccess) { records, content in
                try TwoStores.insert("late", in: records)
            }
        }
        #expect(late?.code == .lost)
        #expect(try await two.effects() == 1)
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }

    @Test("a job that kills each of its workers ends in the dead-letter list", arguments: TwoStores.engines)
    func poison(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        try await two.leave("note")
        for _ in 1...3 {
            #expect(try await two.first.takeJob(TwoStores.policy) != nil)
            two.clock.advance(seconds: 31)
        }
        let runner = two.runner([:])
        #expect(try await runner.runOne() == .died(kind: "note", problem: "workerLost"))
        #expect(try await two.first.jobs(.dead).count == 1)
        try await two.close()
    }

    @Test(
        "what is to happen in another store happens there once, though it is delivered again",
        arguments: TwoStores.engines)
    func acrossStores(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        try await two.leave("tell", ["person": "p1"])
        let deliveries = Mutex(0)
        let tell = JobHandler.steps { run in
            try await two.second.perform("note.told", access: Staff.agent) { transaction in
                try transaction.once(run.id) { try TwoStores.insert(run.content["person"] ?? "", in: transaction) }
            }
            // The worker is lost after the other store has it, and before this one knows.
            let count = deliveries.withLock { count in
                count += 1
                return count
            }
            if count < 3 { throw Failure() }
        }
        let runner = two.runner(["tell": tell])
        for _ in 1...3 {
            _ = try await runner.runOne()
            two.clock.advance(seconds: 60)
        }
        #expect(deliveries.withLock { $0 } == 3)
        #expect(try await two.effects(1) == 1)
        #expect(try await two.first.jobCounts().isEmpty)
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }

    @Test("many workers beside one another do each job once", arguments: TwoStores.engines)
    func manyWorkers(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        let jobs = 60
        try await two.first.perform("job.leave", access: Staff.agent) { transaction in
            for index in 0..<jobs { try transaction.enqueue(NewJob("note", content: ["person": "p\(index)"])) }
        }
        let runner = two.runner(["note": .here { try TwoStores.insert($1["person"] ?? "", in: $0) }])
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await runner.drain() } }
            return try await group.reduce(0, +)
        }
        #expect(done == jobs)
        #expect(try await two.effects() == jobs)
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }

    @Test(
        "the progress of a long job shows, and one that is told to stop goes on elsewhere", arguments: TwoStores.engines
    )
    func progress(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        let id = try await two.leave("long")
        let seen = Mutex<[Int]>([])
        let isStopping = Mutex(false)
        let long = JobHandler.steps { run in
            for step in 1...4 {
                if step == 3 { isStopping.withLock { $0 = !$0 } }
                try await run.progress(step, of: 4)
                let standing = try await run.records.job(run.id)
                seen.withLock { $0.append(standing?.stepsDone ?? 0) }
            }
        }
        let runner = two.runner(["long": long])
        let stop: @Sendable () -> Bool = { isStopping.withLock { $0 } }
        #expect(try await runner.runOne(isStopping: stop) == .failed(kind: "long", problem: "stopping"))
        let standing = try #require(try await two.first.job(id))
        #expect(standing.stepsDone == 3 && standing.stepsTotal == 4 && standing.attempts == 0 && !standing.isUnderWay)
        let counts = try await two.first.jobCounts()
        #expect(counts.map(\.stepsDone) == [3] && counts.map(\.stepsTotal) == [4])
        isStopping.withLock { $0 = false }
        // The flag turns at the third step: it is not set again here.
        let rest = two.runner([
            "long": .steps { run in for step in 1...4 { try await run.progress(step, of: 4) } }
        ])
        #expect(try await rest.runOne() == .done(kind: "long"))
        #expect(seen.withLock { $0 } == [1, 2])
        try await two.close()
    }

    @Test("a clock that is set back, by ten years or by an hour, keeps no job waiting", arguments: TwoStores.engines)
    func clockSetBack(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        let runner = two.runner(["note": .here { try TwoStores.insert($1["person"] ?? "", in: $0) }])
        for hours: Int64 in [10 * 365 * 24, 1] {
            try await two.leave("note", ["person": "p\(hours)"])
            two.clock.advance(seconds: -hours * 3600)
            #expect(try await runner.runOne() == .done(kind: "note"))
        }
        try await two.close()
    }

    @Test("answers and marks are forgotten when nobody may repeat their request any more", arguments: TwoStores.engines)
    func trimming(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        for index in 0..<5 {
            _ = try await two.first.perform(
                "note.add", access: Staff.agent, idempotencyKey: IdempotencyKey("key \(index)")
            ) { transaction in
                try TwoStores.insert("p\(index)", in: transaction)
                return index
            }
        }
        let answers = { () async throws -> Int in
            try await two.stores[0].read { try $0.query(AuditTables.answered.selectAll, []).count }
        }
        let runner = two.runner([JobHandler.trimAnswersKind: .trimAnswers(rowsAtOnce: 2)])
        try await two.first.scheduleTrimming(day: try CivilDate(iso8601: "2026-11-23"))
        try await two.first.scheduleTrimming(day: try CivilDate(iso8601: "2026-11-23"))
        #expect(try await runner.drain() == 1)
        #expect(try await answers() == 5)
        two.clock.advance(seconds: IdempotencyKey.keptSeconds + 1)
        try await two.first.scheduleTrimming(day: try CivilDate(iso8601: "2026-12-01"))
        #expect(try await runner.drain() == 1)
        #expect(try await answers() == 0)
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }
}
