import Foundation
import Testing

@testable import Installation

/// The medium refuses to make something durable: nobody can know any more what it holds, so the server stops.
///
/// `SIJILL_FAILED_SYNCS` says how often (default 4), `SIJILL_SEED` repeats a run.
@Suite("The medium fails", .serialized)
struct FailingSyncTests {
    @Test("a failed fsync ends the server, and what was acknowledged is there when it starts again")
    func failedSync() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["SIJILL_FAILED_SYNCS"].flatMap(Int.init) ?? 4
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        print("SIJILL_SEED=\(seed)")
        var random = SplitMix(state: seed)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sijill-sync-\(UUID().uuidString)")
        let (store, library) = (folder.appendingPathComponent("store").path, folder.appendingPathComponent("sync.so"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try CompiledLibrary.compile("failing-medium.c", to: library.path)
        try ServerProcess.makeStore(["--store", store], folder: store)
        let path = try MainPath(jurisdiction: try Jurisdiction(folder: try Jurisdiction.find(nil)), seed: seed)
        var stops = 0
        for round in 1...rounds {
            let place = 12 + Int(random.next() % 60)
            let log = folder.appendingPathComponent("log").path
            let status = try await Self.status(
                ["--store", store], log: log,
                environment: ["LD_PRELOAD": library.path, "SIJILL_FAIL_SYNC": "\(place)"]
            ) { client in
                try await path.signInOnce(client)
                try await path.confirmEverything(client)
                _ = await path.workUntilRefused(client)
            }
            let said = try String(contentsOfFile: log, encoding: .utf8)
            // The work of a round may end before its place is reached: then nothing failed and nothing had to stop.
            guard said.contains("SIJILL_FAIL_SYNC reached") else { continue }
            #expect(status == 74, "round \(round), sync \(place)")
            #expect(said.contains("medium"), "round \(round)")
            stops += 1
        }
        #expect(stops > 0, "no sync failed in any of \(rounds) rounds")
        let server = try await ServerProcess.start(store: store)
        let client = APIClient(address: server.address)
        try await path.signInOnce(client)
        try await path.confirmEverything(client)
        try await path.enrolOnce(client)
        server.kill()
        let verdict = try ServerProcess.run(["audit", "verify", "--store", store])
        #expect(verdict.status == 0, "\(verdict.output)")
        print("\(stops) stops")
    }

    /// How a server ended under work, or before it listened; nil where it did not end.
    private static func status(
        _ store: [String], log: String, environment: [String: String], _ work: (APIClient) async throws -> Void
    ) async throws -> Int32? {
        let server: ServerProcess
        do {
            server = try await ServerProcess.start(store, log: log, environment: environment)
        } catch let error as ServerProcess.EndedAtStart {
            return error.status
        }
        do { try await work(APIClient(address: server.address)) } catch is APIClient.Failure {
            // It stopped even before the work began.
        }
        defer { server.kill() }
        return server.waitUntilExit(seconds: 20)
    }
}
