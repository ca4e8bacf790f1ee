import Foundation
import StrictJSON
import Testing

@testable import Installation

/// The disk runs full while people are enrolled, at another place each time, and has room again.
///
/// `SIJILL_FULL_DISKS` says how often (default 6), `SIJILL_SEED` repeats a run. A small file system in memory is mounted
/// for it, which only root may do.
@Suite("The disk is full", .serialized)
struct FullDiskTests {
    private static let isRoot = getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/mount")

    @Test(
        "a write is refused by name, reads go on, nothing acknowledged is lost, and writes go on when there is room",
        .enabled(if: isRoot, "mounting a small file system takes root"))
    func runsFull() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["SIJILL_FULL_DISKS"].flatMap(Int.init) ?? 6
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        print("SIJILL_SEED=\(seed)")
        var random = SplitMix(state: seed)
        let disk = FileManager.default.temporaryDirectory.appendingPathComponent("sijill-disk-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: disk) }
        try #require(try Self.call("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", disk]) == 0)
        defer { _ = try? Self.call("/usr/bin/umount", ["--lazy", disk]) }
        let (store, filler) = ("\(disk)/store", "\(disk)/filler")
        try ServerProcess.makeStore(["--store", store], folder: store)
        let path = try MainPath(jurisdiction: try Jurisdiction(folder: try Jurisdiction.find(nil)), seed: seed)
        let server = try await ServerProcess.start(store: store)
        defer { server.end() }
        let client = APIClient(address: server.address)
        try await path.signInOnce(client)
        for round in 1...rounds {
            let before = await path.acknowledged.numbers
            try Self.fill(filler, leaving: Int(random.next() % 600_000))
            let refusal = try #require(await path.workUntilRefused(client), "round \(round)")
            #expect(refusal.status == 503 && refusal.body.contains("store"), "\(refusal.status) \(refusal.body)")
            let checkpoint = try await client.call("GET", "log/checkpoint")
            #expect(checkpoint["checkpoint"] != nil)
            try FileManager.default.removeItem(atPath: filler)
            try await path.confirmEverything(client)
            try await path.enrolOnce(client)
            #expect(await path.acknowledged.numbers > before, "round \(round)")
        }
        try await path.confirmEverything(client)
        server.kill()
        let verdict = try ServerProcess.run(["audit", "verify", "--store", store])
        #expect(verdict.status == 0, "\(verdict.output)")
    }

    /// A file that takes all room but a rest.
    private static func fill(_ path: String, leaving rest: Int) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let free = try FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? Int ?? 0
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try #require(FileHandle(forWritingAtPath: path))
        // The server writes meanwhile, so that there may be less room than there was.
        try? file.write(contentsOf: Data(repeating: 0x5A, count: max(0, free - rest)))
        try file.close()
    }

    private static func call(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
