import Foundation
import Installation
import Programmes
import Quantities
import RecordStore
import Rules
import SocialRegister
import Storage
import StrictJSON
import TestSupport
import Testing

@Suite("The decisions of the programmes")
struct ProgrammesTests {
    let test: TestInstallation
    let number: String

    init() async throws {
        test = try await TestInstallation()
        number = try await test.enrol(Samples.application(1)).number
    }

    func declare(rooms: Int64) async throws -> HouseholdView {
        _ = try await test.installation.social.declare(
            try HouseholdDeclaration(Samples.declaration([number], rooms: rooms)), today: try test.today,
            access: Staff.households)
        return try await test.installation.social.household(number: number, access: Staff.households)
    }

    func decisions(_ view: HouseholdView, _ declaration: Int64) async throws -> [DecisionRecord] {
        try await test.installation.programmes.decisions(
            for: DeclaredHousehold(id: view.id, declarationNumber: declaration), access: Staff.households)
    }

    @Test("each programme decides at each declaration, as the law does, and earlier decisions stay")
    func onePerProgramme() async throws {
        let first = try await declare(rooms: 2)
        test.clock.advance(seconds: 60)
        let second = try await declare(rooms: 9)
        for (view, declaration) in [(first, Int64(1)), (second, 2)] {
            let expected = view.assessment.decisions.sorted { $0.programme < $1.programme }
            let kept = try await decisions(view, declaration)
            #expect(!kept.isEmpty)
            #expect(kept.map(\.programme) == expected.map(\.programme))
            #expect(kept.map(\.eligible) == expected.map(\.eligible))
            #expect(kept.map(\.reasons) == expected.map { $0.reasons.map(\.code) })
            #expect(kept.map(\.perMonth) == expected.map { $0.amount?.perMonth })
            #expect(kept.map(\.version) == expected.map(\.version))
            #expect(kept.map(\.distance) == expected.map(\.distance))
        }
        #expect(try await decisions(first, 3).isEmpty)
    }

    @Test("reading a decision stands in the household's list of accesses")
    func readingIsSeen() async throws {
        let view = try await declare(rooms: 2)
        _ = try await decisions(view, 1)
        let acts = try await test.installation.social.accesses(to: view.id, limit: 1, access: Staff.households)
        #expect(acts.map(\.act) == ["decision.read"])
    }

    @Test("each programme knows the household by a token of its own, the same at each declaration")
    func tokensOfTheirOwn() async throws {
        _ = try await declare(rooms: 2)
        test.clock.advance(seconds: 60)
        let view = try await declare(rooms: 3)
        let kept = Statement("kept", "SELECT programme, programme_token FROM programme_decision")
        let rows = try await test.rows(of: kept, in: "social").map {
            (try $0.text("programme"), try $0.blob("programme_token"))
        }
        let tokens = Dictionary(grouping: rows, by: \.0).mapValues { Set($0.map(\.1)) }
        #expect(rows.count == 2 * view.assessment.decisions.count)
        #expect(tokens.values.allSatisfy { $0.count == 1 })
        #expect(Set(tokens.values.flatMap { $0 }).count == tokens.count)
    }
}
