import ColumnRules
import Foundation
import Quantities
import Rules
import StrictJSON
import TestMaterial
import Testing

@Suite("Columns and one household at a time agree to the bit")
struct AgreementTests {
    /// The reference households of the shared folder, by their day: 2,000 declarations computed elsewhere.
    @Test("The reference households have the same score, contributions, decisions and amounts over columns")
    func reference() throws {
        guard let lines = sharedLines("data/households/facts.jsonl") else { return }
        let book = try LawBook(files: lawFiles)
        var byDay: [CivilDate: [Facts]] = [:]
        for line in lines {
            let facts = try book.facts(from: try JSONValue(parsing: line))
            byDay[facts.asOf, default: []].append(facts)
        }
        var compared = 0
        for (day, households) in byDay {
            try compare(households, book, book.plan(on: day))
            compared += households.count
        }
        #expect(compared == lines.count)
        print("\(compared) households equal over columns, on \(byDay.count) days")
    }

    private func compare(_ households: [Facts], _ book: LawBook, _ plan: LawPlan) throws {
        var builder = FrameBuilder(plan)
        for facts in households { try builder.append(facts.json) }
        let bytes = try builder.bytes
        try bytes.withUnsafeBytes { bytes in
            let frame = try Frame(bytes, for: plan)
            try ColumnEvaluator(plan, frame).evaluate(households: 0..<frame.households) { block in
                for (row, household) in block.households.enumerated() {
                    let assessment = try book.assess(households[household])
                    #expect(block.values(plan.score)[row] == assessment.score.value.units)
                    #expect(block.values(plan.isCovered)[row] == 1)
                    let formula = try #require(plan.formulas.first { $0.id == assessment.score.formula })
                    for (term, expected) in zip(formula.terms, assessment.score.terms) {
                        #expect(block.values(term.contribution)[row] == expected.contribution.units, "\(term.code)")
                    }
                    for (programme, decision) in zip(plan.programmes, assessment.decisions) {
                        let reasons = programme.reasons.filter { block.values($0.holds)[row] == 1 }.map(\.code)
                        #expect(reasons == decision.reasons.map(\.code))
                        if let amount = programme.amount {
                            #expect(block.values(amount)[row] == decision.amount?.perMonth)
                        }
                    }
                }
            }
        }
    }
}

let root: URL = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
        folder.deleteLastPathComponent()
    }
    return folder
}()

let lawFiles: [LawFile] = {
    let folder = root.appending(path: "Jurisdictions/Morocco/Law")
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".yaml") }.map { path in
        LawFile(path: path, text: (try? String(contentsOf: folder.appending(path: path), encoding: .utf8)) ?? "")
    }
}()

func sharedLines(_ path: String) -> [String]? {
    SharedFolder.lines(path, neededFor: "the reference households")
}
