import Foundation
import Rules
import Testing

@Suite("Wrong laws are named by file, line and remedy")
struct LawFindingsTests {
    private func findings(_ path: String, _ change: (String) -> String) -> [LawError] {
        do {
            return try LawBook(files: Law.files(changing: path, change)).findings
        } catch {
            return [error]
        }
    }

    @Test("The law of this repository is clean, and every case has its answer")
    func clean() throws {
        let book = try Law.book.get()
        #expect(book.findings.isEmpty)
        for test in book.cases {
            let failure = book.failure(of: test)
            #expect(failure == nil, "\(String(describing: failure))")
        }
        let counts = Dictionary(grouping: book.cases, by: \.programme).mapValues(\.count)
        for programme in book.programmeIDs { #expect(counts[programme] ?? 0 >= 12, "\(programme)") }
    }

    @Test("A missing translation")
    func translation() {
        let path = "parameters/directAid/childRate.yaml"
        let found = findings(path) { $0.replacing("  fr: Montant mensuel par enfant, rangs 1 à 3\n", with: "") }
        #expect(found.first?.code == .missingLabel && found.first?.file == path && found.first?.line != nil)
    }

    @Test("An unknown variable")
    func unknownVariable() {
        let path = "formulas/urban/2023-12-01.yaml"
        let found = findings(path) { $0.replacing("  cars: formula", with: "  carz: formula") }
        #expect(found.first?.code == .unknownReference && found.first?.file == path && found.first?.line != nil)
    }

    @Test("Definitions that need one another, with the whole circle")
    func cycle() {
        let path = "definitions/household.yaml"
        let found =
            findings(path) { $0.replacing("is: members.size()", with: "is: headAge + 0") }
            + findings(path) {
                $0.replacing("is: members.size()", with: "is: adults.size()")
                    .replacing(
                        "is: members.filter(m, completedYears(m.birthDate, asOf) >= 15)",
                        with: "is: members.filter(m, n > 0)")
            }
        #expect(found.contains { $0.code == .cycle && $0.message.contains("adults → n") && $0.line != nil })
    }

    @Test("A number in dirhams compared with the index")
    func units() {
        let path = "programmes/directAid/2023-12-01.yaml"
        let found = findings(path) { $0.replacing("when: score > threshold", with: "when: score > lumpSum") }
        #expect(found.contains { $0.code == .unitMismatch && $0.file == path && $0.line != nil })
    }

    @Test("A day for which neither version of a rule holds, and one that two claim")
    func dates() throws {
        let path = "programmes/amoTadamon/2023-12-01.yaml"
        let text = try #require(Law.files.first { $0.path == path }).text
        for (until, code) in [("2025-12-30", LawError.Code.gapInDates), ("2026-01-01", .overlapInDates)] {
            var files = Law.files(changing: path) {
                $0.replacing("from: 2023-12-01", with: "from: 2023-12-01\nuntil: \(until)")
            }
            files.append(
                LawFile(
                    path: "programmes/amoTadamon/2026-01-01.yaml",
                    text: text.replacing("from: 2023-12-01", with: "from: 2026-01-01")))
            let found = try LawBook(files: files).findings
            #expect(found.contains { $0.code == code && $0.file == path && $0.line == 4 }, "\(found)")
        }
    }
}
