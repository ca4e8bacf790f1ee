import Foundation
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON
import SyntheticPopulation
import TestMaterial
import TestSupport
import Testing

@testable import Installation

/// The power fails at any moment: what was written after the last sync of a file is lost, torn or out of order.
///
/// A server's writes are recorded while it enrols; images of the store are made of them and opened.
/// `SIJILL_IMAGES` says how many (default 100), `SIJILL_SEED` repeats a run.
@Suite("Writes reordered, torn and dropped", .serialized)
struct TornWriteTests {
    private struct Acknowledged {
        let nanoseconds: UInt64
        let number: String
    }

    @Test("every image opens, is sound, and holds all that was acknowledged before it")
    func images() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        let images = environment["SIJILL_IMAGES"].flatMap { Int($0) } ?? 100
        print("SIJILL_SEED=\(seed)")
        let folder = try TemporaryFolder()
        let store = "\(folder.path)/store"
        for (name, role) in [("agent", "agent"), ("reviewer", "reviewer")] {
            let added = try ServerProcess.run(
                ["staff", "add", name, "--role", role, "--store", store], input: "a long password\n")
            try #require(added.status == 0, "\(added.output)")
        }
        let base = try Self.files(store)
        let acknowledged = try await Self.record(folder.path, store, persons: max(12, images / 10), seed: seed)
        let writes = try RecordedWrites("\(folder.path)/record")
        try #require(writes.entries.count { $0.kind == .sync } > acknowledged.count, "the recording has syncs")
        var random = SeededGenerator(seed: seed)
        var held = 0
        for image in 0..<images {
            let count = Int.random(in: 1...writes.entries.count, using: &random)
            let moment = writes.entries[count - 1].nanoseconds
            let place = "\(folder.path)/image"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for (name, data) in writes.image(after: count, base: base, using: &random) {
                try #require(
                    FileManager.default.createFile(
                        atPath: "\(place)/\(name)", contents: data, attributes: [.posixPermissions: 0o600]))
            }
            held += try await Self.confirm(
                place, acknowledged.filter { $0.nanoseconds < moment }.map(\.number),
                "image \(image) of seed \(seed), after \(count) of \(writes.entries.count)")
            try FileManager.default.removeItem(atPath: place)
        }
        print("\(images) images of \(writes.entries.count) operations, \(held) acknowledged numbers found in them")
    }

    /// The files of a closed store, but the gallery.
    private static func files(_ store: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: store) {
            if let data = FileManager.default.contents(atPath: "\(store)/\(name)") { files[name] = data }
        }
        return files
    }

    /// Enrols through a server whose writes are recorded, and kills it.
    private static func record(
        _ folder: String, _ store: String, persons: Int, seed: UInt64
    ) async throws -> [Acknowledged] {
        let library = "\(folder)/record.so"
        try CompiledLibrary.compile("recording-writes.c", to: library)
        let server = try await ServerProcess.start(
            ["--store", store],
            environment: [
                "LD_PRELOAD": library, "SIJILL_RECORD": "\(folder)/record", "SIJILL_RECORD_FOLDER": "\(store)/",
            ])
        let client = APIClient(address: server.address)
        func signIn(_ name: String) async throws -> String {
            let answer = try await client.call(
                "POST", "staff/sessions", ["name": .string(name), "password": "a long password"])
            return try #require(answer["token"]?.string)
        }
        let (agent, reviewer) = (try await signIn("agent"), try await signIn("reviewer"))
        let jurisdiction = TestInstallation.jurisdiction
        let population = try Demonstration.inventedPopulation(jurisdiction)
        let today = try jurisdiction.date(
            Instant(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000)))
        var acknowledged: [Acknowledged] = []
        var index: UInt64 = 0
        while acknowledged.count < persons {
            for person in population.household(index, seed: seed, asOf: today).persons {
                let receipt = try await client.call(
                    "POST", "applications", person.application, token: agent, key: UUID().uuidString)
                guard let id = receipt["application"]?.string, receipt["state"]?.string == "submitted",
                    let decided = try? await client.call(
                        "POST", "applications/\(id)/decision", ["decision": "accept"], token: reviewer,
                        key: UUID().uuidString),
                    let number = decided["civilNumber"]?.string
                else { continue }
                acknowledged.append(
                    Acknowledged(nanoseconds: monotonicNanoseconds(), number: number))
            }
            index += 1
        }
        server.kill()
        return acknowledged
    }

    private static func monotonicNanoseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    private static func confirm(_ place: String, _ numbers: [String], _ name: String) async throws -> Int {
        let installation = try await Installation.open(
            directory: place, jurisdiction: TestInstallation.jurisdiction, surroundings: .fixed(FixedClock(), seed: 5))
        var found = 0
        for number in numbers {
            do {
                _ = try await installation.population.person(number: number, access: Staff.operatorAccess)
                found += 1
            } catch { Issue.record("\(name): an acknowledged number is lost: \(error)") }
        }
        try await installation.sequencer.drain()
        let report = try await installation.verifier.verify()
        #expect(report.isSound, "\(name): \(report.findings.prefix(3))")
        let engine = try await installation.engineProblems()
        let integrity = try await installation.integrityProblems()
        #expect(engine.isEmpty && integrity.isEmpty, "\(name): \(engine.prefix(3)) \(integrity.prefix(3))")
        try await installation.close()
        return found
    }
}
