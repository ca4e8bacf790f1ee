import CivilNumber
import Installation
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON
import Synchronization
import TestMaterial
import TestSupport
import Testing

@Suite("Persons and their numbers")
struct PersonsTests {
    let test: TestInstallation
    var population: PopulationRegister { test.population }

    init() async throws { test = try await TestInstallation() }

    @Test("numbers are well formed and differ, also when many are given at once")
    func numbersAreUnique() async throws {
        let contents = try (0..<40).map { try test.content(Samples.application($0)) }
        let outcomes = try await withThrowingTaskGroup(of: ReviewOutcome.self) { group in
            for content in contents {
                group.addTask {
                    let receipt = try await population.apply(content, access: Staff.agent)
                    return try await population.review(receipt.application, .accept, access: Staff.reviewer)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let numbers = outcomes.compactMap(\.civilNumber)
        #expect(numbers.count == 40 && Set(numbers).count == 40)
        for number in numbers {
            #expect(number.count == population.rules.civilNumber.length)
            guard case .wellFormed = population.rules.civilNumber.check(number) else {
                Issue.record("a number is not well formed")
                continue
            }
        }
    }

    @Test("a person is found by the number however it is typed")
    func foundByNumber() async throws {
        let person = try await test.enrol(Samples.application(1))
        let digits = Array(person.number)
        let spaced = " \(String(digits[..<4]))-\(String(digits[4...])) "
        let arabic = String(digits.map { Character(Unicode.Scalar(0x660 + UInt32($0.wholeNumberValue ?? 0)) ?? " ") })
        for typed in [person.number, spaced, arabic] {
            let found = try await population.person(number: typed, access: Staff.reviewer)
            #expect(found.id == person.id && found.civilNumber == person.number)
        }
        #expect(try await population.person(id: person.id, access: Staff.reviewer).civilNumber == person.number)
        await #expect(throws: PopulationError.noSuchApplication) {
            try await population.person(id: "nobody", access: Staff.reviewer)
        }
    }

    @Test("a typing error, an unknown number and an issued one are told apart")
    func standing() async throws {
        let person = try await test.enrol(Samples.application(1))
        #expect(try await population.standing(person.number) == .issued)
        var generator = SeededGenerator(seed: 7)
        let unknown = population.rules.civilNumber.draw(using: &generator).digits
        #expect(try await population.standing(unknown) == .unknown)
        await #expect(throws: PopulationError.unknownNumber) {
            try await population.person(number: unknown, access: Staff.reviewer)
        }
        var wrongCheckDigit = Array(person.number)
        wrongCheckDigit[9] = wrongCheckDigit[9] == "9" ? "0" : "9"
        let malformed: [(String, CivilNumberFault)] = [
            ("", .empty), (String(person.number.dropLast()), .wrongLength(found: 9, expected: 10)),
            ("x" + person.number, .notADigit(position: 1)), (String(wrongCheckDigit), .checkDigit),
            ("1" + person.number.dropFirst(), .firstDigit),
        ]
        for (typed, fault) in malformed {
            #expect(try await population.standing(typed) == .malformed(fault), "\(fault)")
            await #expect(throws: PopulationError.malformedNumber(fault)) {
                try await population.person(number: typed, access: Staff.reviewer)
            }
        }
    }

    @Test("a reserved number is never given to anybody, nor reserved again")
    func reservedNumbers() async throws {
        let first = try await population.reserveNumbers(
            500, access: Staff.operatorAccess, using: SeededGenerator(seed: 8))
        // The same seed draws the same numbers, all of which are taken by now.
        let second = try await population.reserveNumbers(
            500, access: Staff.operatorAccess, using: SeededGenerator(seed: 8))
        #expect(Set(first).count == 500 && Set(second).count == 500)
        #expect(Set(first).isDisjoint(with: second))
        #expect(try await population.standing(first[0].digits) == .issued)
        await #expect(throws: PopulationError.unknownNumber) {
            try await population.person(number: first[0].digits, access: Staff.reviewer)
        }
        #expect(
            try await population.reserveNumbers(0, access: Staff.operatorAccess, using: SeededGenerator(seed: 8)) == [])
    }

    /// The words that the register draws from randomness of a seed.
    struct RegisterWords: RandomNumberGenerator {
        var generator: SeededGenerator

        mutating func next() -> UInt64 { generator.bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
    }

    @Test("an application does not get a number that chance drew before, but draws again")
    func numbersAreDrawnAgain() async throws {
        // All that the register's own randomness would draw next is reserved.
        let reserved = try await population.reserveNumbers(
            300, access: Staff.operatorAccess, using: RegisterWords(generator: SeededGenerator(seed: 1)))
        let person = try await test.enrol(Samples.application(1))
        #expect(!reserved.map(\.digits).contains(person.number))
    }

    // MARK: Who looked

    @Test("whoever reads a file stands in its list of accesses, and reading the list does too")
    func accesses() async throws {
        let person = try await test.enrol(Samples.application(1))
        _ = try await population.person(number: person.number, access: Staff.reviewer)
        let resident = Staff.access(.resident, person.id, .selfService, .dataSubjectRequest)
        #expect(
            try await population.accesses(to: person.id, limit: 10, access: resident).map(\.act) == [
                "person.read", "application.review", "application.submit",
            ])
        let list = try await population.accesses(to: person.id, limit: 2, access: resident)
        #expect(list.map(\.act) == ["person.accesses", "person.read"])
        #expect(list[0].actor.kind == .resident && list[1].actor.id == "reviewer-1")
    }

    // MARK: Tokens of other sectors

    @Test("the social sector knows a person by a token that only this register resolves, as an audited act")
    func sectorTokens() async throws {
        let person = try await test.enrol(Samples.application(1, birth: ["date": "1961"]))
        let introduced = try await population.introduceToSocialSector(
            [person.number, "123", "5307142486"], access: Staff.households)
        #expect(introduced.count == 3 && introduced[1] == nil && introduced[2] == nil)
        let token = try #require(introduced[0]).token
        #expect(introduced[0]?.birthDate.description == "1961")
        #expect(try await population.socialToken(ofPerson: person.id, access: Staff.households) == token)
        let stranger = try #require(SectorToken(bytes: [UInt8](repeating: 1, count: SectorToken.byteCount)))
        let resolved = try await population.resolve([token, stranger], access: Staff.operatorAccess)
        #expect(resolved.map { $0?.id } == [person.id, nil])
        let acts = try await population.accesses(to: person.id, limit: 1, access: Staff.operatorAccess)
        #expect(acts[0].act == "sectorToken.resolve")
        await #expect(throws: PopulationError.noSuchApplication) {
            try await population.socialToken(ofPerson: "nobody", access: Staff.households)
        }
    }

    @Test("two installations have different tokens for one person")
    func tokensDiffer() async throws {
        let other = try await TestInstallation()
        let first = try await test.enrol(Samples.application(1))
        let second = try await other.enrol(Samples.application(1))
        let tokens = [
            try await population.socialToken(ofPerson: first.id, access: Staff.households),
            try await other.population.socialToken(ofPerson: second.id, access: Staff.households),
        ]
        #expect(first.number == second.number && tokens[0] != tokens[1])
    }
}

@Suite("One-time codes")
struct OneTimeCodeTests {
    let test: TestInstallation
    let person: (id: String, number: String)
    var population: PopulationRegister { test.population }

    init() async throws {
        test = try await TestInstallation()
        person = try await test.enrol(Samples.changed(Samples.application(1), "phone", to: "+212600000000"))
    }

    func send(_ number: String? = nil) async throws -> [OneTimeCode] {
        let sent = Mutex<[OneTimeCode]>([])
        try await population.sendOneTimeCode(number: number ?? person.number) { _, code in
            sent.withLock { $0.append(code) }
        }
        return sent.withLock { $0 }
    }

    func redeem(_ code: String) async throws -> String {
        try await population.redeemOneTimeCode(number: person.number, code: code)
    }

    /// Six digits that are not the code.
    static func wrong(_ code: String) -> String { code == "000000" ? "000001" : "000000" }

    @Test("the right code signs in once, in any digits and spacing")
    func rightCode() async throws {
        let code = try #require(try await send().first)
        #expect(code.code.count == 6 && code.personID == person.id && code.phone == "+212600000000")
        let arabic = String(
            code.code.map { Character(Unicode.Scalar(0x660 + UInt32($0.wholeNumberValue ?? 0)) ?? " ") })
        #expect(try await redeem(" \(arabic.prefix(3)) \(arabic.suffix(3))") == person.id)
        await #expect(throws: PopulationError.wrongCode) { try await redeem(code.code) }
    }

    @Test("a wrong code is refused and costs an attempt; after the last one the right code is refused too")
    func attempts() async throws {
        let attempts = Int(population.rules.oneTimeCodeAttempts)
        let first = try #require(try await send().first)
        for _ in 0..<attempts - 1 {
            await #expect(throws: PopulationError.wrongCode) { try await redeem(Self.wrong(first.code)) }
        }
        #expect(try await redeem(first.code) == person.id)
        let second = try #require(try await send().first)
        for _ in 0..<attempts {
            await #expect(throws: PopulationError.wrongCode) { try await redeem(Self.wrong(second.code)) }
        }
        await #expect(throws: PopulationError.wrongCode) { try await redeem(second.code) }
    }

    @Test("many guesses at once have no more attempts than one after another")
    func guessesAtOnce() async throws {
        let code = try #require(try await send().first)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try? await redeem(Self.wrong(code.code)) } }
        }
        await #expect(throws: PopulationError.wrongCode) { try await redeem(code.code) }
    }

    @Test("a clock that is set back does not lengthen the time of a code, and another can be had at once")
    func clockSetBack() async throws {
        let first = try #require(try await send().first)
        test.clock.advance(seconds: -3600)
        await #expect(throws: PopulationError.wrongCode) { try await redeem(first.code) }
        let second = try #require(try await send().first)
        #expect(try await redeem(second.code) == person.id)
    }

    @Test("a code holds until its time is over, and no moment longer")
    func expiry() async throws {
        let lifetime = population.rules.oneTimeCodeLifetimeSeconds
        let first = try #require(try await send().first)
        test.clock.advance(seconds: lifetime - 1)
        #expect(try await redeem(first.code) == person.id)
        let second = try #require(try await send().first)
        #expect(second.expiresAt == test.clock.now.advanced(bySeconds: lifetime))
        test.clock.advance(seconds: lifetime)
        await #expect(throws: PopulationError.wrongCode) { try await redeem(second.code) }
    }

    @Test("a new code replaces the one before")
    func newCode() async throws {
        let first = try #require(try await send().first)
        let second = try #require(try await send().first)
        if first.code != second.code {
            await #expect(throws: PopulationError.wrongCode) { try await redeem(first.code) }
        }
        #expect(try await redeem(second.code) == person.id)
    }

    @Test("nothing but six digits signs in", arguments: ["", "12345", "1234567", "abcdef", "%", "______"])
    func malformedCodes(code: String) async throws {
        _ = try await send()
        await #expect(throws: PopulationError.wrongCode) { try await redeem(code) }
    }

    @Test("one person's code is no other person's")
    func codesBelongToPersons() async throws {
        let other = try await test.enrol(Samples.application(2))
        let code = try #require(try await send().first)
        _ = try await send(other.number)
        if try await send(other.number).first?.code != code.code {
            await #expect(throws: PopulationError.wrongCode) {
                try await population.redeemOneTimeCode(number: other.number, code: code.code)
            }
        }
    }

    @Test("a number that nobody holds makes no code, no trace and no difference; a malformed one is told")
    func unknownNumber() async throws {
        var generator = SeededGenerator(seed: 7)
        let unknown = population.rules.civilNumber.draw(using: &generator).digits
        let before = try await test.installation.verifier.verify()
        #expect(try await send(unknown).isEmpty)
        let after = try await test.installation.verifier.verify()
        #expect(after.rowsChecked == before.rowsChecked)
        await #expect(throws: PopulationError.wrongCode) {
            try await population.redeemOneTimeCode(number: unknown, code: "123456")
        }
        await #expect(throws: PopulationError.malformedNumber(.empty)) { _ = try await send("") }
        await #expect(throws: PopulationError.malformedNumber(.empty)) {
            try await population.redeemOneTimeCode(number: "", code: "123456")
        }
    }

    @Test("a code whose delivery fails does not exist")
    func failedDelivery() async throws {
        struct Stop: Error {}
        let sent = Mutex("")
        await #expect(throws: Stop.self) {
            try await population.sendOneTimeCode(number: person.number) { _, code in
                sent.withLock { $0 = code.code }
                throw Stop()
            }
        }
        await #expect(throws: PopulationError.wrongCode) { try await redeem(sent.withLock { $0 }) }
    }
}
