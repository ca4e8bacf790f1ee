import Quantities
import Rules
import StrictJSON
import Testing

@Suite("Declarations are checked field by field")
struct FactsTests {
    @Test("A complete and possible declaration is taken")
    func good() throws {
        let facts = try Law.book.get().facts(from: household())
        #expect(facts.householdRef == "H-1")
        #expect(facts.asOf.description == "2026-10-01")
        #expect(facts.json == household())
    }

    @Test("Every problem is told at once, each with its path and code")
    func all() throws {
        var broken = household(
            [
                "dwelling.rooms": 0, "dwelling.type": "castle", "assets.cars": -1, "assets.boats": 2,
                "spending.waterElectricityMonthly": [], "spending.butaneMonthly": -5, "loan": "no", "milieu": "coastal",
                "commune": "01.511.01.0", "familyNuclei": 0,
            ],
            members: [
                member("M1", "head", "1986-01-01"), member("M2", "head", "2026-02-30"),
                member("M1", "cousin", "2027-10-03", ["occupation": "pilot", "literate": nil, "shoeSize": 40]),
                "M4",
            ])
        broken = without("householdRef", broken)
        let found = try problems(broken)
        let expected: Set<String> = [
            "householdRef missingField", "dwelling.rooms tooSmall", "dwelling.type notOnList", "assets.cars tooSmall",
            "assets.boats unknownField", "spending.waterElectricityMonthly tooFew", "spending.butaneMonthly tooSmall",
            "loan wrongType", "milieu notOnList", "commune communeOutsideRegion", "familyNuclei tooSmall",
            "members[1].birthDate malformedDate", "members[2].ref duplicateEntry",
            "members[2].relationship notOnList", "members[2].occupation notOnList", "members[2].literate wrongType",
            "members[2].shoeSize unknownField", "members[2].birthDate bornAfterAsOf", "members[3] wrongType",
        ]
        #expect(Set(found.map { "\($0.path) \($0.code)" }) == expected)
        #expect(found.count == expected.count)
        for problem in found {
            for language in ["ar", "fr", "en"] { #expect(problem.messages[language]?.isEmpty == false) }
            #expect(!problem.message.contains("castle"), "a declared value is never repeated")
        }
    }

    @Test("A household has one head", arguments: [0, 1, 2, 3])
    func heads(count: Int) throws {
        let members = (0..<3).map { member("M\($0)", $0 < count ? "head" : "child", "2000-01-01") }
        let found = try problems(household(members: members))
        #expect(found.map(\.code) == (count == 0 ? ["noHead"] : count == 1 ? [] : ["severalHeads"]))
        #expect(found.allSatisfy { $0.path == "members" })
    }

    @Test("Nobody but a child soon to be born may be born after the day of the calculation")
    func births() throws {
        let head = member("M1", "head", "1986-01-01")
        let unborn = try problems(household(members: [head, member("M2", "spouse", "2026-10-02")]))
        #expect(unborn.map { "\($0.path) \($0.code)" } == ["members[1].birthDate bornAfterAsOf"])
        #expect(try problems(household(members: [head, member("M2", "spouse", "2026-10-01")])).isEmpty)
        let far = try problems(household(members: [head, member("M2", "child", "2027-10-03")]))
        #expect(far.map { "\($0.path) \($0.code)" } == ["members[1].birthDate bornAfterAsOf"])
    }

    @Test(
        "Wrong values are refused where they stand",
        arguments: [
            ("asOf", "2026-02-29", "malformedDate"), ("asOf", "2026-2-1", "malformedDate"),
            ("asOf", 20_260_101, "wrongType"),
            ("region", "13", "notOnList"), ("region", 8, "wrongType"), ("commune", "08-401-01-01", "malformedCode"),
            ("commune", "", "emptyText"), ("commune", "08.401.01.0\u{662}", "malformedCode"),
            ("householdRef", .string(String(repeating: "x", count: 65)), "textTooLong"),
            ("householdRef", "a\u{0}b", "forbiddenCharacter"), ("dwelling", [], "wrongType"),
            ("dwelling.rooms", 2.0, "wrongType"), ("dwelling.rooms", 1001, "tooLarge"),
            ("dwelling.rooms", nil, "wrongType"),
            ("dwelling.rooms", .double(1e30), "tooLarge"), ("dwelling.garage", 1, "wrongType"),
            ("spending.butaneMonthly", 1_000_000_000_001, "tooLarge"),
            ("spending.waterElectricityMonthly", [1, -1], "tooSmall"),
            ("spending.waterElectricityMonthly", 5, "wrongType"), ("members", [], "tooFew"),
        ] as [(String, JSONValue, String)])
    func values(path: String, value: JSONValue, code: String) throws {
        let found = try problems(household([path: value]))
        #expect(found.contains { $0.path.hasPrefix(path) && $0.code == code }, "\(found)")
    }

    @Test("What is no object is refused as a whole", arguments: [nil, [], "x", 1] as [JSONValue])
    func root(json: JSONValue) throws {
        #expect(try problems(json).map(\.code) == ["notAnObject"])
    }

    @Test("The largest amounts that are taken never overflow")
    func largest() throws {
        let book = try Law.book.get()
        for milieu in ["urban", "rural"] {
            let members =
                [member("M0", "head", "1850-01-01")] + (1..<1000).map { member("M\($0)", "child", "2020-01-01") }
            let json = household(
                [
                    "milieu": .string(milieu), "assets.mobilePhones": 1_000_000, "assets.cattle": 1_000_000,
                    "assets.cars": 1_000_000, "assets.motorcycles": 1_000_000,
                    "spending.waterElectricityMonthly": .array(
                        Array(repeating: 1_000_000_000_000, count: 119) + [999_999_999_999]),
                    "spending.butaneMonthly": 1_000_000_000_000, "spending.telecomMonthly": 1_000_000_000_000,
                ], members: [member("M0", "head", "1850-01-01")])
            #expect(try book.assess(try book.facts(from: json)).score.value > .zero)
            #expect(try book.assess(try book.facts(from: household(members: members))).score.value > .zero)
        }
    }

    private func problems(_ json: JSONValue) throws -> [FactProblem] {
        let book = try Law.book.get()
        do throws(FactsRefusal) {
            _ = try book.facts(from: json)
            return []
        } catch {
            return error.problems
        }
    }

    private func without(_ name: String, _ json: JSONValue) -> JSONValue {
        var object = json.object ?? [:]
        object[name] = nil
        return .object(object)
    }
}
