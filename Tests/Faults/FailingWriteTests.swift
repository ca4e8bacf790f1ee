import Foundation
import StrictJSON
import Testing

@testable import Installation

/// The medium answers EIO to a write, once or until it is told to stop, while people are enrolled.
///
/// `SIJILL_FAILED_WRITES` says how often (default 10), `SIJILL_SEED` repeats a run.
@Suite("A write fails", .serialized)
struct FailingWriteTests {
    @Test("it is refused by name and whole, reads go on, nothing acknowledged is lost, and writes go on by themselves")
    func failedWrite() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["SIJILL_FAILED_WRITES"].flatMap(Int.init) ?? 10
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        print("SIJILL_SEED=\(seed)")
        var random = SplitMix(state: seed)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sijill-write-\(UUID().uuidString)")
        let (store, library) = (folder.appendingPathComponent("store").path, folder.appendingPathComponent("write.so"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try CompiledLibrary.compile("failing-medium.c", to: library.path)
        try ServerProcess.makeStore(["--store", store], folder: store)
        let orders = try Orders(folder.appendingPathComponent("orders").path)
        let path = try MainPath(jurisdiction: try Jurisdiction(folder: try Jurisdiction.find(nil)), seed: seed)
        let server = try await ServerProcess.start(
            ["--store", store],
            environment: ["LD_PRELOAD": library.path, "SIJILL_FAIL_WRITE": orders.path])
        defer { server.end() }
        let client = APIClient(address: server.address)
        try await path.signInOnce(client)
        var (failures, refusals) = (0, 0)
        for round in 1...rounds {
            let before = await path.acknowledged.numbers
            let lasts = round.isMultiple(of: 2)
            orders.give(failing: 1 + Int32(random.next() % 60), lasts: lasts)
            // One that fails once may be the log's own or a checkpoint's, and then nobody is refused anything.
            let refusal = await path.workUntilRefused(client, households: lasts ? 60 : 3)
            if let refusal {
                refusals += 1
                #expect(refusal.status == 503 && refusal.body.contains("store"), "\(refusal.status) \(refusal.body)")
            }
            #expect(refusal != nil || !lasts, "round \(round) of seed \(seed): nothing was refused")
            let checkpoint = try await client.call("GET", "log/checkpoint")
            #expect(checkpoint["checkpoint"] != nil)
            if lasts || orders.isReached { failures += 1 }
            orders.give(failing: 0, lasts: false)
            try await path.confirmEverything(client)
            try await path.enrolOnce(client)
            #expect(await path.acknowledged.numbers > before, "round \(round)")
        }
        try await path.confirmEverything(client)
        server.kill()
        let verdict = try ServerProcess.run(["audit", "verify", "--store", store])
        #expect(verdict.status == 0, "\(verdict.output)")
        let check = try ServerProcess.run(["store", "check", "--store", store])
        #expect(check.status == 0, "\(check.output)")
        print("\(rounds) rounds, \(failures) with a failed write, \(refusals) refusals")
        #expect(failures > 0 && refusals > 0)
    }

    /// What the loaded library is told, in memory that both share.
    private final class Orders {
        let path: String
        private let memory: UnsafeMutablePointer<Int32>

        init(_ path: String) throws {
            self.path = path
            try Data(count: 8).write(to: URL(fileURLWithPath: path))
            let file = open(path, O_RDWR | O_CLOEXEC)
            defer { close(file) }
            let mapped = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
            memory = try #require(mapped.flatMap { $0 == MAP_FAILED ? nil : $0 }).assumingMemoryBound(to: Int32.self)
        }

        deinit { munmap(memory, 8) }

        func give(failing place: Int32, lasts: Bool) {
            memory[1] = lasts ? 1 : 0
            memory[0] = place
        }

        /// Whether the one that was to fail has failed.
        var isReached: Bool { memory[0] == 0 }
    }
}
