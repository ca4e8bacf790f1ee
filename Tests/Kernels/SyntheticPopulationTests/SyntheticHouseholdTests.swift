import Quantities
import StrictJSON
import Testing

@testable import SyntheticPopulation

@Suite("Invented households")
struct SyntheticHouseholdTests {
    static let seed: UInt64 = 42
    static let asOf = try? CivilDate(year: 2026, month: 10, day: 1)
    static let population = try? SyntheticPopulation(DemonstrationFolder.tables)
    static let sample: [SyntheticHousehold] = {
        guard let population, let asOf else { return [] }
        print("seed \(seed)")
        return (0..<1500).map { population.household($0, seed: seed, asOf: asOf) }
    }()

    @Test("a household is the same whichever others are asked for, and another under another seed")
    func determinism() throws {
        let asOf = try #require(Self.asOf)
        let again = try SyntheticPopulation(DemonstrationFolder.tables)
        for index in [1499, 3, 700] {
            #expect(again.household(UInt64(index), seed: Self.seed, asOf: asOf) == Self.sample[index])
            #expect(again.household(UInt64(index), seed: Self.seed + 1, asOf: asOf) != Self.sample[index])
        }
        #expect(Set(Self.sample.map(\.facts)).count == Self.sample.count)
    }

    @Test("every value is on its list, there is one head, nobody is born after the day, region and commune agree")
    func factsAreValid() throws {
        let asOf = try #require(Self.asOf)
        let lists: [String: Set<String?>] = [
            "relationship": ["head", "spouse", "child", "parent", "sibling", "other"], "sex": ["female", "male"],
            "school": ["none", "public", "private"], "educationLevel": ["none", "basic", "secondary", "higher"],
            "diploma": ["none", "school", "technical", "higher"],
            "activity": ["working", "unemployed", "student", "home", "retired", "other"],
            "occupation": [
                "seniorExecutive", "middleManager", "craftsman", "farmOperator", "plantOperator", "trader", "other",
                nil,
            ],
            "employmentStatus": ["employer", "selfEmployed", "employee", "familyWorker", nil],
            "healthCover": ["none", "ramed", "amo", "private"],
        ]
        let tables = try #require(Self.population).tables
        let dwellings = Set(tables.dwellings.flatMap { tables.weights["dwelling \($0)"]?[0].values ?? [] })
        for household in Self.sample {
            let facts = household.facts
            #expect(
                facts.object?.keys == [
                    "householdRef", "asOf", "region", "commune", "milieu", "familyNuclei", "dwelling", "assets", "loan",
                    "spending", "members",
                ])
            let commune = try #require(facts["commune"]?.string)
            #expect(facts["region"]?.string == String(commune.prefix(2)))
            #expect(["urban", "rural"].contains(facts["milieu"]?.string))
            #expect(dwellings.contains(try #require(facts["dwelling"]?["type"]?.string)))
            #expect(try #require(facts["dwelling"]?["rooms"]?.integer) >= 1)
            for bill in try #require(facts["spending"]?["waterElectricityMonthly"]?.array) {
                #expect(try #require(bill.integer) >= 0)
            }
            let members = try #require(facts["members"]?.array)
            #expect(members.count == household.persons.count)
            let relationships = members.compactMap { $0["relationship"]?.string }
            #expect(relationships.first == "head")
            #expect(relationships.count { $0 == "head" } == 1)
            #expect(relationships.count { $0 == "spouse" } <= 1)
            for (member, person) in zip(members, household.persons) {
                #expect(member.object?.count == 18)
                for (field, list) in lists { #expect(list.contains(member[field]?.string), "\(field)") }
                let birth = try CivilDate(iso8601: #require(member["birthDate"]?.string))
                #expect(birth <= asOf)
                #expect(birth == person.birthDate)
                #expect(member["ref"]?.string == person.ref)
                #expect((member["activity"]?.string == "working") == (member["employmentStatus"] != .null))
                #expect((member["activity"]?.string == "working") == (member["occupation"] != .null))
            }
        }
    }

    @Test("mothers are grown up, and brothers and sisters are twins or at least nine months apart")
    func births() throws {
        for household in Self.sample {
            let members = try #require(household.facts["members"]?.array)
            func births(_ relationship: String) throws -> [CivilDate] {
                try members.filter { $0["relationship"]?.string == relationship }
                    .map { try CivilDate(iso8601: #require($0["birthDate"]?.string)) }.sorted()
            }
            let children = try births("child")
            for (elder, younger) in zip(children, children.dropFirst()) {
                let days = younger.daysSinceEpoch - elder.daysSinceEpoch
                #expect(days == 0 || days >= 270)
            }
            if let mother = try births("spouse").first, let eldest = children.first {
                #expect(mother.completedYears(on: eldest) >= 15)
            }
        }
    }

    @Test("persons have names in both scripts, papers that nobody else has, and a phone only when grown up")
    func identities() throws {
        let asOf = try #require(Self.asOf)
        var papers: Set<SyntheticPerson.Document> = []
        for person in Self.sample.flatMap(\.persons) {
            #expect(papers.insert(person.document).inserted)
            for name in [person.givenArabic, person.familyArabic] {
                #expect(name.unicodeScalars.allSatisfy { $0 == " " || (0x600...0x6FF).contains($0.value) }, "\(name)")
            }
            for name in [person.givenLatin, person.familyLatin] {
                #expect(
                    name.unicodeScalars.allSatisfy { $0 == " " || ($0.properties.isAlphabetic && $0.value < 0x250) })
            }
            let age = person.birthDate.completedYears(on: asOf)
            #expect(person.phone == nil || age >= 18)
            #expect(age < 18 ? person.document.type == "birthRecord" : person.document.type != "birthRecord")
            #expect(!person.birthYearOnly || (age >= 59 && person.birthDate.month == 1 && person.birthDate.day == 1))
            let application = person.application
            #expect(application["names"]?["arabic"]?["family"]?.string == person.familyArabic)
            #expect(application["birth"]?["precision"]?.string == (person.birthYearOnly ? "year" : "day"))
        }
    }

    @Test("only the communes asked for come up")
    func restricted() throws {
        let asOf = try #require(Self.asOf)
        let region = try SyntheticPopulation(DemonstrationFolder.tables) { $0.hasPrefix("12.") }
        for index in 0..<100 {
            #expect(region.household(UInt64(index), seed: 1, asOf: asOf).facts["region"]?.string == "12")
        }
        #expect(throws: SyntheticTableError.self) {
            _ = try SyntheticPopulation(DemonstrationFolder.tables) { $0.hasPrefix("99.") }
        }
    }

    @Test("a birthday on 29 February and a day of 29 February are counted as the ages of a household are")
    func leapDays() throws {
        let population = try #require(Self.population)
        for day in [try CivilDate(year: 2024, month: 2, day: 29), try CivilDate(year: 2025, month: 2, day: 28)] {
            for index in 0..<200 {
                for person in population.household(UInt64(index), seed: 9, asOf: day).persons {
                    #expect(person.birthDate <= day)
                    #expect((0...110).contains(person.birthDate.completedYears(on: day)))
                }
            }
        }
    }

    @Test("a table that lacks a column, a row's field or a number is refused by its name and row")
    func malformedTables() {
        func error(_ change: (inout SyntheticTables) -> Void) -> SyntheticTableError? {
            var tables = DemonstrationFolder.tables
            change(&tables)
            do throws(SyntheticTableError) { _ = try SyntheticPopulation(tables) } catch { return error }
            return nil
        }
        #expect(error { _ in } == nil)
        #expect(error { $0.names = "" }?.table == "names")
        #expect(error { $0.names = "kind,latin,arabic,weight,group\nmale,A,ا,1,common\n" }?.table == "names")
        #expect(error { $0.ages = $0.ages.replacing("atHome", with: "away") }?.table == "ages")
        #expect(
            error { $0.parameters = $0.parameters.replacing("cars,0.24", with: "cars,many") }?.table == "parameters")
        #expect(error { $0.settings += "one,two\n" }?.table == "settings")
        #expect(error { $0.addresses += "name,urban,\"open,1\n" }?.message == "a quotation mark is open")
        #expect(error { $0.census = $0.census.replacing("people_per_room", with: "rooms") }?.table == "census")
    }
}
