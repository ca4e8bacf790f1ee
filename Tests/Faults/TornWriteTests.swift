import Foundation
import PopulationRegister
import Quantities
import RecordStore
import Storage
import StrictJSON
import SyntheticPopulation
import TestMaterial
import TestSupport
import Testing

@testable import Installation

/// The power fails at any moment: what was written after the last sync of a file is lost, torn or out of order.
///
/// A server's writes are recorded while it enrols; images of the store are made of them and opened.
/// `SIJILL_IMAGES` says how many (default 300), `SIJILL_SEED` repeats a run.
@Suite("Writes reordered, torn and dropped", .serialized)
struct TornWriteTests {
    private struct Acknowledged {
        let nanoseconds: UInt64
        /// The application's identifier, which becomes the person's (decision 9).
        let person: String
        let number: String
    }

    @Test("every image opens, is sound, and holds all that was acknowledged before it")
    func images() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        let images = environment["SIJILL_IMAGES"].flatMap { Int($0) } ?? 300
        print("SIJILL_SEED=\(seed)")
        let folder = try TemporaryFolder()
        let store = "\(folder.path)/store"
        for (name, role) in [("agent", "agent"), ("reviewer", "reviewer")] {
            let added = try ServerProcess.run(
                ["staff", "add", name, "--role", role, "--store", store], input: "a long password\n")
            try #require(added.status == 0, "\(added.output)")
        }
        let base = try Self.files(store)
        let acknowledged = try await Self.record(
            folder.path, store, persons: min(120, max(12, images / 10)), seed: seed)
        let writes = try RecordedWrites("\(folder.path)/record")
        try #require(writes.entries.count { $0.kind == .sync } > acknowledged.count, "the recording has syncs")
        let width = max(2, ProcessInfo.processInfo.activeProcessorCount)
        let held = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<width {
                group.addTask {
                    var held = 0
                    for image in stride(from: worker, to: images, by: width) {
                        held += try await Self.confirm(
                            image, seed, writes, base, acknowledged, at: "\(folder.path)/image-\(worker)")
                    }
                    return held
                }
            }
            return try await group.reduce(0, +)
        }
        print("\(images) images of \(writes.entries.count) operations, \(held) acknowledged numbers found in them")
    }

    /// Makes one image, opens and checks it; gives how many acknowledged numbers it holds. An image depends on the seed
    /// and its own number only.
    private static func confirm(
        _ image: Int, _ seed: UInt64, _ writes: RecordedWrites, _ base: [String: Data], _ acknowledged: [Acknowledged],
        at place: String
    ) async throws -> Int {
        var random = SeededGenerator(seed: seed &+ UInt64(image) &* 0x9E37_79B9_7F4A_7C15)
        let count = Int.random(in: 1...writes.entries.count, using: &random)
        let moment = writes.entries[count - 1].nanoseconds
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        for (name, data) in writes.image(after: count, base: base, using: &random) {
            try #require(
                FileManager.default.createFile(
                    atPath: "\(place)/\(name)", contents: data, attributes: [.posixPermissions: 0o600]))
        }
        return try await confirm(
            place, acknowledged.filter { $0.nanoseconds < moment },
            "image \(image) of seed \(seed), after \(count) of \(writes.entries.count)")
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
                    Acknowledged(nanoseconds: monotonicNanoseconds(), person: id, number: number))
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

    /// All that was acknowledged is looked for by the rows of its numbers, the last three also by the number itself.
    private static func confirm(_ place: String, _ acknowledged: [Acknowledged], _ name: String) async throws -> Int {
        let installation: Installation
        do {
            installation = try await Installation.open(
                directory: place, jurisdiction: TestInstallation.jurisdiction,
                surroundings: .fixed(FixedClock(), seed: 5))
        } catch {
            Issue.record("\(name): it does not open: \(error)")
            return 0
        }
        let table = try #require(Installation.tables[0].first { $0.name == "civil_number" })
        let rows = try await installation.stores[0].read { try $0.query(table.selectAll, []) }
        let persons = Set(rows.map { $0["person_id"] })
        var found = 0
        for number in acknowledged {
            if persons.contains(.text(number.person)) {
                found += 1
            } else {
                Issue.record("\(name): an acknowledged number is lost")
            }
        }
        for number in acknowledged.suffix(3) {
            do {
                _ = try await installation.population.person(number: number.number, access: Staff.operatorAccess)
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
