import CivilNumber
import Foundation
import Installation
import PopulationRegister
import Quantities
import RecordStore
import Storage
import StrictJSON
import TestSupport
import Testing
import Vault

@Suite("An installation")
struct InstallationTests {
    @Test("makes its folder, key and databases for its owner alone, and opens again with all it held")
    func opensAgain() async throws {
        let test = try await TestInstallation()
        let person = try await test.enrol(Samples.application(1))
        try await test.installation.close()
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: test.storePath))
        #expect(names.isSuperset(of: ["master.key", "population.sqlite", "social.sqlite", "log.sqlite"]))
        for name in names.union(["."]) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(test.storePath)/\(name)")
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
            #expect(mode & 0o077 == 0, "\(name)")
        }
        let again = try await TestInstallation(folder: test.folder, clock: test.clock, seed: 2)
        #expect(try await again.population.person(number: person.number, access: Staff.reviewer).id == person.id)
        let report = try await again.installation.verifier.verify()
        #expect(report.isSound && report.treeSize > 0)
    }

    @Test("files are for their owner alone also in a folder that others may enter")
    func openFolder() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/store", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        let test = try await TestInstallation(folder: folder, clock: FixedClock())
        for name in try FileManager.default.contentsOfDirectory(atPath: test.storePath) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(test.storePath)/\(name)")
            #expect(((attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777) & 0o077 == 0, "\(name)")
        }
    }

    @Test("opened many times at once, at its first start, is one installation")
    func openedAtOnce() async throws {
        let folder = try TemporaryFolder()
        let clock = FixedClock()
        let opened = try await withThrowingTaskGroup(of: TestInstallation.self) { group in
            for seed in 0..<6 {
                group.addTask { try await TestInstallation(folder: folder, clock: clock, seed: UInt64(seed)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // What one writes, every other reads.
        for (index, test) in opened.enumerated() {
            let person = try await test.enrol(Samples.application(index))
            for other in opened {
                #expect(
                    try await other.population.person(number: person.number, access: Staff.reviewer).id == person.id)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for test in opened { group.addTask { try await test.installation.sequencer.drain() } }
            try await group.waitForAll()
        }
        let report = try await opened[0].installation.verifier.verify()
        #expect(report.isSound && report.pending == 0, "\(report.findings)")
    }

    @Test("does not open with another installation's key")
    func otherKey() async throws {
        let first = try await TestInstallation()
        let second = try await TestInstallation()
        try await first.installation.close()
        try await second.installation.close()
        try FileManager.default.removeItem(atPath: "\(first.storePath)/master.key")
        try FileManager.default.copyItem(
            atPath: "\(second.storePath)/master.key", toPath: "\(first.storePath)/master.key")
        let error = await #expect(throws: RecordError.self) {
            _ = try await TestInstallation(folder: first.folder, clock: first.clock)
        }
        #expect(error?.code == .wrongKey)
    }

    @Test("does not open with a key file that others may read, nor where its folder cannot be made")
    func badFolders() async throws {
        let test = try await TestInstallation()
        try await test.installation.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(test.storePath)/master.key")
        let error = await #expect(throws: VaultError.self) {
            _ = try await TestInstallation(folder: test.folder, clock: test.clock)
        }
        #expect(error?.code == .keyFile)
        let file = "\(test.folder.path)/file"
        try Data().write(to: URL(fileURLWithPath: file))
        await #expect(throws: StorageError.self) {
            _ = try await Installation.open(directory: "\(file)/store", jurisdiction: TestInstallation.jurisdiction)
        }
    }

    @Test("is a demonstration exactly where the mark stands")
    func demonstrationMark() async throws {
        let test = try await TestInstallation()
        #expect(!test.installation.isDemonstration)
        try await test.installation.close()
        try Data().write(to: URL(fileURLWithPath: "\(test.storePath)/\(Installation.demonstrationMark)"))
        let again = try await TestInstallation(folder: test.folder, clock: test.clock)
        #expect(again.installation.isDemonstration)
    }

    @Test("closing sequences what is pending")
    func closingSequences() async throws {
        let test = try await TestInstallation()
        _ = try await test.enrol(Samples.application(1))
        try await test.installation.close()
        let again = try await TestInstallation(folder: test.folder, clock: test.clock)
        let report = try await again.installation.verifier.verify()
        #expect(report.isSound && report.pending == 0 && report.treeSize == 2)
    }
}

@Suite("A jurisdiction")
struct JurisdictionTests {
    static let country = TestInstallation.jurisdiction

    @Test("is read whole: languages, places, documents, numbers, law")
    func isRead() {
        let country = Self.country
        #expect(!country.languages.isEmpty && !country.names.isEmpty && !country.regions.isEmpty)
        #expect(country.communes.count > 1000)
        #expect(Set(country.communes.map(\.code)).count == country.communes.count)
        for commune in country.communes {
            #expect(!commune.code.isEmpty && !commune.region.isEmpty, "\(commune.code)")
            #expect(commune.names.values.allSatisfy { !$0.isEmpty }, "\(commune.code)")
            #expect(country.commune(commune.code) == commune)
        }
        let regions = Set(country.regions.map(\.code))
        #expect(Set(country.communes.map(\.region)).isSubset(of: regions))
        #expect(country.population.documentTypes.contains { $0.qualifiesWitness })
        #expect(country.householdNumbers.length != country.population.civilNumber.length)
        #expect(country.commune("nowhere") == nil)
    }

    @Test("knows the day in the country, not in Greenwich")
    func days() throws {
        // One hour ahead of Greenwich: the day begins an hour earlier.
        let evening = try Instant(iso8601: "2026-11-22T23:30:00.000Z")
        #expect(try Self.country.date(evening).description == "2026-11-23")
        #expect(try Self.country.date(try Instant(iso8601: "2026-11-22T22:30:00.000Z")).description == "2026-11-22")
    }

    @Test("is found where it is named, and not where it is not")
    func finding() throws {
        #expect(try Jurisdiction.find(Self.country.folder) == Self.country.folder)
        let folder = try TemporaryFolder()
        for wrong in [folder.path, "\(folder.path)/nowhere", ""] {
            let error = #expect(throws: JurisdictionError.self) { try Jurisdiction.find(wrong) }
            #expect(error?.message.contains("country.yaml") == true)
        }
    }

    /// A copy of the country's folder to damage.
    func copy() throws -> (TemporaryFolder, String) {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/country"
        try FileManager.default.copyItem(
            atPath: URL(fileURLWithPath: Self.country.folder).resolvingSymlinksInPath().path, toPath: path)
        return (folder, path)
    }

    @Test(
        "a missing file is named",
        arguments: ["country.yaml", "CivilNumber.yaml", "Geography/communes.csv", "Geography/regions.csv"])
    func missingFile(name: String) throws {
        let (folder, path) = try copy()
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        let error = #expect(throws: JurisdictionError.self) { _ = try Jurisdiction(folder: path) }
        #expect(error?.file == name)
        withExtendedLifetime(folder) {}
    }

    @Test("a damaged file is named, whatever is wrong with it")
    func damagedFile() throws {
        let (folder, path) = try copy()
        let country = try String(contentsOfFile: "\(path)/country.yaml", encoding: .utf8)
        for damaged in [
            "", "name: [", country.replacing("timeZone: ", with: "timeZone: Nowhere/"),
            country.replacing("adultAge: 18", with: "adultAge: many"), "\u{0}",
        ] {
            try damaged.write(toFile: "\(path)/country.yaml", atomically: true, encoding: .utf8)
            let error = #expect(throws: JurisdictionError.self) { _ = try Jurisdiction(folder: path) }
            #expect(error?.file == "country.yaml")
        }
        try Data([0xFF, 0xFE, 0xFF]).write(to: URL(fileURLWithPath: "\(path)/country.yaml"))
        #expect(throws: JurisdictionError.self) { _ = try Jurisdiction(folder: path) }
        withExtendedLifetime(folder) {}
    }

    @Test("a folder without law is refused")
    func withoutLaw() throws {
        let (folder, path) = try copy()
        try FileManager.default.removeItem(atPath: "\(path)/Law")
        #expect(throws: (any Error).self) { _ = try Jurisdiction(folder: path) }
        withExtendedLifetime(folder) {}
    }
}
