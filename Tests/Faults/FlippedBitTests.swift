import Foundation
import PopulationRegister
import RecordStore
import Storage
import TestMaterial
import TestSupport
import Testing

@testable import Installation

/// One bit of a store's files is turned over, or one row edited by hand; then the store is looked at as by
/// `sijill store check`.
///
/// `SIJILL_FLIPS` says how often (default 100), `SIJILL_SEED` repeats a run.
@Suite("A bit turned over", .serialized)
struct FlippedBitTests {
    /// Where the bit is, and what must name it.
    enum Target: String, CaseIterable {
        /// A database file of a store that was closed.
        case closed
        /// A database file of a store whose process was killed, with a log beside it.
        case killed
        /// What that log holds.
        case log
        case backup
        case key
        /// No bit: a row, edited with SQLite's own program.
        case row
    }

    @Test("each flip is found and named by file and page, each edited row by table")
    func eachIsNamed() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        let flips = environment["SIJILL_FLIPS"].flatMap { Int($0) } ?? 100
        print("SIJILL_SEED=\(seed)")
        let folder = try TemporaryFolder()
        let stores = try await Stores(folder.path)
        var random = SeededGenerator(seed: seed)
        var counts: [Target: Int] = [:]
        for round in 0..<flips {
            let target = Self.target(round)
            let copy = "\(folder.path)/copy"
            try stores.copy(target, to: copy)
            let (place, named) = try await Self.harm(target, copy, stores, &random)
            #expect(named, "round \(round) of seed \(seed): \(target.rawValue) \(place)")
            if named { counts[target, default: 0] += 1 }
            try FileManager.default.removeItem(atPath: copy)
        }
        let counted = Target.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }.joined(separator: ", ")
        print("\(flips) flips and edits, named: \(counted)")
        #expect(counts.values.reduce(0, +) == flips)
    }

    @Test("what was not harmed is found sound, closed or killed")
    func unharmed() async throws {
        let folder = try TemporaryFolder()
        let stores = try await Stores(folder.path)
        for target in [Target.closed, .killed] {
            let copy = "\(folder.path)/copy"
            try stores.copy(target, to: copy)
            #expect(try await Stores.examine(copy).problems.isEmpty, "\(target)")
            try FileManager.default.removeItem(atPath: copy)
        }
    }

    private static func target(_ round: Int) -> Target {
        if round % 25 == 24 { return .key }
        return [.closed, .killed, .log, .closed, .row, .backup, .killed, .log, .closed, .row][round % 10]
    }

    /// Does it, and says where and whether it was named.
    private static func harm(
        _ target: Target, _ copy: String, _ stores: Stores, _ random: inout SeededGenerator
    ) async throws -> (place: String, isNamed: Bool) {
        let name = StoreLocation.names.randomElement(using: &random) ?? "population"
        let file = "\(copy)/\(name).sqlite"
        switch target {
        case .closed, .killed:
            let (byte, bit) = try flip(file, below: .max, &random)
            let sentence = "\(name).sqlite: page \(byte / 4096 + 1): bit \(bit) of byte \(byte % 4096) is not"
            return ("\(name) \(byte) \(bit)", try await Stores.names(copy, sentence))
        case .log:
            let end = try #require(stores.logEnds[name])
            let (byte, bit) = try flip("\(file)-wal", below: end, &random)
            let part = byte < 32 ? "header" : "frame \((byte - 32) / (4096 + 24) + 1)"
            return (
                "\(name)-wal \(byte) \(bit) of \(end)", try await Stores.names(copy, "\(name).sqlite-wal: \(part):")
            )
        case .backup:
            let part = ["\(name).sqlite", "SHA256SUMS"][Int.random(in: 0..<8, using: &random) == 0 ? 1 : 0]
            let (byte, bit) = try flip("\(copy)/\(part)", below: .max, &random)
            let error = #expect(throws: StorageError.self) {
                try StoreLocation.folder("\(copy)-restored").restore(from: copy, key: "\(stores.closed)/master.key")
            }
            return ("\(part) \(byte) \(bit)", error?.message.contains(part) ?? false)
        case .key:
            let (byte, bit) = try flip("\(copy)/master.key", below: .max, &random)
            let error = await #expect(throws: RecordError.self) { try await Stores.examine(copy) }
            return ("master.key \(byte) \(bit)", error?.code == .wrongKey)
        case .row:
            let table = try #require(stores.editable[name]?.randomElement(using: &random))
            try edit(file, table, &random)
            let found = try await Stores.examine(copy)
            return ("\(name) \(table.name)", found.problems.contains { $0.store == name && $0.table == table.name })
        }
    }

    /// Turns one bit over; gives the byte's place and the bit.
    private static func flip(
        _ path: String, below end: Int, _ random: inout SeededGenerator
    ) throws -> (byte: Int, bit: Int) {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        let byte = Int.random(in: 0..<min(Int(try file.seekToEnd()), end), using: &random)
        let bit = Int.random(in: 0..<8, using: &random)
        try file.seek(toOffset: UInt64(byte))
        let old = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: UInt64(byte))
        try file.write(contentsOf: Data([old ^ 1 << UInt8(bit)]))
        try file.close()
        return (byte, bit)
    }

    /// Changes one column of one row with SQLite's own program, which knows no sums.
    private static func edit(_ path: String, _ table: Storage.Table, _ random: inout SeededGenerator) throws {
        let column = try #require(table.columns.first { !table.primaryKey.contains($0.name) })
        let value =
            switch column.type {
            case .integer: "COALESCE(\(column.name), 0) + 1"
            case .text: "COALESCE(\(column.name), '') || 'x'"
            case .blob: "CAST(COALESCE(\(column.name), x'') || x'41' AS BLOB)"
            }
        let key = table.primaryKey.joined(separator: ", ")
        let place = "ABS(\(Int.random(in: 0..<1000, using: &random)) % (SELECT COUNT(*) FROM \(table.name)))"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "sqlite3", path,
            "UPDATE \(table.name) SET \(column.name) = \(value) WHERE (\(key)) = "
                + "(SELECT \(key) FROM \(table.name) ORDER BY \(key) LIMIT 1 OFFSET \(place))",
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "sqlite3, which scripts/setup --tests installs, edits the row")
    }
}

/// A store that was closed, one whose process was killed, and a backup.
private struct Stores {
    let closed: String
    let killed: String
    let backup: String
    /// Where the last transaction of a killed store's logs ends.
    let logEnds: [String: Int]
    /// Tables that have rows and a column beside their key, by store.
    let editable: [String: [Storage.Table]]

    init(_ folder: String) async throws {
        (closed, killed, backup) = ("\(folder)/closed", "\(folder)/killed", "\(folder)/backup")
        _ = try await Demonstration.prepare(
            at: .folder(closed), households: 3, jurisdiction: TestInstallation.jurisdiction,
            surroundings: .fixed(FixedClock(), seed: 3))
        try await StoreLocation.folder(closed).backUp(to: backup)
        let used = "\(folder)/used"
        try FileManager.default.copyItem(atPath: closed, toPath: used)
        let installation = try await Self.open(used, seed: 5)
        for index in 40..<43 {
            _ = try await installation.population.apply(
                try ApplicationContent(
                    Samples.application(index), rules: installation.jurisdiction.population,
                    today: try installation.today()), access: Staff.agent)
        }
        try await installation.sequencer.drain()
        // As a kill leaves it: nothing is brought over, and the index lies beside the log.
        try FileManager.default.copyItem(atPath: used, toPath: killed)
        try await installation.close()
        var (ends, editable): ([String: Int], [String: [Storage.Table]]) = ([:], [:])
        for (name, tables) in zip(StoreLocation.names, Installation.tables) {
            ends[name] = 32 + (4096 + 24) * SQLiteFile("\(killed)/\(name).sqlite").framesInLog
            let store = try SQLiteStore(path: "\(used)/\(name).sqlite")
            for table in tables
            where table.columns.count > table.primaryKey.count
                && !["key_check", "schema_migration"].contains(table.name)
            {
                let rows = try await store.read { try $0.query(table.selectAll, []).count }
                if rows > 0 { editable[name, default: []].append(table) }
            }
            try await store.close()
        }
        // Those of the killed store may have rows that the closed one lacks.
        (logEnds, self.editable) = (ends, editable)
        try FileManager.default.removeItem(atPath: used)
    }

    func copy(_ target: FlippedBitTests.Target, to copy: String) throws {
        let source =
            switch target {
            case .closed, .key: closed
            case .killed, .log, .row: killed
            case .backup: backup
            }
        try FileManager.default.copyItem(atPath: source, toPath: copy)
    }

    static func open(_ folder: String, seed: UInt64) async throws -> Installation {
        try await Installation.open(
            at: .folder(folder), jurisdiction: TestInstallation.jurisdiction,
            surroundings: .fixed(FixedClock(), seed: seed), damagedPages: .read)
    }

    /// As `sijill store check`.
    static func examine(_ folder: String) async throws -> StoreExamination {
        try await StoreExamination(.folder(folder)) { try await open(folder, seed: 4) }
    }

    static func names(_ folder: String, _ beginning: String) async throws -> Bool {
        try await examine(folder).problems.contains { $0.problem.hasPrefix(beginning) }
    }
}
