import Installation
import PopulationRegister
import RecordStore
import StrictJSON
import TestSupport
import Testing

@Suite("Is the applicant in the register already?")
struct DuplicatesTests {
    let test: TestInstallation
    let people: Invented
    var population: PopulationRegister { test.population }

    init() async throws {
        test = try await TestInstallation()
        people = try await Invented(test)
    }

    func apply(_ application: JSONValue, access: Access = Staff.agent) async throws -> ApplicationReceipt {
        try await population.apply(try test.content(application), access: access)
    }

    func decide(
        _ receipt: ApplicationReceipt, _ opinion: DuplicateOpinion, by reviewer: Access, reason: String = "seen both"
    ) async throws -> DuplicateDecision {
        try await population.decideDuplicate(
            receipt.application, candidate: try #require(receipt.candidates.first?.file), opinion, reason: reason,
            access: reviewer)
    }

    @Test("a child without documents who comes twice is linked to the first file, with the reasons, and gets no number")
    func sameChildTwice() async throws {
        let first = try await apply(people.child())
        #expect(first.path == .clear && first.candidates.isEmpty && first.state == .submitted)
        let second = try await apply(people.child())
        #expect(second.path == .automatic && second.state == .duplicate)
        let candidate = try #require(second.candidates.first)
        #expect(candidate.file == first.application && candidate.probability > 0.98)
        #expect(candidate.reasons.contains { $0.field == "given" && $0.level == "equal" && ($0.bits ?? 0) > 5 })
        #expect(candidate.reasons.contains { $0.field == "family" && $0.bits != nil })
        await #expect(throws: PopulationError.self) {
            try await population.review(second.application, .accept, access: Staff.reviewer)
        }
        #expect(try await population.review(first.application, .accept, access: Staff.reviewer).civilNumber != nil)
        let view = try await population.application(second.application, access: Staff.reviewer)
        #expect(view.civilNumber == nil && view.duplicateOf == first.application)
    }

    @Test("of many applications of one person that are sent at the same moment exactly one goes on")
    func simultaneous() async throws {
        let content = try test.content(people.child())
        let receipts = try await withThrowingTaskGroup(of: ApplicationReceipt.self) { group in
            for index in 0..<6 {
                let access = index.isMultiple(of: 2) ? Staff.agent : Staff.otherAgent
                group.addTask { try await population.apply(content, access: access) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.count { $0.path == .clear } == 1)
        #expect(receipts.count { $0.state == .duplicate } == 5)
    }

    @Test("another spelling and a year for a date are seen across scripts, and two reviewers decide")
    func anotherSpelling() async throws {
        let first = try await test.enrol(people.man())
        let second = try await apply(people.man(family: "Alaoui", given: "M'hamed", birth: "1961"))
        #expect(second.path == .clerical && second.state == .submitted)
        let candidate = try #require(second.candidates.first)
        #expect(candidate.file == first.id && candidate.probability > 0.05 && candidate.probability < 1)
        await #expect(throws: PopulationError.duplicatesOpen) {
            try await population.review(second.application, .accept, access: Staff.reviewer)
        }
        let one = try await decide(second, .same, by: Staff.reviewer)
        #expect(one.outcome == .open && one.missing == 1)
        await #expect(throws: PopulationError.alreadyDecided) {
            try await decide(second, .same, by: Staff.reviewer)
        }
        let two = try await decide(second, .same, by: people.otherReviewer)
        #expect(two.outcome == .same && two.state == .duplicate)
        await #expect(throws: PopulationError.alreadyDecided) {
            try await decide(second, .different, by: people.thirdReviewer)
        }
    }

    @Test("two reviewers who find two persons let the application go on")
    func differentAfterAll() async throws {
        _ = try await test.enrol(people.man())
        let second = try await apply(people.man(family: "Alaoui", given: "M'hamed", birth: "1961"))
        for reviewer in [Staff.reviewer, people.otherReviewer] {
            _ = try await decide(second, .different, by: reviewer)
        }
        let outcome = try await population.review(second.application, .accept, access: Staff.reviewer)
        #expect(outcome.civilNumber != nil)
    }

    @Test("reviewers who disagree leave it to a third")
    func third() async throws {
        _ = try await test.enrol(people.man())
        let second = try await apply(people.man(family: "Alaoui", given: "M'hamed", birth: "1961"))
        #expect(try await decide(second, .same, by: Staff.reviewer).outcome == .open)
        #expect(try await decide(second, .different, by: people.otherReviewer).outcome == .open)
        #expect(try await decide(second, .different, by: people.thirdReviewer).outcome == .different)
    }

    @Test("a link that was made without a reviewer can be undone by two, and the application goes on")
    func reopened() async throws {
        _ = try await apply(people.child())
        let second = try await apply(people.child())
        #expect(second.state == .duplicate)
        #expect(try await decide(second, .different, by: Staff.reviewer).state == .duplicate)
        #expect(try await decide(second, .different, by: people.otherReviewer).state == .inVerification)
        #expect(try await population.review(second.application, .accept, access: Staff.reviewer).civilNumber != nil)
    }

    @Test("whoever entered the application gives no opinion on it, and an opinion needs a reason")
    func whoDecides() async throws {
        _ = try await test.enrol(people.man())
        let second = try await apply(
            people.man(family: "Alaoui", given: "M'hamed", birth: "1961"), access: Staff.reviewer)
        await #expect(throws: PopulationError.sameOfficer) { try await decide(second, .same, by: Staff.reviewer) }
        await #expect(throws: PopulationError.reasonMissing) {
            try await decide(second, .same, by: people.otherReviewer, reason: " ")
        }
        await #expect(throws: PopulationError.noSuchCandidate) {
            try await population.decideDuplicate(
                second.application, candidate: second.application, .same, reason: "x", access: people.otherReviewer)
        }
    }

    @Test(
        "twins and siblings are never linked without a reviewer",
        arguments: [
            ("حسن", "Hassan", "حسين", "Houcine", "male", "male"), ("أمينة", "Amina", "أمين", "Amine", "female", "male"),
            ("فاطمة", "Fatima", "فتيحة", "Fatiha", "female", "female"),
            ("محمد", "Mohamed", "أحمد", "Ahmed", "male", "male"), ("سعيد", "Said", "سعيدة", "Saida", "male", "female"),
        ])
    func twins(arabic: String, latin: String, otherArabic: String, otherLatin: String, sex: String, otherSex: String)
        async throws
    {
        _ = try await apply(people.child(arabic: arabic, latin: latin, sex: sex))
        let twin = try await apply(people.child(arabic: otherArabic, latin: otherLatin, sex: otherSex))
        #expect(twin.path != .automatic && twin.state == .submitted)
        let younger = try await apply(
            people.child(arabic: otherArabic, latin: otherLatin, sex: otherSex, birth: "2023-11-20"))
        #expect(younger.state == .submitted)
    }

    @Test("two different documents of one kind forbid the link; the likeness is shown all the same")
    func veto() async throws {
        _ = try await test.enrol(Samples.application(1))
        let second = try await apply(Samples.application(2))
        #expect(second.path == .clear && second.state == .submitted)
        let candidate = try #require(second.candidates.first)
        #expect(candidate.veto == "document" && candidate.probability == 0)
    }

    @Test("a correction that makes the files unlike lets the application go on")
    func corrected() async throws {
        _ = try await test.enrol(people.man())
        let second = try await apply(people.man(family: "Alaoui", given: "M'hamed", birth: "1961"))
        _ = try await population.review(
            second.application, .askCorrection(reason: "see the date"), access: Staff.reviewer)
        try await population.correct(
            second.application, content: try test.content(people.child()), access: Staff.agent)
        let again = try await population.submit(second.application, access: Staff.agent)
        #expect(again.path == .clear)
        let pairs = try await population.duplicatePairs(of: second.application, access: Staff.reviewer)
        #expect(pairs.map(\.outcome) == [.outdated])
        #expect(try await population.review(again.application, .accept, access: Staff.reviewer).civilNumber != nil)
    }

    @Test("after a refusal or a withdrawal the same person may apply again")
    func again() async throws {
        for ends in [true, false] {
            let child = people.child(arabic: ends ? "زينب" : "مريم", latin: ends ? "Zineb" : "Meryem")
            let first = try await apply(child)
            if ends {
                _ = try await population.review(first.application, .refuse(reason: "no"), access: Staff.reviewer)
            } else {
                _ = try await population.withdraw(first.application, reason: "no", access: Staff.agent)
            }
            #expect(try await apply(child).path == .clear)
        }
    }

    @Test("the resident whose file was compared sees who searched and why; opening both files is an act as well")
    func audited() async throws {
        let first = try await test.enrol(people.man())
        let second = try await apply(people.man(family: "Alaoui", given: "M'hamed", birth: "1961"))
        _ = try await population.compareDuplicates(of: second.application, access: Staff.reviewer)
        let leaves = try await population.accesses(to: first.id, limit: 20, access: Staff.reviewer)
        let search = try #require(leaves.first { $0.act == "duplicate.search" })
        #expect(search.purpose == .duplicateSearch && search.actor == Staff.agent.actor)
        #expect(leaves.contains { $0.act == "duplicate.compare" && $0.purpose == .adjudication })
        try await test.installation.sequencer.drain()
        #expect(try await test.installation.verifier.verify().isSound)
    }
}
