import Foundation
import RecordStore
import Storage
import TestMaterial
import TestSupport
import Testing

@testable import Installation

/// One bit of a closed store, or of its backup, is turned over; then the store is checked as by `sijill store check`.
///
/// `SIJILL_FLIPS` says how often (default 60, of which every third in a backup), `SIJILL_SEED` repeats a run. A bit that no
/// row uses changes nothing that the store says: such a flip is counted as harmless only when every row of every table
/// is byte for byte as before.
@Suite("A bit turned over", .serialized)
struct FlippedBitTests {
    enum Outcome: String { case refused, named, harmless, unnoticed }

    @Test("each flip is refused, or named by the check, or changes no row at all")
    func eachIsSeen() async throws {
        let seed =
            ProcessInfo.processInfo.environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        let flips = ProcessInfo.processInfo.environment["SIJILL_FLIPS"].flatMap { Int($0) } ?? 60
        print("SIJILL_SEED=\(seed)")
        let folder = try TemporaryFolder()
        let (store, backup) = ("\(folder.path)/store", "\(folder.path)/backup")
        try await Self.fill(store)
        try await StoreLocation.folder(store).backUp(to: backup)
        let before = try await Self.rows(store)
        var random = SeededGenerator(seed: seed)
        var counts: [Outcome: Int] = [:]
        for round in 0..<flips {
            let isBackup = round % 3 == 2
            let name = StoreLocation.names.randomElement(using: &random) ?? "population"
            let copy = "\(folder.path)/copy"
            try FileManager.default.copyItem(atPath: isBackup ? backup : store, toPath: copy)
            let place = try Self.flip("\(copy)/\(name).sqlite", using: &random)
            let outcome = try await Self.check(copy, isBackup ? "\(store)/master.key" : nil, before, folder.path)
            counts[outcome, default: 0] += 1
            #expect(outcome != .unnoticed, "round \(round): \(name), byte and bit \(place), backup \(isBackup)")
            try FileManager.default.removeItem(atPath: copy)
        }
        print("flips: \(counts.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", "))")
        #expect((counts[.refused] ?? 0) + (counts[.named] ?? 0) > 0)
    }

    private static func fill(_ store: String) async throws {
        _ = try await Demonstration.prepare(
            at: .folder(store), households: 3, jurisdiction: TestInstallation.jurisdiction,
            surroundings: .fixed(FixedClock(), seed: 3))
    }

    /// Turns one bit over; gives the byte's place and the bit.
    private static func flip(_ path: String, using random: inout SeededGenerator) throws -> (Int, Int) {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        let (place, bit) = (Int.random(in: 0..<data.count, using: &random), Int.random(in: 0..<8, using: &random))
        data[place] ^= 1 << UInt8(bit)
        try data.write(to: URL(fileURLWithPath: path))
        return (place, bit)
    }

    private static func check(
        _ copy: String, _ key: String?, _ before: [String: [String]], _ scratch: String
    ) async throws -> Outcome {
        var place = copy
        if let key {
            place = "\(scratch)/restored"
            try? FileManager.default.removeItem(atPath: place)
            do { try StoreLocation.folder(place).restore(from: copy, key: key) } catch { return .refused }
        }
        let installation: Installation
        do {
            installation = try await Installation.open(
                directory: place, jurisdiction: TestInstallation.jurisdiction,
                surroundings: .fixed(FixedClock(), seed: 4))
        } catch { return .refused }
        let isNamed: Bool
        do {
            let report = try await installation.verifier.verify()
            let engine = try await installation.engineProblems()
            let integrity = try await installation.integrityProblems()
            isNamed = !report.isSound || !engine.isEmpty || !integrity.isEmpty
        } catch { isNamed = true }
        try? await installation.close()
        if isNamed { return .named }
        return try await rows(place) == before ? .harmless : .unnoticed
    }

    /// Every row of every table, by store and table.
    private static func rows(_ place: String) async throws -> [String: [String]] {
        var rows: [String: [String]] = [:]
        for (name, tables) in zip(StoreLocation.names, Installation.tables) {
            let store = try SQLiteStore(path: "\(place)/\(name).sqlite")
            for table in tables {
                rows["\(name).\(table.name)"] = try await store.read { transaction in
                    try transaction.query(table.selectAll, []).map { row in
                        table.columns.map { "\(row[$0.name])" }.joined(separator: "|")
                    }
                }
            }
            try await store.close()
        }
        return rows
    }
}
