import Foundation
import Quantities
import Storage
import StrictJSON
import SyntheticPopulation
import TestMaterial
import TestSupport
import Testing

@testable import Installation

/// The server is killed without warning, again and again, while people are enrolled and households declared.
///
/// `SIJILL_KILLS` says how often (default 30), `SIJILL_SEED` repeats a run.
@Suite("Killed at any moment", .serialized)
struct KillTests {
    @Test("every acknowledged act is there afterwards, a repeated request has one effect, and the audit is sound")
    func nothingAcknowledgedIsLost() async throws {
        let kills = FaultCount.of("SIJILL_KILLS", 30)
        let seed = FaultCount.seed()
        let store = FileManager.default.temporaryDirectory.appendingPathComponent("sijill-kills-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: store) }
        try ServerProcess.makeStore(["--store", store], folder: store)
        try await Self.killRepeatedly(
            kills, ["--store", store], seed, open: { try SQLiteStore(path: "\(store)/\($0).sqlite") },
            longestStart: .seconds(2)
        ) { _ in }
    }

    /// `SIJILL_KILLS_POSTGRESQL` says how often (default 10): the postmaster is killed together with the server.
    @Test("the same holds on PostgreSQL when its postmaster is killed as well", .enabled(if: TestServer.isAvailable))
    func nothingIsLostOnPostgreSQL() async throws {
        let kills = FaultCount.of("SIJILL_KILLS_POSTGRESQL", 10)
        let seed = FaultCount.seed()
        let server = try TestServer(isDurable: true)
        let keys = try TemporaryFolder()
        let store = ["--store", server.url("sijill"), "--keys", keys.path]
        let made = try ServerProcess.run(["store", "create"] + store)
        try #require(made.status == 0, "\(made.output)")
        try ServerProcess.makeStore(store, folder: keys.path)
        try await Self.killRepeatedly(
            kills, store, seed, open: { PostgreSQLStore(try server.address("sijill_\($0)")) }
        ) { round in
            // Every third time the database stays up.
            if round.isMultiple(of: 3) { return }
            server.stop(SIGKILL)
            try await server.restart()
        }
        server.stop(SIGQUIT)
    }

    /// - Parameters:
    ///   - open: the store of a name, for counting its rows.
    ///   - longestStart: how long an optimised server may take until it is ready again.
    ///   - meanwhile: what is done while the server is gone.
    private static func killRepeatedly(
        _ kills: Int, _ store: [String], _ seed: UInt64, open: (String) throws -> any Store,
        longestStart: Duration? = nil, _ meanwhile: (Int) async throws -> Void
    ) async throws {
        var random = SplitMix(state: seed)
        let path = try MainPath(jurisdiction: try Jurisdiction(folder: try Jurisdiction.find(nil)), seed: seed)
        var starts: [Duration] = []
        for round in 1...kills {
            let begun = ContinuousClock.now
            let server = try await ServerProcess.start(store)
            try await server.waitUntilReady()
            starts.append(ContinuousClock.now - begun)
            let client = APIClient(address: server.address)
            try await path.signInOnce(client)
            try await path.confirmEverything(client)
            let work = Task { await path.work(client) }
            try await Task.sleep(for: .milliseconds(random.next() % 800))
            server.kill()
            try await meanwhile(round)
            await work.value
            // Verification reads the whole store: after each of the first kills, then after every fifth and the last;
            // of many kills, twenty times.
            if round <= 5 || round.isMultiple(of: max(5, kills / 20)) || round == kills {
                let verdict = try ServerProcess.run(["audit", "verify"] + store)
                #expect(verdict.status == 0, "round \(round): \(verdict.output)")
            }
        }
        let server = try await ServerProcess.start(store)
        try await path.confirmEverything(APIClient(address: server.address))
        server.kill()
        let done = await path.acknowledged
        // Each request was answered by now, the repeated ones too: a row more is a second effect, a row less a loss.
        for (name, table, expected) in [
            ("population", "application", done.applications), ("population", "person", done.numbers),
            ("social", "household", done.households),
        ] {
            let opened = try open(name)
            let count = Statement("test.count", "SELECT COUNT(*) AS total FROM \(table)", isFanOut: true)
            let rows = try await opened.read { try $0.query(count, []).first?.integer("total") }
            try await opened.close()
            #expect(rows == Int64(expected), "rows of \(table)")
        }
        let check = try ServerProcess.run(["store", "check"] + store)
        #expect(check.status == 0, "\(check.output)")
        starts.sort()
        let (middle, longest) = (starts[starts.count / 2], starts[starts.count - 1])
        if let longestStart, BuiltProgram.isOptimised { #expect(longest <= longestStart, "ready after \(longest)") }
        print(
            "\(kills) kills, \(done.numbers) numbers, \(done.households) households, \(done.retries) requests repeated; "
                + "ready after \(middle) in the middle, \(longest) at the longest")
        #expect(done.numbers > 0)
    }

    /// An empty store with staff, marked as a demonstration so that one-time codes can be read.
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
