import BiometricFormats
import Fingerprint
import Foundation
import GalleryShards
import Installation
import InventedFingers
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON
import TestMaterial
import TestSupport
import Testing

@Suite("Fingers at the centre: taken, searched for, decided on, verified")
struct PrintsTests {
    let test: TestInstallation
    var population: PopulationRegister { test.population }
    static let second = Staff.access(.staff, "reviewer-2", .adjudication)

    init() async throws { test = try await TestInstallation() }

    func apply(_ index: Int, birth: JSONValue = ["date": "1980-03-05"]) async throws -> String {
        let names = [("Amina", "Berrada"), ("Hind", "Ouazzani"), ("Salwa", "Lahlou"), ("Nadia", "Tazi")]
        let arabic = [("أمينة", "برادة"), ("هند", "الوزاني"), ("سلوى", "لحلو"), ("نادية", "التازي")]
        var person = Samples.application(
            index, birth: birth, given: names[index % 4].0, family: names[index % 4].1)
        person = Samples.changed(person, "names", "arabic", "given", to: .string(arabic[index % 4].0))
        person = Samples.changed(person, "names", "arabic", "family", to: .string(arabic[index % 4].1))
        return try await population.apply(try test.content(person), access: Staff.agent).application
    }

    @discardableResult
    func take(
        _ application: String, _ position: Int, finger: UInt64, impression: UInt64
    ) async throws -> FingerCapture {
        try await population.captureFinger(
            application, position: position, image: try InventedFinger.png(finger, impression: impression), dpi: 500,
            access: Staff.agent)
    }

    func decide(_ file: String, _ candidate: String, _ opinion: DuplicateOpinion) async throws -> IdentityDecision {
        _ = try await population.decideIdentity(
            file, candidate: candidate, opinion, reason: "seen both", access: Staff.reviewer)
        return try await population.decideIdentity(
            file, candidate: candidate, opinion, reason: "seen both too", access: Self.second)
    }

    @Test("an impression is judged at once; the same picture, saved anew or cut, is not a new one")
    func captureAndReplay() async throws {
        let id = try await apply(0)
        let first = try await take(id, 2, finger: 1, impression: 1)
        #expect(first.attempt == 1 && (0...100).contains(first.quality) && first.alike.isEmpty)
        #expect(["accept", "recapture", "keepBest"].contains(first.advice))
        let image = try InventedFinger.image(1, impression: 1)
        var cut = try GreyImage(
            width: image.width - 9, height: image.height - 6,
            pixels: (6..<image.height).flatMap { y in (9..<image.width).map { image[$0, y] } })
        cut[3, 3] ^= 1
        for replayed in [InventedFinger.pgm(image), InventedFinger.pgm(cut)] {
            await #expect(throws: PopulationError.imageReplayed) {
                try await population.captureFinger(id, position: 2, image: replayed, dpi: 500, access: Staff.agent)
            }
        }
        let other = try await apply(1)
        await #expect(throws: PopulationError.imageReplayed) { try await take(other, 2, finger: 1, impression: 1) }
        let again = try await take(id, 2, finger: 1, impression: 2)
        #expect(again.attempt == 2)
        let mixed = try await take(id, 3, finger: 1, impression: 3)
        #expect(mixed.alike == [2], "one finger was given for two")
        let sheet = try await population.fingerSheet(of: id, access: Staff.agent)
        #expect(sheet.isOpen && sheet.isSearchNeeded && sheet.search == nil)
        #expect(sheet.fingers[1].attempts == 2 && sheet.fingers[1].quality == max(first.quality, again.quality))
    }

    @Test("what is no picture, no finger's position or no sensor's resolution is refused and leaves nothing")
    func badInput() async throws {
        let id = try await apply(0)
        let png = try InventedFinger.png(1, impression: 9)
        func take(_ position: Int, _ image: [UInt8], _ dpi: Double) async throws {
            _ = try await population.captureFinger(id, position: position, image: image, dpi: dpi, access: Staff.agent)
        }
        await #expect(throws: PopulationError.malformedPosition) { try await take(11, png, 500) }
        await #expect(throws: PopulationError.malformedResolution) { try await take(2, png, 72) }
        await #expect(throws: PopulationError.unreadableImage("image.unknown")) {
            try await take(2, Array("no picture".utf8), 500)
        }
        await #expect(throws: PopulationError.unreadableImage("image.refused")) {
            try await take(2, Array(png.prefix(200)), 500)
        }
        await #expect(throws: PopulationError.noFingers) {
            try await population.searchPrints(id, access: Staff.agent)
        }
        #expect(try await population.fingerSheet(of: id, access: Staff.agent).fingers.allSatisfy { $0.attempts == 0 })
    }

    @Test("nobody like it: clear, and only then a number; somebody who comes again is found, compared and linked")
    func story() async throws {
        let first = try await apply(0)
        try await take(first, 2, finger: 1, impression: 1)
        await #expect(throws: PopulationError.printsOpen) {
            try await population.review(first, .accept, access: Staff.reviewer)
        }
        #expect(try await population.searchPrints(first, access: Staff.agent).state == .clear)
        #expect(try await population.review(first, .accept, access: Staff.reviewer).civilNumber != nil)
        await #expect(throws: PopulationError.fingersClosed) { try await take(first, 2, finger: 1, impression: 5) }

        // Another name and document, the same finger.
        let again = try await apply(1)
        try await take(again, 2, finger: 1, impression: 2)
        let outcome = try await population.searchPrints(again, access: Staff.agent)
        #expect(outcome.state == .found && outcome.found == 1)
        await #expect(throws: PopulationError.duplicatesOpen) {
            try await population.review(again, .accept, access: Staff.reviewer)
        }
        #expect(try await population.filesWithOpenCases() == [again: 1])
        let compared = try await population.comparePrints(of: again, access: Staff.reviewer)
        let comparison = try #require(compared.comparisons.first)
        #expect(comparison.entry.candidate == first && comparison.entry.finding?.fingers.keys.sorted() == [2])
        let drawing = try #require(comparison.fingers.first?.drawing)
        #expect(drawing.components(separatedBy: "<image href=\"data:image/png;base64,").count == 3)
        #expect(drawing.components(separatedBy: "<line ").count > 8, "minutiae that agree are joined")
        await #expect(throws: PopulationError.reasonMissing) {
            try await population.decideIdentity(
                again, candidate: first, .same, reason: " ", access: Staff.reviewer)
        }
        await #expect(throws: PopulationError.sameOfficer) {
            try await population.decideIdentity(again, candidate: first, .same, reason: "seen", access: Staff.agent)
        }
        let decision = try await decide(again, first, .same)
        #expect(decision.outcome == .same && decision.state == .duplicate)
        await #expect(throws: PopulationError.alreadyDecided) {
            try await population.decideIdentity(again, candidate: first, .same, reason: "late", access: Staff.reviewer)
        }

        // A third one is shown the first file only: the linked one is the same person's.
        let third = try await apply(2)
        try await take(third, 2, finger: 1, impression: 3)
        #expect(try await population.searchPrints(third, access: Staff.agent).found == 1)

        // Reviewers find that the second was another person after all.
        _ = try await population.askUnmerge(of: again, reason: "twin", access: Staff.reviewer)
        let parted = try await population.decideIdentity(
            again, candidate: first, .different, reason: "twin", access: Self.second)
        #expect(parted.state == .inVerification)
        await #expect(throws: PopulationError.printsOpen) {
            try await population.review(again, .accept, access: Staff.reviewer)
        }
        // The third one, now earlier, is like it as well; the first is settled.
        #expect(try await population.searchPrints(again, access: Staff.agent).found == 1)
        #expect(try await decide(again, third, .different).outcome == .different)
        #expect(try await population.review(again, .accept, access: Staff.reviewer).civilNumber != nil)
        let found = try await test.installation.integrityProblems()
        #expect(found.isEmpty, "\(found.map(\.problem.problem))")
    }

    @Test("of two enrolments of one finger at once exactly one is clear, and both are seen")
    func twoAtOnce() async throws {
        var ids: [String] = []
        for index in 0..<2 {
            ids.append(try await apply(index))
            try await take(ids[index], 7, finger: 2, impression: UInt64(index + 1))
        }
        let population = population
        let outcomes = try await withThrowingTaskGroup(of: PrintSearchOutcome.self) { group in
            for id in ids { group.addTask { try await population.searchPrints(id, access: Staff.agent) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0.state == .clear } == 1)
        #expect(outcomes.count { $0.state == .found } == 1)
    }

    @Test("a matcher that does not answer makes the search incomplete, never clear, until a job has seen everybody")
    func incomplete() async throws {
        let folder = try TemporaryFolder()
        let gallery = EnrolmentGallery.Settings(
            path: "\(folder.path)/gallery", matchers: [try MatcherAddress("unix:\(folder.path)/nobody")], seconds: 1)
        let id: String
        do {
            let halted = try await TestInstallation(folder: folder, clock: FixedClock(), gallery: gallery)
            let content = try halted.content(Samples.application(1))
            id = try await halted.population.apply(content, access: Staff.agent).application
            _ = try await halted.population.captureFinger(
                id, position: 1, image: try InventedFinger.png(1, impression: 11), dpi: 500, access: Staff.agent)
            #expect(try await halted.population.searchPrints(id, access: Staff.agent).state == .incomplete)
            await #expect(throws: PopulationError.printsOpen) {
                try await halted.population.review(id, .accept, access: Staff.reviewer)
            }
            let outcome = try await halted.installation.jobRunner().runOne()
            #expect(outcome == .failed(kind: PopulationRegister.printSearchKind, problem: "PopulationError"))
            try await halted.installation.close()
        }
        let clock = FixedClock()
        clock.advance(seconds: 3600)
        let mended = try await TestInstallation(folder: folder, clock: clock)
        #expect(
            try await mended.installation.jobRunner().runOne() == .done(kind: PopulationRegister.printSearchKind))
        #expect(try await mended.population.fingerSheet(of: id, access: Staff.agent).search == .clear)
        #expect(try await mended.population.review(id, .accept, access: Staff.reviewer).civilNumber != nil)
        try await mended.installation.close()
    }

    @Test("a gallery that is lost is made again from the store, and finds as before")
    func lostGallery() async throws {
        let first = try await apply(0)
        try await take(first, 2, finger: 1, impression: 1)
        #expect(try await population.searchPrints(first, access: Staff.agent).state == .clear)
        let path = "\(test.storePath)/gallery"
        #expect(FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(atPath: path)
        let reopened = try await TestInstallation(folder: test.folder, clock: FixedClock(), seed: 99)
        let content = try reopened.content(Samples.application(7, given: "Hind", family: "Ouazzani"))
        let second = try await reopened.population.apply(content, access: Staff.agent).application
        _ = try await reopened.population.captureFinger(
            second, position: 2, image: try InventedFinger.png(1, impression: 2), dpi: 500, access: Staff.agent)
        #expect(try await reopened.population.searchPrints(second, access: Staff.agent).state == .found)
        try await reopened.installation.close()
    }

    @Test("children below the age of the country's data give no fingers; who may be old enough is asked")
    func children() async throws {
        let today = try test.today
        let (young, old) = ("\(today.year - 5)-12-31", "\(today.year - 5)-01-01")
        let child = try await apply(0, birth: ["date": .string(young)])
        #expect(try await population.fingerSheet(of: child, access: Staff.agent).isTaken == false)
        await #expect(throws: PopulationError.fingersNotTaken) { try await take(child, 2, finger: 1, impression: 1) }
        await #expect(throws: PopulationError.fingersNotTaken) {
            try await population.exceptFinger(child, position: 1, .missing, reason: nil, access: Staff.agent)
        }
        #expect(try await population.review(child, .accept, access: Staff.reviewer).civilNumber != nil)
        #expect(
            test.installation.jurisdiction.population.prints.areTaken(
                from: try PartialDate("\(today.year - 5)"), on: today))
        #expect(test.installation.jurisdiction.population.prints.areTaken(from: try PartialDate(old), on: today))
    }

    @Test("fingers that cannot be taken are recorded, and whoever has none is not refused")
    func exceptions() async throws {
        let id = try await apply(0)
        await #expect(throws: PopulationError.reasonMissing) {
            try await population.exceptFinger(id, position: 1, .unreadable, reason: nil, access: Staff.agent)
        }
        for position in 1...9 {
            try await population.exceptFinger(id, position: position, .missing, reason: nil, access: Staff.agent)
        }
        try await population.exceptFinger(id, position: 10, .unreadable, reason: "worn by work", access: Staff.agent)
        let sheet = try await population.fingerSheet(of: id, access: Staff.agent)
        #expect(sheet.fingers[9].exception == .unreadable && sheet.fingers[0].exception == .missing)
        #expect(try await population.searchPrints(id, access: Staff.agent).state == nil)
        #expect(try await population.review(id, .accept, access: Staff.reviewer).civilNumber != nil)
    }

    @Test("two numbers of one person are merged by two reviewers, lead to one file, and are parted again")
    func merging() async throws {
        let (kept, other) = (try await apply(0), try await apply(1))
        var numbers: [String] = []
        for id in [kept, other] {
            numbers.append(try #require(try await population.review(id, .accept, access: Staff.reviewer).civilNumber))
        }
        await #expect(throws: PopulationError.cannotJoin) {
            try await population.askMerge(of: numbers[0], into: numbers[0], reason: "one", access: Staff.reviewer)
        }
        let asked = try await population.askMerge(
            of: numbers[1], into: numbers[0], reason: "one person", access: Staff.reviewer)
        #expect(asked.outcome == .open && asked.missing == 1)
        #expect(try await population.person(number: numbers[1], access: Staff.households).id == other)
        let merged = try await population.decideIdentity(
            other, candidate: kept, .same, reason: "one person", access: Self.second)
        #expect(merged.state == .merged)
        let found = try await population.person(number: numbers[1], access: Staff.households)
        #expect(found.id == kept && found.civilNumber == numbers[0])
        let tokens = try await population.introduceToSocialSector(numbers, access: Staff.households)
        #expect(tokens[0]?.token == tokens[1]?.token)
        let view = try await population.application(other, access: Staff.reviewer)
        #expect(view.state == .merged && view.duplicateOf == kept && view.civilNumber == numbers[1])

        _ = try await population.askUnmerge(of: other, reason: "two after all", access: Self.second)
        let parted = try await population.decideIdentity(
            other, candidate: kept, .different, reason: "two after all", access: Staff.reviewer)
        #expect(parted.state == .accepted)
        #expect(try await population.person(number: numbers[1], access: Staff.households).id == other)
        #expect(
            try await population.identityCases(of: other, access: Staff.reviewer).map(\.kind) == [.merge, .unmerge])
    }

    @Test("a finger verifies the person of a number, another finger does not, and a picture serves once")
    func verification() async throws {
        let id = try await apply(0)
        try await take(id, 2, finger: 1, impression: 1)
        _ = try await population.searchPrints(id, access: Staff.agent)
        let number = try #require(try await population.review(id, .accept, access: Staff.reviewer).civilNumber)
        let access = Staff.access(.staff, "agent-1", .authentication)
        func verify(_ position: Int, _ finger: UInt64, _ impression: UInt64) async throws -> FingerVerification {
            try await population.verifyFinger(
                number: number, position: position, image: try InventedFinger.png(finger, impression: impression),
                dpi: 500, access: access)
        }
        let own = try await verify(2, 1, 2)
        #expect(own.isVerified && own.score >= 40)
        let other = try await verify(2, 2, 5)
        #expect(!other.isVerified && other.score < 40)
        await #expect(throws: PopulationError.imageReplayed) { try await verify(2, 1, 2) }
        await #expect(throws: PopulationError.imageReplayed) { try await verify(2, 1, 1) }
        await #expect(throws: PopulationError.noFingers) { try await verify(3, 1, 6) }
        let leaves = try await population.accesses(to: id, limit: 50, access: Staff.operatorAccess)
        #expect(
            leaves.filter { $0.act == "print.verify" }.map { $0.details["verified"] ?? $0.details["replayed"] }.count
                == 4)
    }

    @Test("neither a picture nor a minutia nor a reason lies open in the stores or the gallery")
    func sealed() async throws {
        let id = try await apply(0)
        try await take(id, 2, finger: 1, impression: 1)
        try await population.exceptFinger(id, position: 3, .unreadable, reason: "zugzwang", access: Staff.agent)
        _ = try await population.searchPrints(id, access: Staff.agent)
        let png = Data(try InventedFinger.png(1, impression: 1))
        try await test.installation.close()
        for (name, bytes) in try await test.contents() {
            for planted in [png[40..<72], Data("FMR".utf8) + [0], Data("zugzwang".utf8), Data("IHDR".utf8)] {
                #expect(bytes.range(of: planted) == nil, "\(name)")
            }
        }
    }
}
