import RecordStore
import Storage
import Synchronization
import TestSupport
import Testing
import TransparencyLog

@Suite("The sequencer and the log")
struct LogTests {
    let test: TestRecords

    init() async throws { test = try await TestRecords() }

    /// What is signed now.
    func checkpoint() async throws -> Checkpoint {
        let note = try #require(try await test.log.latestCheckpoint())
        return try Checkpoint(note: note, origin: "test.example/log", verifiers: [test.log.verifier])
    }

    @Test("brings each leaf into the tree once, however often it drains")
    func exactlyOnce() async throws {
        #expect(try await test.log.latestCheckpoint() == nil)
        for index in 0..<7 { try await test.add("p\(index)") }
        #expect(try await test.sequencer.drain() == 7)
        #expect(try await test.sequencer.drain() == 0)
        #expect(try await checkpoint().size == 7)
        #expect(try await test.rowCount("audit_pending") == 0)
        try await test.add("p7")
        #expect(try await test.sequencer.drain() == 1)
        #expect(try await checkpoint().size == 8)
        #expect(try await test.verifier.verify().isSound)
    }

    @Test("more leaves than one batch are all sequenced")
    func manyBatches() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<1203 { group.addTask { try await test.add("p\(index)") } }
            try await group.waitForAll()
        }
        #expect(try await test.sequencer.drain() == 1203)
        #expect(try await checkpoint().size == 1203)
        #expect(try await test.rowCount("audit_pending") == 0)
    }

    @Test("two sequencers at once, while others write, still sequence each leaf once")
    func twoSequencers() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<60 { group.addTask { try await test.add("p\(index)") } }
            for _ in 0..<8 { group.addTask { try await test.sequencer.drain() } }
            try await group.waitForAll()
        }
        try await test.sequencer.drain()
        #expect(try await checkpoint().size == 60)
        let report = try await test.verifier.verify()
        #expect(report.isSound, "\(report.findings)")
    }

    @Test("a stop after the log has the leaves, and before they are off the list, delivers them again without harm")
    func crashBetweenTheTwo() async throws {
        for index in 0..<5 { try await test.add("p\(index)") }
        test.store.stop(after: 0)
        await #expect(throws: InterruptibleStore.Stopped.self) { try await test.sequencer.drain() }
        test.store.stop(after: nil)
        #expect(try await checkpoint().size == 5)
        #expect(try await test.rowCount("audit_pending") == 5)
        let between = try await test.verifier.verify()
        #expect(between.isSound && between.pending == 0, "\(between.findings)")
        try await test.add("p5")
        #expect(try await test.sequencer.drain() == 6)
        #expect(try await checkpoint().size == 6)
        #expect(try await test.rowCount("audit_pending") == 0)
        #expect(try await test.verifier.verify().isSound)
    }

    @Test("a stop before the log has the leaves loses none")
    func crashBeforeTheLog() async throws {
        for index in 0..<3 { try await test.add("p\(index)") }
        test.logStore.stop(after: 0)
        await #expect(throws: InterruptibleStore.Stopped.self) { try await test.sequencer.drain() }
        test.logStore.stop(after: nil)
        #expect(try await test.log.latestCheckpoint() == nil)
        let report = try await test.verifier.verify()
        #expect(report.isSound && report.pending == 3)
        #expect(try await test.sequencer.drain() == 3)
    }

    @Test("a running sequencer takes up what is written, and what was written last when it is stopped")
    func runsUntilStopped() async throws {
        let errors = Mutex<[String]>([])
        let sequencer = test.sequencer
        let task = Task {
            await sequencer.run(every: .milliseconds(20)) { error in errors.withLock { $0.append("\(error)") } }
        }
        try await test.add("p1")
        // Bounded by a second's worth of intervals, not by a clock: the leaf must be there without any drain of ours.
        var size: UInt64 = 0
        for _ in 0..<500 where size == 0 {
            try await Task.sleep(for: .milliseconds(10))
            size = try await test.log.latestCheckpoint() == nil ? 0 : try await checkpoint().size
        }
        #expect(size == 1)
        try await test.add("p2")
        task.cancel()
        await task.value
        #expect(try await checkpoint().size == 2)
        #expect(try await test.rowCount("audit_pending") == 0)
        #expect(errors.withLock { $0 } == [])
    }

    @Test("each leaf's inclusion is proved against the signed root, and each root's past against every later one")
    func proofsHold() async throws {
        var roots: [UInt64: LogHash] = [:]
        for index in 0..<13 {
            try await test.add("p\(index)")
            if index % 3 == 0 { try await test.change("p\(index)", to: "seen") }
            try await test.sequencer.drain()
            let signed = try await checkpoint()
            roots[signed.size] = signed.root
        }
        let size = try await checkpoint().size
        let root = try #require(roots[size])
        for index in 0..<13 {
            for leaf in try await test.leaves(of: "person/p\(index)") {
                let place = try #require(try await test.log.index(ofLeaf: leaf.id))
                let content = try #require(
                    try await test.store.read {
                        try $0.query(
                            Statement("c", "SELECT content FROM audit_leaf WHERE leaf_id = ?"), [.text(leaf.id)]
                        )
                        .first?.blob("content")
                    })
                let proof = try await test.log.inclusionProof(index: place, size: size)
                let hash = MerkleTree.leafHash(of: content)
                try TreeProof.inclusion(index: place, size: size).verify(leafHash: hash, hashes: proof, root: root)
                var other = content
                other[other.count / 2] ^= 1
                #expect(throws: TreeProofError.self) {
                    try TreeProof.inclusion(index: place, size: size)
                        .verify(leafHash: MerkleTree.leafHash(of: other), hashes: proof, root: root)
                }
            }
        }
        for (old, oldRoot) in roots {
            let proof = try await test.log.consistencyProof(old: old, new: size)
            try TreeProof.consistency(old: old, new: size).verify(olderRoot: oldRoot, hashes: proof, root: root)
        }
        await #expect(throws: TreeProofError.self) { try await test.log.inclusionProof(index: size, size: size) }
        await #expect(throws: TreeProofError.self) { try await test.log.inclusionProof(index: 0, size: size + 1) }
        await #expect(throws: TreeProofError.self) { try await test.log.consistencyProof(old: 0, new: size) }
    }

    @Test("a leaf that is pending has no place yet")
    func pendingLeaf() async throws {
        try await test.add("p1")
        let leaf = try #require(try await test.leaves(of: "person/p1").first)
        #expect(try await test.log.index(ofLeaf: leaf.id) == nil)
        try await test.sequencer.drain()
        #expect(try await test.log.index(ofLeaf: leaf.id) == 0)
    }
}
