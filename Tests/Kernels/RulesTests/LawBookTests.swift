import Quantities
import Rules
import StrictJSON
import Testing

@Suite("The law as files")
struct LawBookTests {
    @Test("The law of this repository is whole in every language")
    func whole() throws {
        let book = try Law.book.get()
        #expect(book.languages == ["ar", "fr", "zgh", "en"])
        #expect(book.digest.count == 64)
        #expect(try LawBook(files: Law.files.reversed()).digest == book.digest, "the order of files does not matter")
    }

    @Test("A parameter has the value of its day, read exactly, with source and status")
    func parameters() throws {
        let book = try Law.book.get()
        let rate = try book.parameter("directAid.orphanRate", on: day("2025-06-30"))
        #expect(rate.text == "375")
        #expect(rate.status == .provisional)
        #expect(rate.from == day("2025-01-01"))
        #expect(try book.parameter("directAid.orphanRate", on: day("2024-12-31")).text == "350")
        let weight = try book.parameter("formula.rural.car", on: day("2026-01-01"))
        #expect(weight.status == .provisional)
        #expect(weight.value == (try Rational(226, over: 1000)))
        #expect(try book.parameter("formula.urban.region.06", on: day("2026-01-01")).text == "0.220")
        #expect(try book.parameter("amoAchamil.contribution.8", on: day("2026-01-01")).text == "1164")
        #expect(book.parameterIDs.contains("formula.urban.constant"))
        #expect(try book.parameter("formula.urban.cars", on: day("2026-01-01")).labels["ar"]?.isEmpty == false)
    }

    @Test("Before the first value there is none, and the error says from when there is one")
    func tooEarly() throws {
        let book = try Law.book.get()
        let error = #expect(throws: LawError.self) { try book.parameter("directAid.threshold", on: day("2023-11-30")) }
        #expect(error?.code == .notInForce)
        #expect(error?.message.contains("2023-12-01") == true)
        let facts = try book.facts(
            from: household(["asOf": "2023-11-30"], members: [member("M1", "head", "1986-01-01")]))
        #expect(throws: LawError.self) { try book.assess(facts) }
        #expect(throws: LawError.self) { try book.parameter("directAid.colour", on: day("2026-01-01")) }
        #expect(throws: LawError.self) { try book.parameter("formula.urban.region", on: day("2026-01-01")) }
        #expect(throws: LawError.self) { try book.parameter("formula.urban.region.13", on: day("2026-01-01")) }
    }

    @Test(
        "A mistake in a law file is found when the law is read, with file and field",
        arguments: [
            (
                "variables/head.yaml", "head.occupation == \"craftsman\"", "head.ocupation == \"craftsman\"",
                .invalidExpression
            ),
            ("variables/head.yaml", "\"craftsman\"", "\"crafsman\"", .unknownReference),
            ("variables/assets.yaml", "is: assets.cars >= 1", "is: assets.cars", .invalidExpression),
            ("variables/assets.yaml", "is: assets.cars >= 1", "is: assets.cars >=", .invalidExpression),
            ("variables/assets.yaml", "en: At least one car", "de: Ein Auto", .unknownField),
            ("variables/assets.yaml", "\n      en: At least one car\n", "\n", .missingLabel),
            ("variables/assets.yaml", "household owns: {value}.", "household owns: {count}.", .unknownReference),
            ("variables/assets.yaml", "unit: cars", "units: cars", .unknownField),
            ("definitions/household.yaml", "is: members.size()", "is: member.size()", .invalidExpression),
            ("definitions/household.yaml", "  n:\n", "  asOf:\n", .duplicateName),
            ("formulas/urban/2023-12-01.yaml", "formula.urban.cars", "formula.urban.carts", .unknownReference),
            ("formulas/urban/2023-12-01.yaml", "  cars:", "  carts:", .unknownReference),
            (
                "formulas/urban/2023-12-01.yaml", "constant: formula.urban.constant", "constant: formula.urban.region",
                .unknownReference
            ),
            ("parameters/formula/urban/cars.yaml", "status: sourced", "status: certain", .wrongType),
            ("parameters/formula/urban/cars.yaml", "2023-12-01", "2023-13-01", .wrongType),
            ("parameters/formula/urban/cars.yaml", "2023-12-01", "2024-12-01", .notInForce),
            ("parameters/formula/urban/cars.yaml", "value: 0.226", "value: 0,226", .wrongType),
            ("parameters/formula/urban/cars.yaml", "id: formula.urban.cars", "id: formula.urban.car", .wrongType),
            ("parameters/formula/urban/region.yaml", "'12': 0.285", "'13': 0.285", .missingField),
            ("parameters/directAid/threshold.yaml", "9.743001", "9.74300100001", .wrongType),
            ("parameters/amoAchamil/contribution.yaml", "upTo: 9.743001", "upTo: 9.2", .wrongType),
            ("parameters/amoAchamil/contribution.yaml", "{value: 1164,", "{upTo: 12, value: 1164,", .wrongType),
            ("programmes/directAid/2023-12-01.yaml", "m.pension", "m.pensions", .invalidExpression),
            ("programmes/directAid/2023-12-01.yaml", "output: [eligible, ", "output: [", .wrongType),
            ("programmes/directAid/2023-12-01.yaml", "from: 2023-12-01", "from: 2023-12-02", .wrongType),
            ("law.yaml", "directAid, ", "", .missingField),
            ("law.yaml", "directAid, ", "directAid, unheardOf, ", .unknownReference),
            (
                "facts/household.yaml", "      item.birthDate <= asOf", "      item.birthdate <= asOf",
                .invalidExpression
            ),
            ("facts/messages.yaml", "{expected}", "{type}", .unknownReference),
            ("explanation/wording.yaml", "{amount}", "", .missingField),
            ("law.yaml", "languages:", "languages: [ar]\nlanguages:", .malformedFile),
            ("law.yaml", "title:", "title: [", .malformedFile),
        ] as [(String, String, String, LawError.Code)])
    func mistakes(path: String, text: String, mistake: String, code: LawError.Code) throws {
        let files = Law.files(changing: path) { $0.replacing(text, with: mistake, maxReplacements: 1) }
        try #require(files != Law.files, "the text to change is in the file")
        let error = #expect(throws: LawError.self) { try LawBook(files: files) }
        #expect(error?.code == code, "\(error.map(\.description) ?? "")")
        #expect(error?.file == path || code == .notInForce, "\(error.map(\.description) ?? "")")
        #expect(error?.message.isEmpty == false)
    }

    @Test("A file that is missing, misplaced or given twice is named")
    func files() throws {
        let missing = #expect(throws: LawError.self) {
            try LawBook(files: Law.files(changing: "facts/messages.yaml") { _ in nil })
        }
        #expect(missing?.code == .missingFile)
        #expect(missing?.file == "facts/messages.yaml")
        let extra = #expect(throws: LawError.self) {
            try LawBook(files: Law.files + [LawFile(path: "variable/new.yaml", text: "variables: {}")])
        }
        #expect(extra?.code == .malformedFile)
        #expect(throws: LawError.self) { try LawBook(files: Law.files + [Law.files[0]]) }
        _ = try LawBook(files: Law.files + [LawFile(path: "README.md", text: "for people")])
    }

    @Test("A new threshold is a new value by date: yesterday's answer stays as it was")
    func change() throws {
        let files = Law.files(changing: "parameters/directAid/threshold.yaml") {
            $0 + "  2026-09-01:\n    value: 8\n    status: provisional\n    source: a test\n"
        }
        let book = try LawBook(files: files)
        #expect(book.digest != (try Law.book.get().digest))
        for (date, eligible) in [("2026-08-31", true), ("2026-09-01", false)] {
            let decision = try book.assess(try book.facts(from: household(["asOf": .string(date)]))).decisions[0]
            #expect(decision.eligible == eligible)
            #expect(
                decision.parameters.contains { $0.id == "directAid.threshold" && $0.status == .provisional }
                    == !eligible)
        }
    }

    @Test("A new formula is a new file by date")
    func newFormula() throws {
        let path = "formulas/urban/2023-12-01.yaml"
        let old = try #require(Law.files.first { $0.path == path })
        let text = old.text.replacing("from: 2023-12-01", with: "from: 2026-09-01")
            .replacing("  cars: formula.urban.cars\n", with: "")
        let book = try LawBook(files: Law.files + [LawFile(path: "formulas/urban/2026-09-01.yaml", text: text)])
        let before = try book.assess(try book.facts(from: household(["asOf": "2026-08-31"]))).score
        let after = try book.assess(try book.facts(from: household())).score
        #expect(before.terms.count == 35)
        #expect(after.terms.count == 34)
        #expect(after.version == day("2026-09-01"))
    }

    private func day(_ text: String) -> CivilDate {
        guard let date = try? CivilDate(iso8601: text) else { fatalError("no date: \(text)") }
        return date
    }
}
