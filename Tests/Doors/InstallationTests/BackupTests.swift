import Foundation
import Installation
import PopulationRegister
import RecordStore
import Storage
import TestSupport
import Testing

@Suite("Backup and restore of an embedded store")
struct BackupTests {
    static func embedded() async throws -> TestInstallation {
        try await TestInstallation(folder: TemporaryFolder(), clock: FixedClock(), on: nil)
    }

    @Test("a copy made while people are enrolled is of one moment, and sound once it is restored")
    func copyWhileInUse() async throws {
        let test = try await Self.embedded()
        let before = try await test.enrol(Samples.application(0))
        let location = StoreLocation.folder(test.storePath)
        let work = Task {
            var index = 1
            while !Task.isCancelled {
                _ = try await test.enrol(Samples.application(index))
                try await test.installation.sequencer.drain()
                index += 1
            }
            return index
        }
        for round in 0..<4 {
            let backup = "\(test.folder.path)/backup-\(round)"
            try await location.backUp(to: backup)
            #expect(try FileManager.default.contentsOfDirectory(atPath: backup).count == 4)
            let restored = "\(test.folder.path)/restored-\(round)"
            try StoreLocation.folder(restored).restore(from: backup, key: "\(test.storePath)/master.key")
            let opened = try await Installation.open(
                directory: restored, jurisdiction: TestInstallation.jurisdiction,
                surroundings: .fixed(test.clock, seed: 9))
            try await opened.sequencer.drain()
            let report = try await opened.verifier.verify()
            #expect(report.isSound && report.treeSize > 0, "\(report.findings.prefix(3))")
            #expect(
                try await opened.population.person(number: before.number, access: Staff.reviewer).id == before.id)
            try await opened.close()
        }
        work.cancel()
        _ = try? await work.value
    }

    @Test("nothing that is there is overwritten, and an incomplete backup is refused")
    func nothingIsOverwritten() async throws {
        let test = try await Self.embedded()
        let location = StoreLocation.folder(test.storePath)
        let backup = "\(test.folder.path)/backup"
        try await location.backUp(to: backup)
        let again = await #expect(throws: StorageError.self) { try await location.backUp(to: backup) }
        #expect(again?.code == .unavailable)
        #expect(throws: StorageError.self) {
            try location.restore(from: backup, key: "\(test.storePath)/master.key")
        }
        let other = StoreLocation.folder("\(test.folder.path)/other")
        #expect(throws: StorageError.self) { try other.restore(from: backup, key: "\(test.folder.path)/no.key") }
        #expect(!FileManager.default.fileExists(atPath: "\(test.folder.path)/other"))
        try FileManager.default.removeItem(atPath: "\(backup)/social.sqlite")
        let partial = #expect(throws: StorageError.self) {
            try other.restore(from: backup, key: "\(test.storePath)/master.key")
        }
        #expect(partial?.message.contains("social.sqlite") == true)
        try await test.installation.close()
    }
}
