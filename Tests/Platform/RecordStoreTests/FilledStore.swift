import Agency
import CivilNumber
import Foundation
import GRDB
import InventedFingers
import Outreach
import PopulationRegister
import RecordStore
import SocialRegister
import Storage
import StrictJSON
import TestMaterial
import TestSupport
import Testing

@testable import Installation

/// A store in which every table has rows, made once; each test works on a copy.
struct FilledStore: Sendable {
    let folder: TemporaryFolder

    static let made = Task { try await FilledStore() }

    private init() async throws {
        let test = try await TestInstallation(folder: TemporaryFolder(), clock: FixedClock(), on: nil)
        let installation = test.installation
        var numbers: [String] = []
        for index in 0..<6 {
            test.clock.advance(seconds: 7)
            let sex = index.isMultiple(of: 2) ? "female" : "male"
            let birth: JSONValue = ["date": .string(index < 3 ? "198\(index)-01-0\(index + 1)" : "201\(index)-05-06")]
            numbers.append(try await test.enrol(Samples.application(index, sex: sex, birth: birth)).number)
            try await installation.sequencer.drain()
        }
        let draft = try await test.population.draft(
            try test.content(Samples.application(90)), access: Staff.agent)
        try await test.population.correct(
            draft, content: try test.content(Samples.application(91)), access: Staff.agent)
        _ = try await test.population.apply(
            try test.content(Samples.application(92)), access: Staff.agent, idempotencyKey: "key-1")
        try await Self.compareOneAgain(numbers, test)
        try await Self.takeOneFingerThrice(test)
        _ = try await test.population.reserveNumbers(
            3, access: Staff.operatorAccess, using: SeededGenerator(seed: 4))
        for number in numbers.prefix(3) {
            try await test.population.sendOneTimeCode(number: number) { transaction, code in
                try Outreach.write(
                    OutgoingMessage(kind: .oneTimeCode, phone: nil, values: ["code": code.code]), to: code.personID,
                    in: transaction)
            }
        }
        for index in 0..<3 {
            _ = try await installation.agency.addStaff(
                name: "agent\(index)", password: "a long password", roles: [.agent], access: Staff.operatorAccess)
            let session = try await installation.agency.openSession(
                .resident(personID: "p\(index)"), lifetimeSeconds: 60)
            if index == 0 { try await installation.agency.closeSession(session.secret) }
        }
        for (index, members) in [[0, 3, 4], [1], [2, 5]].enumerated() {
            let declaration = Samples.declaration(members.map { numbers[$0] })
            for _ in 0...index {
                _ = try await installation.social.declare(
                    try HouseholdDeclaration(declaration), today: try test.today, access: Staff.households,
                    idempotencyKey: IdempotencyKey("household-\(index)"))
                test.clock.advance(seconds: 1)
            }
        }
        _ = try await installation.social.declare(
            try HouseholdDeclaration(Samples.declaration([numbers[0], numbers[3], numbers[4]], rooms: 3)),
            today: try test.today, access: Staff.households)
        try await Self.tellOfMerges(installation)
        try await Self.leaveJobs(installation, test.clock)
        try await Self.bringInFiles(installation)
        try await installation.sequencer.drain()
        // Leaves that wait, in both stores.
        for number in numbers.prefix(3) {
            test.clock.advance(seconds: 1)
            _ = try await installation.social.household(number: number, access: Staff.households)
        }
        folder = try TemporaryFolder()
        try Self.copy(test.storePath, to: folder.path)
        try await installation.close()
    }

    /// In each store three files of which a part was brought in.
    private static func bringInFiles(_ installation: Installation) async throws {
        for records in [installation.populationRecords, installation.socialRecords] {
            for index in 1...3 {
                try await records.perform("person.importBatch", access: Staff.operatorAccess) { transaction in
                    let start = BulkPlace(source: "file \(index)")
                    var reached = start
                    reached.line = Int64(index)
                    reached.byte = Int64(100 * index)
                    reached.report = [UInt8(index)]
                    try transaction.move(from: start, to: reached)
                }
            }
        }
    }

    /// Three persons of no household whose files were merged, the last of them parted again.
    private static func tellOfMerges(_ installation: Installation) async throws {
        func token(_ byte: UInt8) throws -> SectorToken {
            try #require(SectorToken(bytes: Array(repeating: byte, count: SectorToken.byteCount)))
        }
        for index in 1...3 {
            try await installation.social.follow(
                SectorStanding(
                    own: try token(UInt8(index)), leadsTo: index == 3 ? nil : try token(UInt8(index + 10)),
                    version: Int64(index)), access: Staff.operatorAccess)
        }
    }

    /// In each store one job that is done and two that wait.
    private static func leaveJobs(_ installation: Installation, _ clock: FixedClock) async throws {
        let runner = installation.jobRunner()
        try await installation.scheduleDailyJobs()
        try await runner.drain(dueOnly: true)
        for _ in 1...2 {
            clock.advance(seconds: 24 * 3600)
            try await installation.scheduleDailyJobs()
        }
        clock.advance(seconds: -2 * 24 * 3600)
    }

    /// Three applicants give the same finger, and a reviewer gives an opinion on each case.
    private static func takeOneFingerThrice(_ test: TestInstallation) async throws {
        let names = [("Hind", "Ouazzani"), ("Salwa", "Lahlou"), ("Nadia", "Tazi")]
        let arabic = [("هند", "الوزاني"), ("سلوى", "لحلو"), ("نادية", "التازي")]
        for index in 0..<3 {
            var person = Samples.application(
                300 + index, birth: ["date": .string("197\(index)-0\(index + 2)-1\(index)")], given: names[index].0,
                family: names[index].1)
            person = Samples.changed(person, "names", "arabic", "given", to: .string(arabic[index].0))
            person = Samples.changed(person, "names", "arabic", "family", to: .string(arabic[index].1))
            let id = try await test.population.apply(try test.content(person), access: Staff.agent).application
            _ = try await test.population.captureFinger(
                id, position: 2, image: try InventedFinger.png(1, impression: UInt64(index + 1)), dpi: 500,
                access: Staff.agent)
            _ = try await test.population.searchPrints(id, access: Staff.agent)
            for entry in try await test.population.identityCases(of: id, access: Staff.reviewer) {
                _ = try await test.population.decideIdentity(
                    id, candidate: entry.candidate, .same, reason: "seen", access: Staff.reviewer)
            }
        }
    }

    /// Somebody comes again without documents, and one reviewer gives an opinion.
    private static func compareOneAgain(_ numbers: [String], _ test: TestInstallation) async throws {
        let again = Samples.changed(
            Samples.without(Samples.application(93, sex: "female", birth: ["date": "1980"]), "documents"), "witnesses",
            to: .array(numbers.prefix(2).map { ["civilNumber": .string($0)] }))
        let receipt = try await test.population.apply(try test.content(again), access: Staff.agent)
        _ = try await test.population.decideDuplicate(
            receipt.application, candidate: try #require(receipt.candidates.first).file, .same, reason: "seen both",
            access: Staff.reviewer)
    }

    static let databases = ["population", "social", "log"]

    private static func copy(_ from: String, to: String) throws {
        try FileManager.default.copyItem(atPath: "\(from)/master.key", toPath: "\(to)/master.key")
        for name in databases {
            let queue = try DatabaseQueue(path: "\(from)/\(name).sqlite")
            try queue.writeWithoutTransaction {
                try $0.execute(sql: "VACUUM INTO ?", arguments: ["\(to)/\(name).sqlite"])
            }
            try queue.close()
        }
    }

    /// Changes a closed store by its file.
    static func execute(_ sql: String, at path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// A copy, opened.
    func open() async throws -> TestInstallation {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/store", withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: self.folder.path) {
            try FileManager.default.copyItem(
                atPath: "\(self.folder.path)/\(name)", toPath: "\(folder.path)/store/\(name)")
        }
        return try await TestInstallation(folder: folder, clock: FixedClock(), seed: 77, on: nil)
    }
}

/// One table of one database, as the catalogues describe it.
struct PlacedTable: Sendable, CustomTestStringConvertible {
    let store: String
    let table: Storage.Table

    var testDescription: String { "\(store).\(table.name)" }

    static let all: [PlacedTable] = {
        let stores: [(String, Set<String>)] = [
            ("population", ["recordStore", "population", "agency", "outreach"]),
            ("social", ["recordStore", "social", "programmes"]), ("log", ["log"]),
        ]
        let fixed = ["schema_migration", "key_check"]
        var placed: [PlacedTable] = []
        for (store, names) in stores {
            for catalogue in Installation.catalogues {
                for table in catalogue.tables
                where names.contains(catalogue.name)
                    || (store == "log" && catalogue.name == "recordStore" && fixed.contains(table.name))
                { placed.append(PlacedTable(store: store, table: table)) }
            }
        }
        return placed
    }()
}
