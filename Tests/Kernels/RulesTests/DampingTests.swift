import Quantities
import Rules
import StrictJSON
import Testing

@Suite("Damping")
struct DampingTests {
    private func book(_ option: String) throws -> LawBook { try Law.book.get().damped(by: option) }

    private func term(_ code: String, _ assessment: Assessment) -> FixedPoint? {
        assessment.score.terms.first { $0.code == code }?.contribution
    }

    private let history: JSONValue = ["spending.telecomMonthly": [10000, 40000, 2000, 3000, 4000]]

    @Test("The plain formula is what the law chooses, and no history changes its answer")
    func plain() throws {
        let law = try Law.book.get()
        #expect(law.dampingOptions(on: try CivilDate(iso8601: "2026-10-01")).first == "plain")
        let with = try law.assess(
            try law.facts(from: household(["spending.telecomMonthly": 4000, "history": history])))
        let without = try law.assess(try law.facts(from: household(["spending.telecomMonthly": 4000])))
        #expect(with.score == without.score)
    }

    @Test("Bills are averaged over the last months of the history, to the centime")
    func averaged() throws {
        let facts = household(["spending.telecomMonthly": 4000, "history": history])
        // Three members; weight 0.000302 a dirham and year: mean x 12 / (100 x 3) x 0.000302.
        for (option, mean) in [("plain", 4000), ("average3", 3000), ("average12", 11800)] {
            let law = try book(option)
            let found = term("telecomPerMember", try law.assess(try law.facts(from: facts)))
            let exact = try Rational(Int64(mean)) * Rational(12) / Rational(300) * Rational(decimal: "0.000302")
            #expect(found == (try FixedPoint(rounding: exact)), "\(option)")
        }
    }

    @Test("Extreme bills are drawn in to their neighbour before the average")
    func winsorised() throws {
        let law = try book("winsorised12")
        let facts = try law.facts(from: household(["spending.telecomMonthly": 4000, "history": history]))
        // 2000 becomes 3000, 40000 becomes 10000: the mean of 10000, 10000, 3000, 3000, 4000.
        let exact = try Rational(6000) * Rational(12) / Rational(300) * Rational(decimal: "0.000302")
        #expect(term("telecomPerMember", try law.assess(facts)) == (try FixedPoint(rounding: exact)))
    }

    @Test("Spending is counted at the prices of the first day, so a rise of prices alone changes nothing")
    func deflated() throws {
        let law = try book("deflated")
        func contribution(_ day: String, _ centimes: Int64) throws -> FixedPoint? {
            let facts = try law.facts(
                from: household(["asOf": .string(day), "spending.butaneMonthly": .integer(centimes)]))
            return term("butanePerMember", try law.assess(facts))
        }
        #expect(try contribution("2024-03-01", 8000) == contribution("2024-11-01", 10000))
        #expect(try contribution("2024-03-01", 8000) != contribution("2024-11-01", 8000))
    }

    @Test("A right is kept within the band, and for three decisions above it")
    func kept() throws {
        let law = try book("band")
        let members: [JSONValue] = [member("M1", "head", "2006-01-01"), member("M2", "spouse", "2006-01-01")]
        func decide(_ centimes: Int64, _ standing: JSONValue?) throws -> (Decision, Facts) {
            var changes: [String: JSONValue] = [
                "spending.telecomMonthly": .integer(centimes), "spending.waterElectricityMonthly": [151094, 0, 0],
            ]
            changes["standing"] = standing
            let facts = try law.facts(from: household(changes, members: members))
            return (try law.assess(facts).decisions[0], facts)
        }
        // 35 centimes are exactly at the threshold (the case of directAid); 1,000 are within the band of 0.05.
        #expect(try decide(35, nil).0.eligible)
        #expect(try !decide(1000, nil).0.eligible)
        let entitled: JSONValue = ["directAid": ["entitled": true, "monthsAbove": 0]]
        let (within, facts) = try decide(1000, entitled)
        #expect(within.eligible && law.kept(within, of: facts) == .band)
        #expect(law.standing(after: within, of: facts) == Standing(isEntitled: true, monthsAbove: 0))
        var answers: [Bool] = []
        var standing = Standing(isEntitled: true)
        for _ in 0..<5 {
            let (decision, facts) = try decide(
                100_000,
                [
                    "directAid": [
                        "entitled": .bool(standing.isEntitled), "monthsAbove": .integer(standing.monthsAbove),
                    ]
                ])
            answers.append(decision.eligible)
            standing = law.standing(after: decision, of: facts)
        }
        #expect(answers == [true, true, true, false, false])
        #expect(try !decide(1000, ["directAid": ["entitled": false]]).0.eligible)
    }

    @Test("Scores with other amounts are those of whole assessments")
    func quickScores() throws {
        let law = try Law.book.get()
        let seed: UInt64 = 0xB111
        var random = SplitMix64(state: seed)
        let facts = try law.facts(from: household())
        let sets: [[String: [Int64]]] = (0..<20).map { _ in
            [
                "spending.telecomMonthly": [.random(in: 0...90_000, using: &random)],
                "spending.butaneMonthly": [.random(in: 0...90_000, using: &random)],
                "spending.waterElectricityMonthly": (0..<4).map { _ in .random(in: 0...90_000, using: &random) },
            ]
        }
        let quick = try law.scores(facts, with: sets)
        for (set, score) in zip(sets, quick) {
            let whole = try law.assess(
                try law.facts(
                    from: household([
                        "spending.telecomMonthly": .integer(set["spending.telecomMonthly"]?[0] ?? 0),
                        "spending.butaneMonthly": .integer(set["spending.butaneMonthly"]?[0] ?? 0),
                        "spending.waterElectricityMonthly": .array(
                            (set["spending.waterElectricityMonthly"] ?? []).map(JSONValue.integer)),
                    ])))
            #expect(whole.score.value == score, "seed \(seed)")
        }
    }

    @Test("Months without noise flip nothing, and equal coverage is met by moving the threshold")
    func study() throws {
        let law = try Law.book.get()
        let facts = try law.facts(
            from: household([
                "spending.telecomMonthly": 9000, "spending.waterElectricityMonthly": [20000, 21000, 22000],
            ]))
        let still = try law.monthlyScores(facts, months: 6) { _, _ in 1 }
        for (option, scores) in still {
            let study = VolatilityStudy(scores: [scores], band: .zero, grace: 0)
            #expect(study.outcome(threshold: scores[0]).flips == 0, "\(option)")
        }
        let seed: UInt64 = 0x5711
        var random = SplitMix64(state: seed)
        let rows = (0..<50).map { _ in
            (0..<12).map { _ in FixedPoint(units: .random(in: 90_000_000_000...100_000_000_000, using: &random)) }
        }
        let plain = VolatilityStudy(scores: rows, band: .zero, grace: 0)
        let before = plain.outcome(threshold: FixedPoint(units: 95_000_000_000))
        #expect(plain.outcome(covering: before.covered).covered == before.covered, "seed \(seed)")
        let damped = VolatilityStudy(scores: rows, band: FixedPoint(units: 500_000_000), grace: 2)
        let after = damped.outcome(covering: before.covered)
        #expect(abs(after.covered - before.covered) <= 12 && after.flips < before.flips, "seed \(seed)")
    }
}
