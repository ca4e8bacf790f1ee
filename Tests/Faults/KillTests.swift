import Foundation
import Quantities
import StrictJSON
import SyntheticPopulation
import TestSupport
import Testing

@testable import Installation

/// The server is killed without warning, again and again, while people are enrolled and households declared.
///
/// `SIJILL_KILLS` says how often (default 50), `SIJILL_SEED` repeats a run.
@Suite("Killed at any moment", .serialized)
struct KillTests {
    @Test("every acknowledged act is there afterwards, a repeated request has one effect, and the audit is sound")
    func nothingAcknowledgedIsLost() async throws {
        let environment = ProcessInfo.processInfo.environment
        let kills = environment["SIJILL_KILLS"].flatMap(Int.init) ?? 50
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        print("SIJILL_SEED=\(seed)")
        let store = FileManager.default.temporaryDirectory.appendingPathComponent("sijill-kills-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: store) }
        try await Self.prepare(["--store", store], folder: store)
        try await Self.killRepeatedly(kills, ["--store", store], seed) { _ in }
    }

    /// `SIJILL_KILLS_POSTGRESQL` says how often (default 5): the postmaster is killed together with the server.
    @Test("the same holds on PostgreSQL when its postmaster is killed as well", .enabled(if: TestServer.isAvailable))
    func nothingIsLostOnPostgreSQL() async throws {
        let environment = ProcessInfo.processInfo.environment
        let kills = environment["SIJILL_KILLS_POSTGRESQL"].flatMap(Int.init) ?? 5
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        print("SIJILL_SEED=\(seed)")
        let server = try TestServer(isDurable: true)
        let keys = try TemporaryFolder()
        let store = ["--store", server.url("sijill"), "--keys", keys.path]
        let made = try ServerProcess.run(["store", "create"] + store)
        try #require(made.status == 0, "\(made.output)")
        try await Self.prepare(store, folder: keys.path)
        try await Self.killRepeatedly(kills, store, seed) { round in
            // Every third time the database stays up.
            if round.isMultiple(of: 3) { return }
            server.stop(SIGKILL)
            try await server.restart()
        }
        server.stop(SIGQUIT)
    }

    private static func killRepeatedly(
        _ kills: Int, _ store: [String], _ seed: UInt64, _ meanwhile: (Int) async throws -> Void
    ) async throws {
        var random = SplitMix(state: seed)
        let path = try MainPath(jurisdiction: try Jurisdiction(folder: try Jurisdiction.find(nil)), seed: seed)
        for round in 1...kills {
            let server = try await ServerProcess.start(store)
            let client = APIClient(address: server.address)
            try await path.signInOnce(client)
            try await path.confirmEverything(client)
            let work = Task { await path.work(client) }
            try await Task.sleep(for: .milliseconds(random.next() % 800))
            server.kill()
            try await meanwhile(round)
            await work.value
            // Verification reads the whole store: after each of the first kills, then after every fifth and the last.
            if round <= 5 || round.isMultiple(of: 5) || round == kills {
                let verdict = try ServerProcess.run(["audit", "verify"] + store)
                #expect(verdict.status == 0, "round \(round): \(verdict.output)")
            }
        }
        let server = try await ServerProcess.start(store)
        try await path.confirmEverything(APIClient(address: server.address))
        server.kill()
        let done = await path.acknowledged
        print(
            "\(kills) kills, \(done.numbers) numbers, \(done.households) households, \(done.retries) requests repeated")
        #expect(done.numbers > 0)
    }

    /// An empty store with staff, marked as a demonstration so that one-time codes can be read.
    private static func prepare(_ store: [String], folder: String) async throws {
        for (name, role) in [("agent", "agent"), ("reviewer", "reviewer")] {
            let added = try ServerProcess.run(
                ["staff", "add", name, "--role", role] + store, input: "a long password\n")
            try #require(added.status == 0, "\(added.output)")
        }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(Installation.demonstrationMark)"))
    }
}

/// A generator whose runs can be repeated (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
