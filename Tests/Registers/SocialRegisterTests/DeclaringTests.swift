import CivilNumber
import Installation
import PopulationRegister
import Quantities
import RecordStore
import Rules
import SocialRegister
import StrictJSON
import TestMaterial
import TestSupport
import Testing

@Suite("Declaring a household")
struct DeclaringTests {
    let test: TestInstallation
    /// Mother, father, child of eleven, and a neighbour.
    let numbers: [String]
    var social: SocialRegister { test.installation.social }

    init() async throws {
        test = try await TestInstallation()
        numbers = [
            try await test.enrol(Samples.application(1, birth: ["date": "1985-04-05"])).number,
            try await test.enrol(Samples.application(2, sex: "male", birth: ["date": "1980-02-28"])).number,
            try await test.enrol(Samples.application(3, birth: ["date": "2015-09-10"])).number,
            try await test.enrol(Samples.application(4, birth: ["date": "1961"])).number,
        ]
    }

    func declare(_ json: JSONValue, key: String? = nil) async throws -> DeclarationReceipt {
        try await social.declare(
            try HouseholdDeclaration(json), today: try test.today, access: Staff.households, idempotencyKey: key.map { IdempotencyKey($0) })
    }

    func problems(_ json: JSONValue) async -> [String] {
        do {
            _ = try await declare(json)
            return []
        } catch let error as DocumentRefusal {
            return error.problems.map { "\($0.path) \($0.code.rawValue)" }
        } catch let error as FactsRefusal {
            return error.problems.map { "facts.\($0.path) \($0.code)" }
        } catch { return ["\(error)"] }
    }

    func family(_ members: [Int] = [0, 1, 2], householdNumber: String? = nil, rooms: Int64 = 2) -> JSONValue {
        Samples.declaration(members.map { numbers[$0] }, householdNumber: householdNumber, rooms: rooms)
    }

    func view(_ number: String) async throws -> HouseholdView {
        try await social.household(number: number, access: Staff.households)
    }

    // MARK: What is kept

    @Test("gives the household a number, and keeps score, contributions and decisions equal to the law's assessment")
    func keepsTheAssessment() async throws {
        let receipt = try await declare(family())
        #expect(receipt.declarationNumber == 1)
        guard case .wellFormed = social.householdNumbers.check(receipt.householdNumber) else {
            Issue.record("the household's number is not well formed")
            return
        }
        let view = try await view(receipt.householdNumber)
        let facts = try social.law.facts(from: view.facts)
        let expected = try social.law.assess(facts)
        #expect(receipt.result.json == expected.json)
        #expect(receipt.result.score == expected.score.value.description)
        #expect(view.assessment.json == expected.json)
        #expect(view.memberTokens.count == 3 && Set(view.memberTokens.keys) == ["M1", "M2", "M3"])
        #expect(try await social.householdCount() == 1)
    }

    @Test("is found by its own number and by each member's, and by nobody else's")
    func isFound() async throws {
        let receipt = try await declare(family())
        for number in [receipt.householdNumber] + numbers.prefix(3) {
            #expect(try await view(number).householdNumber == receipt.householdNumber)
        }
        await #expect(throws: SocialError.noHousehold) { try await view(numbers[3]) }
        var generator = SeededGenerator(seed: 6)
        let unknown = social.householdNumbers.draw(using: &generator).digits
        await #expect(throws: SocialError.unknownHousehold) { try await view(unknown) }
        await #expect(throws: SocialError.malformedNumber(.firstDigit)) { try await view("1" + unknown.dropFirst()) }
        await #expect(throws: PopulationError.self) { try await view("12") }
    }

    @Test("takes sex, date of birth, reference and day from the registers where they are left out")
    func filledIn() async throws {
        let receipt = try await declare(family([0, 3]))
        let view = try await view(receipt.householdNumber)
        #expect(view.facts["asOf"]?.string == (try test.today.description))
        let members = view.facts["members"]?.array ?? []
        #expect(members.map { $0["sex"]?.string } == ["female", "female"])
        // Of the second only the year is known: counted from its first day.
        #expect(members.map { $0["birthDate"]?.string } == ["1985-04-05", "1961-01-01"])
        #expect(members.allSatisfy { $0["civilNumber"] == nil })
        #expect(view.source(of: "members[0].birthDate") == .populationRegister)
        #expect(view.source(of: "members[].sex") == .populationRegister)
        #expect(view.source(of: "members[0].activity") == .declared)
    }

    @Test("keeps where each fact came from")
    func provenance() async throws {
        let declaration = Samples.changed(
            family(), "provenance",
            to: ["spending.butaneMonthly": "inquiry", "assets.cars": "partner", "loan": "declared"])
        let receipt = try await declare(declaration)
        let view = try await view(receipt.householdNumber)
        #expect(view.source(of: "spending.butaneMonthly") == .inquiry)
        #expect(view.source(of: "assets.cars") == .partner)
        #expect(view.source(of: "loan") == .declared)
        #expect(view.source(of: "dwelling.rooms") == .declared)
    }

    @Test("a source for a fact that the declaration does not hold is refused by its path")
    func provenanceOfNothing() async {
        let declaration = Samples.changed(
            family(), "provenance", to: ["spending.butaneWeekly": "inquiry", "members[99].school": "partner"])
        #expect(
            await problems(declaration) == [
                "provenance.members[99].school unknownField", "provenance.spending.butaneWeekly unknownField",
            ])
    }

    @Test("a repeated request with its key is one declaration")
    func repeatedRequest() async throws {
        let first = try await declare(family(), key: "k")
        #expect(try await declare(family(), key: "k") == first)
        #expect(try await view(first.householdNumber).declarationNumber == 1)
    }

    @Test("of many declarations at once that share a member, one household comes to be")
    func declarationsAtOnce() async throws {
        let declarations = [family([0, 2]), family([1, 2])]
        let passed = await withTaskGroup(of: Bool.self) { group in
            for declaration in declarations {
                group.addTask { (try? await declare(declaration)) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(passed == 1)
        #expect(try await social.householdCount() == 1)
    }

    // MARK: What is refused

    @Test("a member who is not registered, mistyped or named twice is told by path")
    func unknownMembers() async {
        var generator = SeededGenerator(seed: 12)
        let stranger = test.population.rules.civilNumber.draw(using: &generator).digits
        let declaration = Samples.declaration([numbers[0], stranger, "123", numbers[0]])
        #expect(
            await problems(declaration) == [
                "facts.members[1].civilNumber notRegistered", "facts.members[2].civilNumber notRegistered",
                "facts.members[3].civilNumber repeated",
            ])
        #expect(await problems(Samples.declaration([numbers[0]], declarant: stranger)) == ["declarant notRegistered"])
    }

    @Test("the declarant must be an adult and a member")
    func declarants() async {
        #expect(
            await problems(Samples.declaration([numbers[0], numbers[2]], declarant: numbers[2])) == [
                "declarant notEntitled"
            ])
        #expect(
            await problems(Samples.declaration([numbers[0], numbers[2]], declarant: numbers[3])) == [
                "declarant notEntitled"
            ])
        #expect(await problems(Samples.declaration([numbers[0], numbers[2]])) == [])
    }

    @Test("a member becomes a declarant on the day of coming of age")
    func comingOfAge() async throws {
        let today = try test.today
        let eighteen = try CivilDate(year: today.year - 18, month: today.month, day: today.day)
        let youth = try await test.enrol(Samples.application(10, birth: ["date": .string(eighteen.description)])).number
        let tomorrow = try CivilDate(daysSinceEpoch: eighteen.daysSinceEpoch + 1)
        let minor = try await test.enrol(Samples.application(11, birth: ["date": .string(tomorrow.description)])).number
        #expect(await problems(Samples.declaration([youth])) == [])
        #expect(await problems(Samples.declaration([minor])) == ["declarant notEntitled"])
    }

    @Test("a sex or date of birth that disagrees with the population register is told by path")
    func disagreeing() async {
        let declaration = Samples.declaration([numbers[0], numbers[3]]) { index, member in
            Samples.changed(
                Samples.changed(member, "sex", to: "male"), "birthDate", to: index == 0 ? "1985-04-06" : "1962-01-01")
        }
        #expect(
            await problems(declaration) == [
                "facts.members[0].sex disagrees", "facts.members[0].birthDate disagrees",
                "facts.members[1].sex disagrees", "facts.members[1].birthDate disagrees",
            ])
        let agreeing = Samples.declaration([numbers[0], numbers[3]]) { index, member in
            Samples.changed(
                Samples.changed(member, "sex", to: "female"), "birthDate", to: index == 0 ? "1985-04-05" : "1961-12-31")
        }
        #expect(await problems(agreeing) == [])
    }

    @Test("facts that the law's schema refuses are told by path, all at once, and a day that has not come")
    func badFacts() async throws {
        var declaration = Samples.changed(family(), "facts", "dwelling", "rooms", to: 0)
        declaration = Samples.changed(declaration, "facts", "assets", "boats", to: 1)
        declaration = Samples.changed(declaration, "facts", "members", "1", "relationship", to: "head")
        let found = await problems(declaration)
        #expect(found.contains { $0.hasPrefix("facts.dwelling.rooms ") })
        #expect(found.contains { $0.hasPrefix("facts.assets.boats ") })
        #expect(found.count == 3, "\(found)")
        let tomorrow = try CivilDate(daysSinceEpoch: try test.today.daysSinceEpoch + 1)
        #expect(
            await problems(Samples.changed(family(), "facts", "asOf", to: .string(tomorrow.description))) == [
                "facts.asOf inTheFuture"
            ])
        #expect(try await social.householdCount() == 0)
    }

    static let shapes: [(JSONValue, [String])] = [
        ([], [" wrongType"]),
        ([:], ["declarant missing", "facts missing"]),
        (["declarant": "1", "facts": []], ["facts wrongType"]),
        (["declarant": "1", "facts": [:]], ["facts.members missing"]),
        (["declarant": "1", "facts": ["members": []]], ["facts.members empty"]),
        (
            ["declarant": "1", "facts": ["members": ["a", [:], ["civilNumber": 5]]]],
            [
                "facts.members[0] wrongType", "facts.members[1].civilNumber missing",
                "facts.members[2].civilNumber wrongType",
            ]
        ),
        (
            ["declarant": 1, "facts": ["members": [["civilNumber": "1"]]], "more": 1],
            ["declarant wrongType", "more unknownField"]
        ),
        (
            [
                "declarant": "1", "facts": ["members": [["civilNumber": "1"]]],
                "provenance": ["loan": "gossip", "a": "populationRegister"],
            ],
            ["provenance.loan notOnList", "provenance.a notOnList"]
        ),
    ]

    @Test("a declaration of the wrong shape is told by path", arguments: shapes)
    func wrongShapes(json: JSONValue, expected: [String]) async {
        #expect(await problems(json) == expected)
    }

    // MARK: Declaring again

    @Test("declaring again supersedes and overwrites nothing: earlier declarations stay, with their scores")
    func superseding() async throws {
        let first = try await declare(family(rooms: 1))
        test.clock.advance(seconds: 86_400)
        let second = try await declare(family(rooms: 5))
        #expect(second.householdNumber == first.householdNumber && second.declarationNumber == 2)
        test.clock.advance(seconds: 86_400)
        let third = try await declare(family(rooms: 9))
        let view = try await view(first.householdNumber)
        #expect(view.declarationNumber == 3 && view.assessment.json == third.result.json)
        #expect(view.earlier.map(\.declarationNumber) == [2, 1])
        #expect(view.earlier.map(\.score.description) == [second.result.score, first.result.score])
        #expect(view.earlier.map(\.declaredAt) == [second.declaredAt, first.declaredAt])
        #expect(Set([first.result.score, second.result.score]).count == 2)
        #expect(try await social.householdCount() == 1)
    }

    @Test("leaving out a member takes the household's number, and frees the member for another household")
    func leavingOut() async throws {
        let first = try await declare(family())
        #expect(await problems(family([0, 2])) == ["householdNumber missing"])
        #expect(await problems(Samples.declaration([numbers[1]])) == ["householdNumber missing"])
        #expect(
            await problems(Samples.declaration([numbers[3], numbers[1]])) == [
                "facts.members[1].civilNumber alreadyUsed"
            ])
        let second = try await declare(family([0, 2], householdNumber: first.householdNumber))
        #expect(second.declarationNumber == 2)
        await #expect(throws: SocialError.noHousehold) { try await view(numbers[1]) }
        let other = try await declare(Samples.declaration([numbers[3], numbers[1]]))
        #expect(other.householdNumber != first.householdNumber)
        #expect(try await view(numbers[1]).householdNumber == other.householdNumber)
        // Who came to another household cannot simply be taken back.
        #expect(await problems(family()) == ["facts.members[1].civilNumber alreadyUsed"])
    }

    @Test("a new member may join by a declaration of the household")
    func joining() async throws {
        let first = try await declare(family())
        let second = try await declare(family([0, 1, 2, 3]))
        #expect(second.householdNumber == first.householdNumber)
        #expect(try await view(numbers[3]).householdNumber == first.householdNumber)
        let third = try await declare(Samples.declaration([numbers[1], numbers[0], numbers[2], numbers[3]]))
        #expect(third.householdNumber == first.householdNumber && third.declarationNumber == 3)
    }

    @Test("nobody declares for a household of others, nor with a wrong number")
    func othersHouseholds() async throws {
        let first = try await declare(family())
        #expect(
            await problems(Samples.declaration([numbers[3]], householdNumber: first.householdNumber)) == [
                "householdNumber notEntitled"
            ])
        let other = try await declare(Samples.declaration([numbers[3]]))
        #expect(await problems(family(householdNumber: other.householdNumber)).contains("householdNumber notEntitled"))
        await #expect(throws: SocialError.malformedNumber(.empty)) { try await declare(family(householdNumber: "-")) }
        #expect(try await view(first.householdNumber).declarationNumber == 1)
    }

    @Test("whoever reads a household's file stands in its list of accesses")
    func accesses() async throws {
        let receipt = try await declare(family())
        let view = try await view(receipt.householdNumber)
        let acts = try await social.accesses(to: view.id, limit: 10, access: Staff.households)
        #expect(acts.map(\.act) == ["household.read", "household.declare"])
        #expect(acts.allSatisfy { $0.actor == Staff.households.actor })
    }
}
