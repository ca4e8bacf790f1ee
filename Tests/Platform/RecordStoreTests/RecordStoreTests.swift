import Crypto
import Foundation
import RecordStore
import Storage
import TestMaterial
import TestSupport
import Testing
import Vault

@Suite("The one door to personal data")
struct RecordStoreTests {
    struct Stop: Error {}

    let test: TestRecords

    init() async throws { test = try await TestRecords() }

    @Test("each act leaves one leaf, which says who, why, by which right, and what became of each row")
    func everyActHasALeaf() async throws {
        try await test.add("p1")
        try await test.change("p1", to: "read")
        try await test.remove("p1")
        let leaves = try await test.leaves(of: "person/p1")
        #expect(leaves.map(\.act) == ["note.add"])
        #expect(try await test.rowCount("audit_leaf") == 3)
        let leaf = try #require(leaves.first)
        #expect(leaf.actor == test.access.actor)
        #expect(leaf.purpose == test.access.purpose)
        #expect(leaf.legalBasis == test.access.legalBasis)
        #expect(leaf.store == "records")
        #expect(leaf.at == test.clock.now)
        #expect(leaf.subjects.map(\.reach) == [.write])
        #expect(leaf.rows.count == 1)
        #expect(leaf.rows[0].table == "note" && leaf.rows[0].key == "p1")
        #expect(leaf.rows[0].before == nil && leaf.rows[0].after?.count == 64)
    }

    @Test("an act that throws leaves neither rows nor a leaf")
    func thrownActLeavesNothing() async throws {
        await #expect(throws: Stop.self) {
            try await test.records.perform("note.add", access: test.access) { transaction in
                try TestRecords.insert("p1", "words", in: transaction)
                throw Stop()
            }
        }
        for table in ["note", "audit_leaf", "audit_subject", "audit_pending"] {
            #expect(try await test.rowCount(table) == 0, "\(table)")
        }
    }

    @Test("opening a field puts its subject into the leaf")
    func readingIsSeen() async throws {
        try await test.add("p1", "secret")
        #expect(try await test.read("p1") == "secret")
        let leaves = try await test.leaves(of: "person/p1")
        #expect(leaves.map(\.act) == ["note.read", "note.add"])
        #expect(leaves[0].subjects.map(\.reach) == [.read])
        #expect(leaves[0].rows.isEmpty)
    }

    @Test("an act that reaches nobody leaves no leaf")
    func emptyActLeavesNoLeaf() async throws {
        #expect(try await test.read("nobody") == nil)
        #expect(try await test.rowCount("audit_leaf") == 0)
    }

    @Test("neither leaf nor row holds what was sealed", .disabled(if: TestServer.isEngineOfAllTests))
    func leavesHoldNoValue() async throws {
        try await test.add("p1", "PLANTED-WORDS")
        _ = try await test.read("p1")
        try await test.sequencer.drain()
        try await test.store.close()
        try await test.logStore.close()
        for file in try test.folder.contents() {
            #expect(file.bytes.range(of: Data("PLANTED-WORDS".utf8)) == nil, "\(file.name)")
        }
    }

    @Test("rows change only by acts that say so: a statement that writes is refused where one reads")
    func queriesOnlyRead() async throws {
        try await test.add("p1")
        await #expect(throws: StorageError.self) {
            try await test.records.perform("note.sneak", access: test.access) {
                try $0.query(TestRecords.removeNotes, [.text("p1")])
            }
        }
        await #expect(throws: StorageError.self) {
            try await test.records.lookUp { try $0.query(TestRecords.removeNotes, [.text("p1")]) }
        }
        #expect(try await test.rowCount("note") == 1)
    }

    @Test("changing or removing a row that is not there is an error")
    func absentRows() async throws {
        let changed = await #expect(throws: RecordError.self) { try await test.change("p1", to: "read") }
        #expect(changed?.code == .absent)
        let removed = await #expect(throws: RecordError.self) { try await test.remove("p1") }
        #expect(removed?.code == .absent)
    }

    @Test("a field does not open in another row, nor under another subject")
    func fieldsStayInTheirRows() async throws {
        try await test.add("p1", "secret")
        try await test.add("p2", "other")
        let moved = await #expect(throws: VaultError.self) {
            try await test.records.perform("note.read", access: test.access) { transaction in
                guard let row = try transaction.row(TestRecords.note, key: [.text("p1")]) else { return }
                _ = try transaction.open(
                    String.self, from: row, subject: "person/p1", table: TestRecords.note, row: "p2", field: "content")
            }
        }
        #expect(moved?.code == .seal)
    }

    // MARK: Repeated requests

    func addOnce(_ id: String, key: String?, act: String = "note.add", access: Access? = nil) async throws -> String {
        try await test.records.perform(act, access: access ?? test.access, idempotencyKey: key.map { IdempotencyKey($0) }) { transaction in
            try TestRecords.insert(id, "words", in: transaction)
            return transaction.newIdentifier()
        }
    }

    @Test("a repeated request gets the first answer and does nothing")
    func repeatedRequest() async throws {
        let first = try await addOnce("p1", key: "k1")
        #expect(try await addOnce("p1", key: "k1") == first)
        #expect(try await addOnce("p2", key: "k1") == first)
        #expect(try await test.rowCount("note") == 1)
        #expect(try await addOnce("p2", key: "k2") != first)
    }

    @Test("many at once with one key act once and all get its answer")
    func repeatedAtOnce() async throws {
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await addOnce("p1", key: "k1") } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(answers.count == 1)
        #expect(try await test.rowCount("note") == 1)
    }

    @Test("a key that was used for another act is refused")
    func keyReuse() async throws {
        _ = try await addOnce("p1", key: "k1")
        let error = await #expect(throws: RecordError.self) {
            try await addOnce("p2", key: "k1", act: "note.other")
        }
        #expect(error?.code == .keyReused)
        #expect(try await test.rowCount("note") == 1)
    }

    @Test("two actors may use the same key")
    func keysBelongToActors() async throws {
        let first = try await addOnce("p1", key: "k1")
        #expect(try await addOnce("p2", key: "k1", access: Staff.otherAgent) != first)
    }

    @Test("a request that failed may be repeated with its key")
    func failedRequest() async throws {
        _ = try await addOnce("p1", key: nil)
        await #expect(throws: StorageError.self) { try await addOnce("p1", key: "k1") }
        _ = try await addOnce("p2", key: "k1")
        #expect(try await test.rowCount("note") == 2)
    }

    // MARK: Keys of the store

    @Test("a store does not open with another master key")
    func wrongMasterKey() async throws {
        try await test.add("p1")
        try await test.store.close()
        try await test.logStore.close()
        let other = MasterKey(SymmetricKey(size: .bits256))
        let error = await #expect(throws: RecordError.self) {
            try await TestRecords(folder: test.folder, master: other)
        }
        #expect(error?.code == .wrongKey)
        let again = try await TestRecords(folder: test.folder, seed: 2)
        #expect(try await again.read("p1") == "words")
    }
}

@Suite("Identifiers")
struct SurroundingsTests {
    @Test("are UUIDs of version 7 and ascend, also within a millisecond and when the clock goes back")
    func identifiersAscend() {
        let clock = FixedClock()
        let surroundings = Surroundings.fixed(clock)
        var identifiers = (0..<10_000).map { _ in surroundings.newIdentifier() }
        clock.advance(seconds: -60)
        identifiers.append(surroundings.newIdentifier())
        clock.advance(seconds: 120)
        identifiers.append(surroundings.newIdentifier())
        #expect(identifiers == identifiers.sorted())
        #expect(Set(identifiers).count == identifiers.count)
        // RFC 9562, 5.7: version 7 and the variant 10.
        for identifier in identifiers {
            let parts = identifier.split(separator: "-")
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(parts[2].first == "7")
            #expect("89ab".contains(parts[3].first ?? "x"))
        }
    }

    @Test("hexadecimal digits return as they went, and nothing else is read")
    func hexadecimal() {
        var generator = SeededGenerator(seed: 5)
        for length in 0..<40 {
            let bytes = generator.bytes(length)
            #expect(Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes)
        }
        for wrong in ["0", "0g", "+1", " 1", "0x", "é"] { #expect(Hexadecimal.decode(wrong) == nil, "\(wrong)") }
    }
}
