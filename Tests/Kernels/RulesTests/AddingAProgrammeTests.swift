import Foundation
import Rules
import StrictJSON
import Testing

@Suite("A programme is added with data files alone")
struct AddingAProgrammeTests {
    /// One step of the page: a file to be written whole, or lines to be replaced in one.
    private struct Step {
        let path: String
        let language: String
        let text: String
    }

    /// The page's blocks that follow a line with nothing but a path.
    private func steps() throws -> [Step] {
        let page = try String(
            contentsOf: Law.root.appending(path: "Documentation/AddingAProgramme.md"), encoding: .utf8)
        var steps: [Step] = []
        var path: String?
        var block: (language: String, lines: [String])?
        for line in page.components(separatedBy: "\n") {
            if let open = block {
                if line == "```" {
                    if let path {
                        steps.append(
                            Step(
                                path: path, language: open.language,
                                text: open.lines.map { $0 + "\n" }.joined()))
                    }
                    (block, path) = (nil, nil)
                } else {
                    block?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                block = (String(line.dropFirst(3)), [])
            } else if line.hasPrefix("`my-country/Law/"), line.hasSuffix("`") {
                path = String(line.dropFirst("`my-country/Law/".count).dropLast())
            }
        }
        return steps
    }

    /// The page's steps, carried out on a copy of the law in a folder of its own.
    private func law() throws -> LawBook {
        let folder = FileManager.default.temporaryDirectory.appending(path: "law-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(at: Law.folder, to: folder)
        for step in try steps() {
            let file = folder.appending(path: step.path)
            if step.language == "diff" {
                var text = try String(contentsOf: file, encoding: .utf8)
                func lines(_ mark: Character) -> String {
                    step.text.split(separator: "\n").filter { $0.first == mark }.map { $0.dropFirst() + "\n" }.joined()
                }
                try #require(text.contains(lines("-")))
                text.replace(lines("-"), with: lines("+"))
                try text.write(to: file, atomically: true, encoding: .utf8)
            } else {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try step.text.write(to: file, atomically: true, encoding: .utf8)
            }
        }
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try LawBook(
            files: paths.filter { $0.hasSuffix(".yaml") }.map {
                LawFile(path: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
            })
    }

    @Test(
        "The page's steps make a law that is clean, tested, decided, explained in four languages and computed in columns"
    )
    func page() throws {
        #expect(try steps().count == 8)
        let law = try law()
        #expect(law.findings.isEmpty, "\(law.findings)")
        for test in law.cases {
            let failure = law.failure(of: test)
            #expect(failure == nil, "\(String(describing: failure))")
        }
        let json = household(
            ["asOf": "2027-02-01", "altitudeMetres": 1450], members: [member("M1", "head", "1950-01-01")])
        let facts = try law.facts(from: json)
        let assessment = try law.assess(facts)
        #expect(assessment.json["decisions"]?["heating"]?["yearlyMAD"] == 1500)
        #expect(assessment.json["decisions"]?.object?.count == 4)
        for language in ["ar", "fr", "zgh", "en"] {
            let told = try law.narrative(facts, language: language)
            #expect(told.contains { $0.contains(law.label(of: "heating", language)) }, "\(language)")
        }
        let tree = try law.reasoning(facts, language: "en").first { $0.id == "heating" }
        let ground = tree?.children.first { $0.id == "tooLow" }
        #expect(ground?.value == "false")
        #expect(
            ground?.children.contains { $0.kind == .input && $0.id == "altitudeMetres" && $0.value == "1450" } == true)
        #expect(ground?.children.contains { $0.id == "heating.altitude" && $0.status == .provisional } == true)
        let plan = try law.plan(on: facts.asOf)
        #expect(plan.programmes.map(\.id).contains("heating"))
    }

    @Test("A declaration without the new fact is refused with its name")
    func withoutTheFact() throws {
        let law = try law()
        #expect(throws: FactsRefusal.self) { try law.facts(from: household()) }
        do {
            _ = try law.facts(from: household())
        } catch {
            #expect(error.problems.map(\.path) == ["altitudeMetres"])
        }
    }
}
