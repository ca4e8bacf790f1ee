import Foundation
import Installation
import PopulationRegister
import StrictJSON
import TestSupport
import Testing

/// An import is killed without warning, again and again, until it comes to its end.
///
/// `SIJILL_IMPORT_KILLS` says how often at most (default 2), `SIJILL_SEED` repeats a run.
@Suite("An import killed at any moment", .serialized)
struct ImportKillTests {
    @Test("goes on where it stood: every good row is in once and every bad one is listed once")
    func embedded() async throws {
        let folder = try TemporaryFolder()
        try await Self.killRepeatedly(["--store", "\(folder.path)/store"], folder)
    }

    @Test("the same holds on PostgreSQL", .enabled(if: TestServer.isAvailable))
    func server() async throws {
        guard let server = TestServer.shared else { return }
        let folder = try TemporaryFolder()
        let name = try await server.newDatabase("import")
        let store = ["--store", server.url(name), "--keys", "\(folder.path)/keys"]
        let made = try ServerProcess.run(["store", "create"] + store)
        try #require(made.status == 0, "\(made.output)")
        try await Self.killRepeatedly(store, folder)
    }

    private static let rows = 120
    private static let bad: [Int64] = [5, 41, 42, 77, 119]

    private static func killRepeatedly(_ store: [String], _ folder: TemporaryFolder) async throws {
        let environment = ProcessInfo.processInfo.environment
        let kills = environment["SIJILL_IMPORT_KILLS"].flatMap(Int.init) ?? 2
        var random = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        print("SIJILL_SEED=\(random)")
        let path = "\(folder.path)/persons.jsonl"
        let lines = (1...rows).map { line in
            bad.contains(Int64(line)) ? "{\"sex\":\"female\"}" : Samples.application(line).serialized()
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        let arguments = ["import", "persons", path, "--batch", "10"] + store
        for _ in 0..<kills {
            let process = Process()
            process.executableURL = ServerProcess.program
            process.arguments = arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            try await Task.sleep(for: .milliseconds(300 + random >> 33 % 1500))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let last = try ServerProcess.run(arguments)
        #expect(last.status == 1)
        let summary = try JSONValue(parsing: last.output)
        #expect(summary["accepted"]?.integer == Int64(rows - bad.count))
        #expect(summary["refused"]?.integer == Int64(bad.count))
        let listed = try String(contentsOfFile: "\(path).rejected.jsonl", encoding: .utf8).split(separator: "\n")
        let named = try listed.map { try JSONValue(parsing: String($0))["line"]?.integer ?? 0 }
        #expect(Set(named) == Set(bad))
        #expect(Set(listed).count == listed.count)
        #expect(named == named.sorted())
        let check = try ServerProcess.run(["store", "check"] + store)
        // The test server answers without waiting for the medium, which the check rightly names.
        let problems = try JSONValue(parsing: check.output)["problems"]?.array ?? []
        #expect(problems.allSatisfy { $0["table"] == nil }, "\(check.output)")
    }
}
