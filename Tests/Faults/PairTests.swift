import Foundation
import Quantities
import StrictJSON
import SyntheticPopulation
import TestSupport
import Testing

@testable import Installation

/// The same person with the same document is registered twice at the same moment, again and again.
///
/// `SIJILL_PAIRS` and `SIJILL_PAIRS_POSTGRESQL` say how often (default 20 and 10), `SIJILL_SEED` repeats a run.
@Suite("Registered twice at once", .serialized)
struct PairTests {
    @Test("one of the two gets a number, never both and never none")
    func embedded() async throws {
        let store = FileManager.default.temporaryDirectory.appendingPathComponent("sijill-pairs-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: store) }
        try await Self.register(Self.count("SIJILL_PAIRS", 20), ["--store", store])
    }

    @Test("the same holds on PostgreSQL", .enabled(if: TestServer.isAvailable))
    func postgreSQL() async throws {
        let server = try TestServer(isDurable: true)
        let keys = try TemporaryFolder()
        let store = ["--store", server.url("sijill"), "--keys", keys.path]
        let made = try ServerProcess.run(["store", "create"] + store)
        try #require(made.status == 0, "\(made.output)")
        try await Self.register(Self.count("SIJILL_PAIRS_POSTGRESQL", 10), store)
        server.stop(SIGQUIT)
    }

    private static func count(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? usual
    }

    private static func register(_ pairs: Int, _ store: [String]) async throws {
        let seed =
            ProcessInfo.processInfo.environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        print("SIJILL_SEED=\(seed)")
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
        var counts: [Int: Int] = [:]
        for pair in 0..<pairs {
            let household = population.household(UInt64(pair), seed: seed, asOf: today)
            let application = try #require(household.persons.first?.application)
            // What one of the two is told: its number, or nothing where it was refused, linked or left for a decision.
            @Sendable func enrol() async throws -> String? {
                do {
                    let receipt = try await client.call(
                        "POST", "applications", application, token: agent, key: UUID().uuidString)
                    let id = try #require(receipt["application"]?.string)
                    let decided = try await client.call(
                        "POST", "applications/\(id)/decision", ["decision": "accept"], token: reviewer,
                        key: UUID().uuidString)
                    return decided["civilNumber"]?.string
                } catch APIClient.Failure.refused(let status, let body) {
                    #expect((400..<500).contains(status), "pair \(pair): \(status) \(body)")
                    return nil
                }
            }
            async let first = enrol()
            async let second = enrol()
            let numbers = try await [first, second].compactMap(\.self)
            counts[Set(numbers).count, default: 0] += 1
            #expect(Set(numbers).count == 1, "pair \(pair) of seed \(seed)")
        }
        server.kill()
        let verdict = try ServerProcess.run(["audit", "verify"] + store)
        #expect(verdict.status == 0, "\(verdict.output)")
        print("\(pairs) pairs, numbers given by pair: \(counts.sorted { $0.key < $1.key })")
    }
}
