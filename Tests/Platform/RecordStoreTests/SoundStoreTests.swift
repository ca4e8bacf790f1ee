import Crypto
import Foundation
import RecordStore
import Storage
import TestMaterial
import TestSupport
import Testing
import Vault

@Suite("A sound store")
struct SoundStoreTests {
    @Test("is found sound after many acts, in every order of the leaves", arguments: [1, 2, 3] as [UInt64])
    func soundAfterManyActs(seed: UInt64) async throws {
        print("seed \(seed)")
        let test = try await TestRecords(seed: seed)
        var generator = SeededGenerator(seed: seed)
        var present: Set<String> = []
        for _ in 0..<200 {
            let id = "p\(Int.random(in: 0..<12, using: &generator))"
            switch (present.contains(id), Int.random(in: 0..<4, using: &generator)) {
            case (false, _):
                try await test.add(id)
                present.insert(id)
            case (true, 0):
                try await test.remove(id)
                present.remove(id)
            // Back and forth between two states, so that digests return.
            case (true, 1): try await test.change(id, to: "new")
            case (true, 2): try await test.change(id, to: "old")
            case (true, _): _ = try await test.read(id)
            }
            if Int.random(in: 0..<10, using: &generator) == 0 { try await test.sequencer.drain() }
            // A clock that was set back: identifiers made by a later process would then sort before earlier ones.
            test.clock.advance(seconds: Int64.random(in: -2...3, using: &generator))
        }
        let report = try await test.verifier.verify()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.rowsChecked > 400)
    }

    @Test("is found sound although its clock was set back between two runs of the program")
    func clockSetBack() async throws {
        let folder = try TemporaryFolder()
        for run in 0..<4 {
            let test = try await TestRecords(folder: folder, seed: UInt64(run))
            test.clock.advance(seconds: Int64(-3600 * run))
            if run.isMultiple(of: 2) { try await test.add("p1") } else { try await test.remove("p1") }
            // Not sequenced until the end, so that the tree has the leaves in the order of the wrong clock.
            if run == 3 { try await test.sequencer.drain() }
            let report = try await test.verifier.verify()
            #expect(report.isSound, "run \(run): \(report.findings)")
            try await test.store.close()
            try await test.logStore.close()
        }
    }

    @Test("is found sound while others write and sequence")
    func soundInUse() async throws {
        let test = try await TestRecords()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for index in 0..<150 {
                    try await test.add("p\(index)")
                    try await test.change("p\(index)", to: "seen")
                    if index.isMultiple(of: 5) { try await test.sequencer.drain() }
                }
            }
            group.addTask {
                for _ in 0..<25 {
                    let report = try await test.verifier.verify()
                    #expect(report.isSound, "\(report.findings)")
                }
            }
            try await group.waitForAll()
        }
        try await test.sequencer.drain()
        let report = try await test.verifier.verify()
        #expect(report.isSound && report.pending == 0 && report.treeSize == 300)
    }

    @Test("an empty store is sound")
    func emptyStore() async throws {
        let test = try await TestRecords()
        let report = try await test.verifier.verify()
        #expect(report.isSound && report.treeSize == 0)
    }
}
