import Foundation
import Installation
import Rules
import StrictJSON
import Testing

@testable import Web

@Suite("Forms and documents")
struct FormTests {
    @Test("a path reads and writes its place, and lists lose the rows left empty")
    func paths() throws {
        var document: JSONValue = [:]
        document.set("a", at: try #require(JSONPath("facts.members[2].school")).steps)
        #expect(document == ["facts": ["members": [nil, nil, ["school": "a"]]]])
        #expect(document.withoutEmptyEntries == ["facts": ["members": [["school": "a"]]]])
        #expect(JSONPath("facts.members[2].school")?.value(in: document) == "a")
        for text in ["", ".", "a..b", "a[", "a[x]", "a[-1]", "[0]", "a[99999999]"] {
            #expect(JSONPath(text) == nil, "\(text)")
        }
    }

    @Test(
        "amounts are typed in the currency's unit and kept in its smallest",
        arguments: [
            ("257.72", 25772), ("257,7", 25770), ("1 200", 120_000), ("٤٥٫٥", 4550), ("0", 0), ("1.234", nil),
            ("", nil),
            ("abc", nil), ("-3", nil), ("99999999999999999999", nil),
        ] as [(String, Int64?)])
    func amounts(typed: String, units: Int64?) {
        #expect(Digits.minorUnits(typed, digits: 2) == units)
        if let units { #expect(Digits.minorUnits(Digits.majorUnits(units, digits: 2), digits: 2) == units) }
    }

    @Test("percent-encoding is read strictly, and what is written is read back")
    func percentEncoding() {
        for text in ["", "a b", "سجل", "%", "a+b&c=d", "\u{1F600}"] {
            #expect(PercentEncoding.decode(PercentEncoding.encode(text), plusIsSpace: true) == text)
        }
        for text in ["%", "%2", "%zz", "%ff", "%c3%28"] {
            #expect(PercentEncoding.decode(text, plusIsSpace: true) == nil)
        }
    }

    @Test("a form's token belongs to its session")
    func tokens() {
        let token = FormToken.make(secret: "one")
        #expect(FormToken.isValid(token, secret: "one"))
        #expect(!FormToken.isValid(token, secret: "two"))
        for wrong in [nil, "", "zz", String(token.dropLast(2))] { #expect(!FormToken.isValid(wrong, secret: "one")) }
        #expect(!FormToken.isValid(token, secret: nil))
    }

    @Test("the household's form asks every field of the law that is not known already")
    func householdForm() throws {
        let jurisdiction = try Place.jurisdiction.get()
        let rules = try HouseholdFormRules(folder: Place.country)
        let texts = try #require(try TextCatalogue.load(languages: ["ar"], folder: Place.country)["ar"])
        let form = try #require(HouseholdForm(members: "٢", milieu: "rural"))
        let names = form.sections(jurisdiction.law, rules, texts).fields.map(\.name)
        #expect(Set(names).count == names.count)
        func leaves(_ questions: [FactQuestion], _ prefix: String) -> [String] {
            questions.flatMap { question -> [String] in
                switch question.answer {
                case .record(let fields): leaves(fields, "\(prefix)\(question.name).")
                case .list(.record(let fields), _): leaves(fields, "\(prefix)\(question.name)[1].")
                case .list: ["\(prefix)\(question.name)[0]"]
                default: ["\(prefix)\(question.name)"]
                }
            }
        }
        let known: Set = [
            "facts.householdRef", "facts.asOf", "facts.region", "facts.milieu", "facts.members[1].ref",
            "facts.members[1].sex", "facts.members[1].birthDate",
        ]
        for leaf in leaves(jurisdiction.law.questions, "facts.") {
            #expect(names.contains(leaf) != known.contains(leaf), "\(leaf)")
        }
        #expect(names.contains("facts.members[1].civilNumber"))
        #expect(HouseholdForm(members: "0", milieu: "rural") == nil)
        #expect(HouseholdForm(members: "3", milieu: "sea") == nil)
    }

    @Test("a place is found by its entry in the list, by its code, or by a name that only one has")
    func places() throws {
        let finder = PlaceFinder(try Place.jurisdiction.get())
        let communes = try Place.jurisdiction.get().communes
        for commune in communes.prefix(300) {
            #expect(finder.code(finder.label(commune.code, language: "ar")) == commune.code)
            #expect(finder.code(commune.code) == commune.code)
        }
        #expect(finder.code("nowhere") == nil)
        #expect(finder.code("nowhere (99.999.99.9)") == nil)
    }

    @Test("every route's path fits its own template, and every template is another")
    func routes() {
        #expect(Set(Route.allCases.map(\.rawValue)).count == Route.allCases.count)
        for route in Route.allCases { #expect(Route.matching(route.path("x")).contains(route)) }
    }
}
