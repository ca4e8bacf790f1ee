import ColumnRules
import Foundation
import Quantities
import Rules
import StrictJSON
import Testing

@Suite("One household at a time, columns and SQL")
struct EvaluatorsTests {
    private static let seed: UInt64 = 20_261_001
    private static let days = ["2024-02-29", "2024-12-31", "2026-10-01"]

    private let book: LawBook

    init() throws { book = try LawBook(files: lawFiles) }

    /// What each column of the statement must be, from the evaluation of one household.
    private func expected(_ results: [(name: String, place: LawPlan.Place)], _ assessment: Assessment) -> [Int64?] {
        var values: [String: Int64] = ["score": assessment.score.value.units, "isCovered": 1]
        for term in assessment.score.terms {
            values["\(assessment.score.formula).\(term.code)"] = term.contribution.units
        }
        for decision in assessment.decisions {
            for result in results where result.name.hasPrefix("\(decision.programme).") { values[result.name] = 0 }
            for reason in decision.reasons { values["\(decision.programme).\(reason.code)"] = 1 }
            values["\(decision.programme).eligible"] = decision.eligible ? 1 : 0
            if let amount = decision.amount { values["\(decision.programme).amount"] = amount.perMonth }
        }
        // The formula that does not cover the household has columns as well; nothing is asked of them.
        return results.map { values[$0.name] }
    }

    @Test("Generated households have the same bits in all of them")
    func generated() throws {
        var households = GeneratedHouseholds(seed: Self.seed, book)
        let server = try PostgreSQLServer()
        defer { try? server?.stop() }
        if server == nil { print("Skipped: PostgreSQL's server is not installed (scripts/setup --tests).") }
        var (compared, differing) = (0, 0)
        for day in try Self.days.map({ try CivilDate(iso8601: $0) }) {
            let plan = try book.plan(on: day)
            var builder = FrameBuilder(plan)
            var wanted: [[Int64?]] = []
            let results = QueryText(plan, dialect: .sqlite).results
            for number in 0..<250 {
                let facts = try book.facts(from: households.household(number, on: day))
                try builder.append(facts.json)
                wanted.append(expected(results, try book.assess(facts)))
            }
            try builder.bytes.withUnsafeBytes { bytes in
                let frame = try Frame(bytes, for: plan)
                try frame.verify()
                var answers: [[[Int64]]] = [[]]
                try ColumnEvaluator(plan, frame).evaluate(households: 0..<frame.households) { block in
                    for row in block.households.indices {
                        let row = row - block.households.lowerBound
                        answers[0].append(results.map { block.values($0.place)[row] })
                    }
                }
                answers.append(try rowsInSQLite(plan, frame))
                if let server { answers.append(try server.rows(plan, frame)) }
                for rows in answers {
                    #expect(rows.count == wanted.count)
                    for (row, expected) in zip(rows, wanted) {
                        for (value, known) in zip(row, expected) where known != nil && known != value { differing += 1 }
                    }
                    compared += rows.count
                }
            }
        }
        #expect(differing == 0, "seed \(Self.seed)")
        print("\(compared) answers compared, seed \(Self.seed)")
    }

    @Test("Whatever is answered from a line's bytes, its evaluation by itself says to the byte")
    func lines() throws {
        var households = GeneratedHouseholds(seed: Self.seed + 1, book)
        let scanner = try #require(DeclarationScanner(book))
        let day = try CivilDate(iso8601: "2026-10-01")
        let scorer = try #require(DayScorer(book, scanner, on: day))
        var random = Self.seed | 1
        func below(_ count: Int) -> Int {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return Int(random % UInt64(count))
        }
        var bytes: [UInt8] = []
        var lines: [Range<Int>] = []
        let spoilers = Array("{}[]\",:\\0129-eE.aM \u{7F}é".utf8)
        for number in 0..<500 {
            var line = households.household(number, on: day).serializedBytes()
            // Half of the lines are damaged in a byte or two; some stay good, such as those with another digit.
            if number % 2 == 1 {
                for _ in 0...below(2) {
                    switch below(3) {
                    case 0: line[below(line.count)] = spoilers[below(spoilers.count)]
                    case 1: line.remove(at: below(line.count))
                    default: line.insert(spoilers[below(spoilers.count)], at: below(line.count))
                    }
                }
            }
            lines.append(bytes.count..<bytes.count + line.count)
            bytes += line + [0x0A]
        }
        let scored = bytes.withUnsafeBufferPointer { buffer in
            scanner.score(lines, in: buffer) { $0 == day ? scorer : nil }
        }
        var answered = 0
        for (line, range) in lines.enumerated() {
            guard let answer = scored.answers[line] else { continue }
            answered += 1
            let facts = try book.facts(from: try JSONValue(parsing: bytes[range]))
            let expected = try book.assess(facts).json.serializedBytes() + [0x0A]
            #expect(Array(scored.bytes[answer]) == expected, "line \(line), seed \(Self.seed)")
        }
        #expect(answered >= 250, "every undamaged line is answered from its bytes, seed \(Self.seed)")
    }

    @Test("A plan over households alone has the score of the plan over members")
    func drawn() throws {
        var households = GeneratedHouseholds(seed: Self.seed + 2, book)
        let day = try CivilDate(iso8601: "2026-10-01")
        let plan = try book.plan(on: day)
        var builder = FrameBuilder(plan)
        for number in 0..<300 { try builder.append(households.household(number, on: day)) }
        let (flat, drawn) = plan.overHouseholds()
        try builder.bytes.withUnsafeBytes { bytes in
            let frame = try Frame(bytes, for: plan)
            let scores = ColumnValues(try ColumnEvaluator(plan, frame), [plan.score])
            let bytes = try frame.overHouseholds(plan, flat, drawn)
            try bytes.withUnsafeBytes { bytes in
                let frame = try Frame(bytes, for: flat)
                #expect(ColumnValues(try ColumnEvaluator(flat, frame), [flat.score]).values == scores.values)
            }
        }
    }

    @Test("A frame that is cut off, changed or of other bytes is refused")
    func damage() throws {
        var households = GeneratedHouseholds(seed: Self.seed + 3, book)
        let day = try CivilDate(iso8601: "2026-10-01")
        let plan = try book.plan(on: day)
        var builder = FrameBuilder(plan)
        for number in 0..<20 { try builder.append(households.household(number, on: day)) }
        let good = try builder.bytes
        func refuses(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBytes { bytes in
                do {
                    try Frame(bytes, for: plan).verify()
                    return false
                } catch { return true }
            }
        }
        #expect(!refuses(good))
        #expect(refuses([]))
        for length in stride(from: 0, to: good.count, by: 97) { #expect(refuses(Array(good[..<length]))) }
        for place in stride(from: 8, to: good.count, by: 61) where !(16..<64).contains(place) {
            var bytes = good
            bytes[place] ^= 0x10
            #expect(refuses(bytes), "byte \(place)")
        }
    }
}

/// The values of one step for all households.
private struct ColumnValues {
    var values: [Int64] = []

    init(_ evaluator: ColumnEvaluator, _ places: [LawPlan.Place]) {
        evaluator.evaluate(households: 0..<evaluator.frame.households, only: places) { values += $0.values(places[0]) }
    }
}
