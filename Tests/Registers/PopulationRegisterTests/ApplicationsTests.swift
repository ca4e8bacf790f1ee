import CivilNumber
import Installation
import PopulationRegister
import RecordStore
import StrictJSON
import TestMaterial
import TestSupport
import Testing

@Suite("Applications")
struct ApplicationsTests {
    let test: TestInstallation
    var population: PopulationRegister { test.population }

    init() async throws { test = try await TestInstallation() }

    func apply(_ application: JSONValue, access: Access = Staff.agent) async throws -> ApplicationReceipt {
        try await population.apply(try test.content(application), access: access)
    }

    func problems(_ application: JSONValue) async -> [String] {
        do {
            _ = try await apply(application)
            return []
        } catch let error as DocumentRefusal {
            return error.problems.map { "\($0.path) \($0.code.rawValue)" }
        } catch { return ["\(error)"] }
    }

    /// An application brought into a state by the acts that lead there.
    func application(in state: ApplicationState, _ index: Int) async throws -> String {
        let content = try test.content(Samples.application(index))
        if state == .drafted { return try await population.draft(content, access: Staff.agent) }
        let id = try await population.apply(content, access: Staff.agent).application
        switch state {
        case .correctionAsked:
            _ = try await population.review(id, .askCorrection(reason: "more"), access: Staff.reviewer)
        case .accepted: _ = try await population.review(id, .accept, access: Staff.reviewer)
        case .refused: _ = try await population.review(id, .refuse(reason: "no"), access: Staff.reviewer)
        case .withdrawn: _ = try await population.withdraw(id, reason: "no longer", access: Staff.agent)
        case .drafted, .submitted, .inVerification, .duplicate, .merged: break
        }
        return id
    }

    @Test("the act that a state does not allow is refused, names what is allowed, and changes nothing")
    func forbiddenActs() async throws {
        var index = 0
        for state in ApplicationState.allCases where ![.inVerification, .duplicate, .merged].contains(state) {
            for act in [ApplicationAct.correct, .submit, .withdraw, .accept, .refuse, .askCorrection] {
                index += 1
                let id = try await application(in: state, index)
                let before = try await population.application(id, access: Staff.reviewer)
                #expect(before.state == state)
                // A decision takes a submitted application into verification first.
                let from = act.isDecision && state == .submitted ? .inVerification : state
                let next = ApplicationState.after(act, from: from)
                do {
                    try await take(act, id, index)
                    #expect(try await population.application(id, access: Staff.reviewer).state == next)
                } catch PopulationError.actNotAllowed(let refused, in: let found, allowed: let allowed) {
                    #expect(next == nil, "\(act) in \(state)")
                    #expect(refused == act && found == state && allowed == state.availableActs)
                    let after = try await population.application(id, access: Staff.reviewer)
                    #expect(after.state == state && after.events.count == before.events.count)
                }
            }
        }
    }

    private func take(_ act: ApplicationAct, _ id: String, _ index: Int) async throws {
        switch act {
        case .correct:
            try await population.correct(
                id, content: try test.content(Samples.application(index + 1000)), access: Staff.agent)
        case .submit: _ = try await population.submit(id, access: Staff.agent)
        case .withdraw: _ = try await population.withdraw(id, reason: "no longer", access: Staff.agent)
        case .accept: _ = try await population.review(id, .accept, access: Staff.reviewer)
        case .refuse: _ = try await population.review(id, .refuse(reason: "no"), access: Staff.reviewer)
        case .askCorrection: _ = try await population.review(id, .askCorrection(reason: "?"), access: Staff.reviewer)
        case .draft, .startVerification, .link, .reopen, .takeOver, .merge, .unmerge: break
        }
    }

    @Test("a receipt tells where the application stands, however it is typed, and no other receipt tells anything")
    func receipts() async throws {
        let receipt = try await apply(Samples.application(1))
        #expect(receipt.receipt.split(separator: "-").map(\.count) == [4, 4, 4])
        let plain = receipt.receipt.filter { $0 != "-" }
        for typed in [receipt.receipt, receipt.receipt.lowercased(), plain, " \(plain.lowercased()) "] {
            #expect(try await population.state(ofReceipt: typed) == .submitted)
        }
        _ = try await population.review(receipt.application, .accept, access: Staff.reviewer)
        #expect(try await population.state(ofReceipt: receipt.receipt) == .accepted)
        for wrong in ["AAAA-AAAA-AAAA", "", receipt.application, String(receipt.receipt.dropLast())] {
            await #expect(throws: PopulationError.noSuchApplication) { try await population.state(ofReceipt: wrong) }
        }
    }

    @Test("a correction round: asked, corrected, submitted again with a new receipt, accepted with the new content")
    func correctionRound() async throws {
        let first = try await apply(Samples.application(1, given: "Amin"))
        _ = try await population.review(
            first.application, .askCorrection(reason: "Check the name."), access: Staff.reviewer)
        try await population.correct(
            first.application, content: try test.content(Samples.application(1, given: "Amine")), access: Staff.agent)
        let second = try await population.submit(first.application, access: Staff.agent)
        #expect(second.application == first.application && second.receipt != first.receipt)
        let outcome = try await population.review(first.application, .accept, access: Staff.reviewer)
        let person = try await population.person(number: outcome.civilNumber ?? "", access: Staff.reviewer)
        #expect(person.content.names.latin.given == "Amine")
        let view = try await population.application(first.application, access: Staff.reviewer)
        #expect(
            view.events.map(\.act) == [
                .draft, .submit, .startVerification, .askCorrection, .correct, .submit, .startVerification, .accept,
            ])
        #expect(view.events[3].reason == "Check the name.")
        #expect(view.receipt == second.receipt && view.civilNumber == outcome.civilNumber)
    }

    @Test("a document number serves one application, however it is written")
    func documentOnce() async throws {
        _ = try await apply(Samples.application(1, document: "AB 123456"))
        for other in ["AB 123456", "ab123456", "A-B 12 34 56", "AB١٢٣٤٥٦", "ab۱۲۳۴۵۶", "AB１２３４５６"] {
            #expect(
                await problems(Samples.application(2, document: other)) == ["documents[0].number alreadyUsed"],
                "\(other)")
        }
        #expect(await problems(Samples.application(2, document: "AB 123457")) == [])
        let sameNumberOtherType = Samples.changed(
            Samples.application(3), "documents", to: [["type": "residenceTitle", "number": "AB 123456"]])
        #expect(await problems(sameNumberOtherType) == [])
    }

    @Test("a refused or withdrawn application frees its document, and nothing else does")
    func documentIsFreed() async throws {
        var index = 0
        for state in ApplicationState.allCases where state != .inVerification && state != .drafted {
            index += 1
            _ = try await application(in: state, index)
            let isFree = state == .refused || state == .withdrawn
            #expect(
                await problems(Samples.application(index)) == (isFree ? [] : ["documents[0].number alreadyUsed"]),
                "\(state)")
        }
    }

    @Test("a document that a correction no longer names is free for whoever holds it")
    func mistypedDocumentIsFreed() async throws {
        let first = try await apply(Samples.application(1, document: "AB 999999"))
        _ = try await population.review(first.application, .askCorrection(reason: "Number?"), access: Staff.reviewer)
        try await population.correct(
            first.application, content: try test.content(Samples.application(1, document: "AB 111111")),
            access: Staff.agent)
        #expect(await problems(Samples.application(2, document: "AB 999999")) == ["documents[0].number alreadyUsed"])
        _ = try await population.submit(first.application, access: Staff.agent)
        #expect(await problems(Samples.application(2, document: "AB 111111")) == ["documents[0].number alreadyUsed"])
        #expect(await problems(Samples.application(2, document: "AB 999999")) == [])
    }

    @Test("a refused application leaves nothing behind")
    func refusalLeavesNothing() async throws {
        _ = try await apply(Samples.application(1))
        let before = try await population.countByState()
        let withNewDocument = Samples.changed(
            Samples.application(1), "documents",
            to: [["type": "birthRecord", "number": "55555"], ["type": "nationalCard", "number": "TS 10001"]])
        #expect(await problems(withNewDocument) == ["documents[1].number alreadyUsed"])
        #expect(try await population.countByState() == before)
        #expect(
            await problems(
                Samples.changed(
                    Samples.application(2), "documents", to: [["type": "birthRecord", "number": "55555"]])) == [])
    }

    @Test("of many applications at once with one document exactly one passes")
    func applicationsAtOnce() async throws {
        let content = try test.content(Samples.application(1))
        let passed = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<24 {
                group.addTask {
                    do {
                        _ = try await population.apply(
                            content, access: Staff.access(.staff, "agent-\(number)", .enrolment))
                        return true
                    } catch is DocumentRefusal { return false }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(passed == 1)
        #expect(try await population.countByState() == [.submitted: 1])
    }

    @Test("a repeated submission with its key is one application")
    func repeatedSubmission() async throws {
        let content = try test.content(Samples.application(1))
        let first = try await population.apply(content, access: Staff.agent, idempotencyKey: "k")
        #expect(try await population.apply(content, access: Staff.agent, idempotencyKey: "k") == first)
        let outcome = try await population.review(
            first.application, .accept, access: Staff.reviewer, idempotencyKey: "k")
        #expect(
            try await population.review(first.application, .accept, access: Staff.reviewer, idempotencyKey: "k")
                == outcome)
        #expect(try await population.countByState() == [.accepted: 1])
    }

    // MARK: Witnesses

    func witnessed(_ index: Int, by numbers: [String]) -> JSONValue {
        Samples.changed(
            Samples.without(Samples.application(index, birth: ["date": "1991-07-19"]), "documents"), "witnesses",
            to: .array(numbers.map { ["civilNumber": .string($0)] }))
    }

    @Test("two persons with a number and a qualifying card may testify")
    func goodWitnesses() async throws {
        let first = try await test.enrol(Samples.application(1))
        let second = try await test.enrol(Samples.application(2))
        let person = try await test.enrol(witnessed(3, by: [first.number, second.number]))
        #expect(!person.number.isEmpty)
        // Who was testified for holds no card, and so testifies for nobody.
        #expect(
            await problems(witnessed(4, by: [first.number, person.number])) == ["witnesses[1].civilNumber notEntitled"])
    }

    @Test("a witness without a card, or whom nobody knows, is refused")
    func badWitnesses() async throws {
        let holder = try await test.enrol(Samples.application(1))
        let withoutCard = try await test.enrol(
            Samples.changed(
                Samples.application(2, birth: ["date": "1994-02-27"]), "documents",
                to: [["type": "birthRecord", "number": "12345"]]))
        var generator = SeededGenerator(seed: 99)
        let stranger = population.rules.civilNumber.draw(using: &generator).digits
        let reserved = try await population.reserveNumbers(
            1, access: Staff.operatorAccess, using: SeededGenerator(seed: 98))[0].digits
        #expect(
            await problems(witnessed(3, by: [holder.number, withoutCard.number])) == [
                "witnesses[1].civilNumber notEntitled"
            ])
        #expect(
            await problems(witnessed(3, by: [stranger, holder.number])) == ["witnesses[0].civilNumber notRegistered"])
        #expect(
            await problems(witnessed(3, by: [reserved, withoutCard.number])) == [
                "witnesses[0].civilNumber notRegistered", "witnesses[1].civilNumber notEntitled",
            ])
    }

    // MARK: Four eyes

    @Test("nobody on the staff decides on what the same person drafted, corrected or submitted")
    func fourEyes() async throws {
        let decisions: [ReviewDecision] = [.accept, .refuse(reason: "no"), .askCorrection(reason: "?")]
        let id = try await apply(Samples.application(1)).application
        for decision in decisions {
            await #expect(throws: PopulationError.sameOfficer) {
                try await population.review(id, decision, access: Staff.access(.staff, "agent-1", .adjudication))
            }
        }
        #expect(try await population.application(id, access: Staff.reviewer).state == .submitted)
        _ = try await population.review(id, .askCorrection(reason: "?"), access: Staff.reviewer)
        try await population.correct(id, content: try test.content(Samples.application(1)), access: Staff.otherAgent)
        let third = Staff.access(.staff, "agent-3", .enrolment)
        _ = try await population.submit(id, access: third)
        for actor in ["agent-1", "agent-2", "agent-3"] {
            await #expect(throws: PopulationError.sameOfficer) {
                try await population.review(id, .accept, access: Staff.access(.staff, actor, .adjudication))
            }
        }
        // Who asked for the correction did not enter anything.
        #expect(try await population.review(id, .accept, access: Staff.reviewer).state == .accepted)
    }

    @Test("the operator of an embedded store may enter and decide")
    func operatorMayDoBoth() async throws {
        let access = Staff.operatorAccess
        let id = try await apply(Samples.application(1), access: access).application
        #expect(try await population.review(id, .accept, access: access).state == .accepted)
    }

    @Test("a decision that needs a reason is refused without one, and leaves the application where it was")
    func reasons() async throws {
        let id = try await apply(Samples.application(1)).application
        for reason in ["", "   ", String(repeating: "a", count: 501), "bell\u{7}"] {
            for decision in [ReviewDecision.refuse(reason: reason), .askCorrection(reason: reason)] {
                await #expect(throws: PopulationError.reasonMissing) {
                    try await population.review(id, decision, access: Staff.reviewer)
                }
            }
            await #expect(throws: PopulationError.reasonMissing) {
                try await population.withdraw(id, reason: reason, access: Staff.agent)
            }
        }
        #expect(try await population.application(id, access: Staff.reviewer).state == .submitted)
        let outcome = try await population.review(id, .refuse(reason: "One.\nTwo."), access: Staff.reviewer)
        #expect(outcome.state == .refused && outcome.civilNumber == nil)
    }

    @Test("an application that nobody made cannot be read, decided or withdrawn")
    func unknownApplication() async throws {
        let id = "00000000-0000-7000-8000-000000000000"
        await #expect(throws: PopulationError.noSuchApplication) {
            try await population.application(id, access: Staff.reviewer)
        }
        await #expect(throws: PopulationError.noSuchApplication) {
            try await population.review(id, .accept, access: Staff.reviewer)
        }
        await #expect(throws: PopulationError.noSuchApplication) {
            try await population.withdraw(id, reason: "no", access: Staff.agent)
        }
        await #expect(throws: PopulationError.noSuchApplication) {
            try await population.submit(id, access: Staff.agent)
        }
    }

    @Test("the queue of a state is in the order of the last change")
    func queue() async throws {
        var ids: [String] = []
        for index in 0..<4 {
            test.clock.advance(seconds: 1)
            ids.append(try await apply(Samples.application(index)).application)
        }
        #expect(try await population.queue(.submitted).map(\.id) == ids)
        #expect(try await population.queue(.submitted, limit: 2).map(\.id) == Array(ids.prefix(2)))
        _ = try await population.review(ids[0], .accept, access: Staff.reviewer)
        #expect(try await population.queue(.submitted).map(\.id) == Array(ids.dropFirst()))
        #expect(try await population.countByState() == [.submitted: 3, .accepted: 1])
    }
}
