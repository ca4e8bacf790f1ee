import CSQLiteSums
import Foundation
import GRDB
import Storage
import TestMaterial
import TestSupport
import Testing

/// The sums of the embedded store's pages and what they find; the faults of a whole installation are in `Tests/Faults`.
@Suite("Sums of pages")
struct PageSumTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/notes.sqlite" }

    init() throws { folder = try TemporaryFolder() }

    /// A closed store with so many notes, a third of them removed again, so that pages are free.
    private func fill(_ rows: Int = 3000) async throws {
        let store = try SQLiteStore(path: path)
        try await store.migrate(TestTables.migrations)
        try await store.write { transaction in
            for number in 1...Int64(rows) {
                try transaction.execute(TestTables.note.insert, TestTables.values("p", number))
            }
        }
        try await store.close()
        let queue = try DatabaseQueue(path: path)
        try await queue.write { try $0.execute(sql: "DELETE FROM note WHERE number % 3 = 0 OR number > 2000") }
        try queue.close()
    }

    private func turn(_ byte: Int, _ bit: UInt8 = 1, in path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(byte))
        let old = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: UInt64(byte))
        try file.write(contentsOf: Data([old ^ bit]))
        try file.close()
    }

    @Test("the processor's way and the plain one give the same sums", arguments: [512, 1024, 4096, 65536])
    func sumsAgree(size: Int) {
        var random = SeededGenerator(seed: UInt64(size))
        for number in 0..<20 {
            let page = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(sums_page(page, size, UInt32(number)) == sums_page_by_table(page, size, UInt32(number)))
        }
    }

    @Test("every page of a file has its sum, free ones too, after a vacuum and in a backup as well")
    func everyPageHasSum() async throws {
        try await fill()
        let file = SQLiteFile(path)
        #expect(file.hasPageSums == true && file.faults.isEmpty)
        let queue = try DatabaseQueue(path: path)
        #expect(try await queue.read { try Int.fetchOne($0, sql: "PRAGMA freelist_count") ?? 0 } > 0)
        try await queue.writeWithoutTransaction { [folder] in
            try $0.execute(sql: "VACUUM INTO ?", arguments: ["\(folder.path)/into.sqlite"])
            try $0.execute(sql: "VACUUM")
        }
        try queue.close()
        #expect(file.hasPageSums == true && file.faults.isEmpty)
        let store = try SQLiteStore(path: path)
        try await SQLiteStore.backUp([(store, "\(folder.path)/backup.sqlite")])
        try await store.close()
        for copy in ["into", "backup"] {
            let copied = SQLiteFile("\(folder.path)/\(copy).sqlite")
            #expect(copied.hasPageSums == true && copied.faults.isEmpty, "\(copy)")
        }
    }

    @Test("SQLite's own reading, which knows no sums, finds nothing wrong")
    func otherProgramsRead() async throws {
        try await fill()
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["sqlite3", path, "PRAGMA integrity_check; SELECT COUNT(*) FROM note"]
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(said.hasPrefix("ok\n"), "sqlite3, which scripts/setup --tests installs: \(said)")
    }

    @Test("a turned bit is named by page, byte and bit wherever it is, and its page is refused")
    func turnedBit() async throws {
        try await fill()
        let count = try Data(contentsOf: URL(fileURLWithPath: path)).count / 4096
        for page in 1...count {
            for byte in [0, 17, 20, 2048, 4087, 4088, 4095] {
                try turn((page - 1) * 4096 + byte, 16, in: path)
                let faults = SQLiteFile(path).faults
                #expect(faults.count == 1 && faults.first?.place == "notes.sqlite: page \(page)", "\(faults)")
                #expect(faults.first?.reason.hasPrefix("bit 4 of byte \(byte) ") == true, "\(faults)")
                try turn((page - 1) * 4096 + byte, 16, in: path)
            }
        }
        #expect(SQLiteFile(path).faults.isEmpty)
        // A leaf of the table, of which a free byte is turned over.
        let queue = try DatabaseQueue(path: path)
        let leaf = try await queue.read {
            try Int.fetchOne($0, sql: "SELECT pageno FROM dbstat WHERE name = 'note' AND pagetype = 'leaf' LIMIT 1")
        }
        try queue.close()
        let place = (try #require(leaf) - 1) * 4096 + 4080
        try turn(place, in: path)
        let store = try SQLiteStore(path: path)
        let error = await #expect(throws: StorageError.self) {
            try await store.read { try $0.query(TestTables.note.selectAll, []).count }
        }
        #expect(error?.code == .medium)
        try await store.close()
        let lenient = try SQLiteStore(path: path, damagedPages: .read)
        #expect(try await lenient.engineProblems().contains { $0.contains("page \(place / 4096 + 1): bit 0") })
        try await lenient.close()
    }

    @Test("looking at the files of an open store takes none of its locks")
    func locksStay() async throws {
        let store = try SQLiteStore(path: path)
        try await store.migrate(TestTables.migrations)
        func locks() throws -> Int {
            let inodes = try ["", "-shm"].map { end in
                try #require(try FileManager.default.attributesOfItem(atPath: path + end)[.systemFileNumber] as? Int)
            }
            let lines = try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
            return lines.count { line in inodes.contains { line.contains(":\($0) ") } }
        }
        let before = try locks()
        #expect(before > 0)
        #expect(SQLiteFile(path).faults.isEmpty && SQLiteFile(path).hasPageSums == true)
        #expect(try locks() == before)
        let other = try SQLiteStore(path: path)
        #expect(try locks() >= before)
        try await other.close()
        try await store.close()
    }

    @Test("a file of older days is read, said to have no sums, and gets them")
    func olderFile() async throws {
        let queue = try DatabaseQueue(path: path)
        try await queue.write { try $0.execute(sql: "CREATE TABLE old (a); INSERT INTO old VALUES ('x')") }
        try queue.close()
        #expect(SQLiteFile(path).hasPageSums == false)
        let store = try SQLiteStore(path: path)
        #expect(try await store.engineProblems().isEmpty)
        #expect(try await store.engineAdvice().count == 1)
        #expect(try await store.addPageSums())
        #expect(try await store.engineProblems() + store.engineAdvice() == [])
        try await store.close()
        #expect(SQLiteFile(path).hasPageSums == true && SQLiteFile(path).faults.isEmpty)
    }

    // MARK: The write-ahead log

    /// Copies the files as a killed process leaves them, after three transactions.
    private func killed(withIndex: Bool) async throws -> String {
        let store = try SQLiteStore(path: path)
        try await store.migrate(TestTables.migrations)
        for number in 1...3 {
            try await store.write { _ = try $0.execute(TestTables.note.insert, TestTables.values("p", Int64(number))) }
        }
        let copy = "\(folder.path)/copy.sqlite"
        for end in ["", "-wal"] + (withIndex ? ["-shm"] : []) {
            try FileManager.default.copyItem(atPath: path + end, toPath: copy + end)
        }
        try await store.close()
        return copy
    }

    @Test(
        "a damaged frame is named and forbids opening, since SQLite would forget what lies behind",
        arguments: [true, false])
    func damagedFrame(withIndex: Bool) async throws {
        let copy = try await killed(withIndex: withIndex)
        let frames = SQLiteFile(copy).framesInLog
        try #require(frames > 3)
        // Without the index beside it, damage in the last transaction, of two frames, looks like one that was torn.
        for frame in 1...(withIndex ? frames : frames - 2) {
            for byte in [0, 5, 9, 17, 24, 3000] {
                let place = 32 + (frame - 1) * 4120 + byte
                try turn(place, in: copy + "-wal")
                #expect(SQLiteFile(copy).faults.map(\.place) == ["copy.sqlite-wal: frame \(frame)"], "byte \(byte)")
                if frame == 2 {
                    let error = #expect(throws: StorageError.self) { try SQLiteStore(path: copy, damagedPages: .read) }
                    #expect(error?.code == .medium)
                }
                try turn(place, in: copy + "-wal")
            }
        }
        for byte in 0..<32 {
            try turn(byte, in: copy + "-wal")
            #expect(SQLiteFile(copy).faults.map(\.place) == ["copy.sqlite-wal: header"], "byte \(byte)")
            try turn(byte, in: copy + "-wal")
        }
        let store = try SQLiteStore(path: copy)
        #expect(try await store.read { try $0.query(TestTables.note.selectAll, []).count } == 3)
        try await store.close()
    }

    @Test("a last transaction that was torn is no damage")
    func tornEnd() async throws {
        let copy = try await killed(withIndex: false)
        let log = try Data(contentsOf: URL(fileURLWithPath: copy + "-wal"))
        let end = 32 + SQLiteFile(copy).framesInLog * 4120
        for cut in [end - 1, end - 4096, end - 4100] {
            try log.prefix(cut).write(to: URL(fileURLWithPath: copy + "-wal"))
            #expect(SQLiteFile(copy).faults.isEmpty, "\(cut)")
        }
        let store = try SQLiteStore(path: copy)
        #expect(try await store.read { try $0.query(TestTables.note.selectAll, []).count } == 2)
        try await store.close()
    }
}
