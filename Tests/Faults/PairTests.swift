import Foundation
import Quantities
import StrictJSON
import SyntheticPopulation
import TestSupport
import Testing

@testable import Installation

/// The same person with the same document is registered twice at the same moment, again and again.
///
/// Several pairs are under way at once. `SIJILL_PAIRS` and `SIJILL_PAIRS_POSTGRESQL` say how many (default 500 and 50),
/// `SIJILL_SEED` repeats a run.
@Suite("Registered twice at once", .serialized)
struct PairTests {
    @Test("one of the two gets a number, never both and never none")
    func embedded() async throws {
        let store = FileManager.default.temporaryDirectory.appendingPathComponent("sijill-pairs-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: store) }
        try await Self.register(FaultCount.of("SIJILL_PAIRS", 500), ["--store", store])
    }

    @Test("the same holds on PostgreSQL", .enabled(if: TestServer.isAvailable))
    func postgreSQL() async throws {
        let server = try TestServer(isDurable: true)
        let keys = try TemporaryFolder()
        let store = ["--store", server.url("sijill"), "--keys", keys.path]
        let made = try ServerProcess.run(["store", "create"] + store)
        try #require(made.status == 0, "\(made.output)")
        try await Self.register(FaultCount.of("SIJILL_PAIRS_POSTGRESQL", 50), store)
        server.stop(SIGQUIT)
    }

    private static let atOnce = 6

    private static func register(_ pairs: Int, _ store: [String]) async throws {
        let seed = FaultCount.seed()
        for (name, role) in [("agent", "agent"), ("reviewer", "reviewer")] {
            let added = try ServerProcess.run(
                ["staff", "add", name, "--role", role] + store, input: "a long password\n")
            try #require(added.status == 0, "\(added.output)")
        }
        let jurisdiction = try Jurisdiction(folder: try Jurisdiction.find(nil))
        let population = try Demonstration.inventedPopulation(jurisdiction)
        let today = try jurisdiction.date(
            Instant(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000)))
        let server = try await ServerProcess.start(store)
        let client = APIClient(address: server.address)
        func signIn(_ name: String) async throws -> String {
            let answer = try await client.call(
                "POST", "staff/sessions", ["name": .string(name), "password": "a long password"])
            return try #require(answer["token"]?.string)
        }
        let (agent, reviewer) = (try await signIn("agent"), try await signIn("reviewer"))
        let started = ContinuousClock.now
        var counts: [Int: Int] = [:]
        try await withThrowingTaskGroup(of: (pair: Int, numbers: Int).self) { group in
            for pair in 0..<pairs {
                if pair >= Self.atOnce, let done = try await group.next() { counts[done.numbers, default: 0] += 1 }
                let household = population.household(UInt64(pair), seed: seed, asOf: today)
                let application = try #require(household.persons.first?.application)
                group.addTask {
                    async let first = Self.enrol(application, client, agent, reviewer)
                    async let second = Self.enrol(application, client, agent, reviewer)
                    let numbers = Set(try await [first, second].compactMap(\.self)).count
                    #expect(numbers == 1, "pair \(pair) of seed \(seed)")
                    return (pair, numbers)
                }
            }
            for try await done in group { counts[done.numbers, default: 0] += 1 }
        }
        let taken = ContinuousClock.now - started
        server.kill()
        let verdict = try ServerProcess.run(["audit", "verify"] + store)
        #expect(verdict.status == 0, "\(verdict.output)")
        print("\(pairs) pairs, numbers given by pair: \(counts.sorted { $0.key < $1.key }), \(taken)")
    }

    /// What one of the two is told: its number, or nothing where it was refused, linked or left for a decision.
    private static func enrol(
        _ application: JSONValue, _ client: APIClient, _ agent: String, _ reviewer: String
    ) async throws -> String? {
        do {
            let receipt = try await client.call(
                "POST", "applications", application, token: agent, key: UUID().uuidString)
            let id = try #require(receipt["application"]?.string)
            let decided = try await client.call(
                "POST", "applications/\(id)/decision", ["decision": "accept"], token: reviewer,
                key: UUID().uuidString)
            return decided["civilNumber"]?.string
        } catch APIClient.Failure.refused(let status, let body) {
            #expect((400..<500).contains(status), "\(status) \(body)")
            return nil
        }
    }
}
