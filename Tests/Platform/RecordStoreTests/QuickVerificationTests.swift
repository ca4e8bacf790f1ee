import Quantities
import Storage
import TestMaterial
import TestSupport
import Testing

@testable import Installation
@testable import RecordStore

/// What tells a sound store without comparing rows one by one.
@Suite("Verification that reads everything once")
struct QuickVerificationTests {
    @Test("tells a sound store by itself, of many acts and of none, in both scopes")
    func soundStore() async throws {
        let test = try await TestRecords()
        for scope in [AuditVerifier.Scope.everything, .leaves] {
            #expect(try await AuditSummary.read([test.records], test.log, scope).isSound)
        }
        for index in 0..<40 {
            try await test.add("p\(index)")
            try await test.change("p\(index)", to: "seen")
            if index.isMultiple(of: 4) { try await test.remove("p\(index)") }
            if index.isMultiple(of: 9) { try await test.sequencer.drain() }
        }
        for scope in [AuditVerifier.Scope.everything, .leaves] {
            let summary = try await AuditSummary.read([test.records], test.log, scope)
            #expect(summary.isSound && summary.report.leavesChecked == 90)
            #expect(summary.report.pending == 90 - Int(summary.report.treeSize))
        }
    }

    @Test("tells the filled store of all registers by itself, with jobs, messages and leaves that wait")
    func filledStore() async throws {
        let test = try await FilledStore.made.value.open()
        let installation = test.installation
        for scope in [AuditVerifier.Scope.everything, .leaves] {
            let summary = try await AuditSummary.read(
                [installation.populationRecords, installation.socialRecords], installation.log, scope)
            #expect(summary.isSound && summary.report.pending > 0)
        }
    }

    @Test("reads a leaf as the decoder does, whatever its texts hold", arguments: [3, 4, 5] as [UInt64])
    func leavesAreRead(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let letters = Array("abc éسجل{}[]:,/'\n").map(String.init)
        for round in 0..<300 {
            func text(_ most: Int) -> String {
                (0..<Int.random(in: 0...most, using: &generator)).map { _ in
                    letters[Int.random(in: 0..<letters.count - (round.isMultiple(of: 10) ? 0 : 1), using: &generator)]
                }.joined()
            }
            func digest() -> String? {
                Bool.random(using: &generator)
                    ? Hexadecimal.encode((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }) : nil
            }
            let leaf = AuditLeaf(
                id: text(40), store: text(12), at: FixedClock().now, act: text(20), access: Staff.agent,
                subjects: (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    AuditLeaf.Subject(id: text(40), reach: .read)
                },
                rows: (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                    AuditLeaf.RowState(table: text(15), key: text(60), before: digest(), after: digest())
                },
                details: Dictionary(
                    (0..<Int.random(in: 0...2, using: &generator)).map { ("\($0)", text(9)) }, uniquingKeysWith: { $1 })
            )
            let content = leaf.encoded()
            #expect(try AuditLeaf(decoding: content) == leaf)
            let read = Self.read(content)
            let hasEscapes = content.contains(UInt8(ascii: "\\"))
            #expect((read == nil) == hasEscapes)
            if let read {
                #expect(read.id == leaf.id && read.store == leaf.store && read.rows == leaf.rows)
                #expect(read.subjects == leaf.subjects.map(\.id))
            }
            for place in [0, content.count / 3, content.count - 1] {
                #expect(Self.read(Array(content[..<place])) == nil)
            }
            #expect(Self.read(Array(content[1...])) == nil)
            #expect(Self.read(content + [0x20]) == nil)
        }
    }

    struct ReadLeaf {
        var id = ""
        var store = ""
        var rows: [AuditLeaf.RowState] = []
        var subjects: [String] = []
    }

    static func read(_ content: [UInt8]) -> ReadLeaf? {
        var result = ReadLeaf()
        var digests = [UInt8](repeating: 0, count: 64)
        return content.withUnsafeBytes { content in
            digests.withUnsafeMutableBufferPointer { digests -> ReadLeaf? in
                guard var leaf = LeafBytes(content), let scratch = digests.baseAddress else { return nil }
                func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
                func hex(_ bytes: UnsafePointer<UInt8>?) -> String? {
                    bytes.map { Hexadecimal.encode(UnsafeBufferPointer(start: $0, count: 32)) }
                }
                let head = leaf.read(
                    digests: scratch,
                    row: {
                        result.rows.append(
                            AuditLeaf.RowState(
                                table: text($0.table), key: text($0.key), before: hex($0.before), after: hex($0.after)))
                    }, subject: { result.subjects.append(text($0)) })
                guard let head else { return nil }
                result.id = text(head.id)
                result.store = text(head.store)
                return result
            }
        }
    }

    @Test("an identifier is 16 bytes, and nothing else than what the program writes is one")
    func identifiers() {
        let text = "01a2264c-65b0-7009-a5c0-6199f93ccc7d"
        #expect(LeafID(text)?.text == text)
        for place in text.indices {
            for strange in ["x", "A", "-", ""] where strange != String(text[place]) {
                var changed = text
                changed.replaceSubrange(place...place, with: strange)
                #expect(LeafID(changed) == nil, "\(changed)")
            }
        }
    }

    @Test("leaves that were changed are found without reading the registers' rows, and rows are left aside")
    func leavesAlone() async throws {
        let test = try await TestRecords()
        for index in 0..<9 { try await test.add("p\(index)") }
        try await test.sequencer.drain()
        try await test.add("p9")
        func findings() async throws -> [AuditReport.Finding] { try await test.verifier.verify(.leaves).findings }
        func tamper(_ sql: String) async throws {
            try await test.store.write { _ = try $0.execute(Statement("tamper", sql), []) }
        }
        try await tamper("UPDATE note SET state = 'x'")
        #expect(try await findings().isEmpty)
        #expect(try await test.verifier.verify(.leaves).pending == 1)
        try await tamper("UPDATE audit_leaf SET code = content WHERE leaf_id = (SELECT MAX(leaf_id) FROM audit_leaf)")
        #expect(try await findings().map(\.kind) == [.edited])
        try await tamper("DELETE FROM audit_leaf WHERE leaf_id = (SELECT MIN(leaf_id) FROM audit_leaf)")
        let found = try await findings()
        #expect(found.contains { $0.table == "audit_leaf" && $0.kind == .removed && $0.leafIndex == 0 })
        #expect(!found.contains { $0.table == "note" || $0.table == "audit_subject" })
    }
}
