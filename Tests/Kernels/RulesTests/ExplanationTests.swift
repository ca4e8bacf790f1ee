import Foundation
import Quantities
import Rules
import StrictJSON
import Testing

@Suite("Explanations")
struct ExplanationTests {
    private func assessment(_ json: JSONValue) throws -> Assessment {
        let book = try Law.book.get()
        return try book.assess(try book.facts(from: json))
    }

    private let sample = household([
        "assets.cars": 1, "assets.mobilePhones": 2, "spending.butaneMonthly": 5000, "spending.telecomMonthly": 12_345,
        "region": "06", "commune": "06.141.01.01",
    ])

    @Test("Contributions, region and constant add up to the score")
    func sum() throws {
        let score = try assessment(sample).score
        var sum = try FixedPoint(rounding: score.constant.value)
        sum = try sum + (try #require(score.region).contribution)
        for term in score.terms { sum = try sum + term.contribution }
        #expect(sum == score.value)
    }

    @Test("Every term is told in every language, the greatest effect first, with nothing left to fill in")
    func sentences() throws {
        for milieu in ["urban", "rural"] {
            var facts = sample.object ?? [:]
            facts["milieu"] = .string(milieu)
            let result = try assessment(.object(facts))
            for language in ["ar", "fr", "en"] {
                let explanation = try Explanation(result, language: language)
                #expect(explanation.terms.count == result.score.terms.count + 1)
                let sizes = explanation.terms.map(\.contribution.units.magnitude)
                #expect(sizes == sizes.sorted(by: >))
                var texts = explanation.terms.flatMap { [$0.label, $0.sentence, $0.effect, $0.figures] }
                texts += explanation.decisions.flatMap {
                    [$0.headline, $0.limit, $0.position] + $0.reasons + $0.provisional
                }
                texts += [explanation.summary, explanation.start]
                for text in texts {
                    #expect(!text.isEmpty)
                    #expect(!text.contains("{") && !text.contains("}"), "\(text)")
                }
                #expect(explanation.terms.allSatisfy { !$0.factPaths.isEmpty })
            }
        }
        #expect(throws: LawError.self) { try Explanation(try assessment(sample), language: "xx") }
    }

    @Test("An effect in money is what the estimate loses without the term")
    func money() throws {
        let result = try assessment(sample)
        let explanation = try Explanation(result, language: "en")
        let score = result.score.value.approximation
        #expect(abs(explanation.spendingPerPersonYear - exp(score)) < 1e-9 * exp(score))
        let car = try #require(explanation.terms.first { $0.code == "cars" })
        #expect(abs(car.dirhamsPerPersonYear - (exp(score) - exp(score - 0.226))) < 1e-6)
        #expect(car.sentence == "Number of cars your household owns: 1.")
        #expect(car.effect.hasPrefix("This raises the estimate by about"))
        #expect(car.factPaths == ["assets.cars"])
        #expect(car.figures == "Weight 0.226, effect on the index 0.226.")
    }

    @Test("Facts are named as far as the fields of members, also through definitions")
    func paths() throws {
        let terms = try assessment(sample).score.terms
        func paths(_ code: String) -> Set<String> { Set(terms.first { $0.code == code }?.factPaths ?? []) }
        #expect(paths("bathOrShower") == ["dwelling.bathOrShower"])
        #expect(paths("headEmployer") == ["members[].employmentStatus", "members[].relationship"])
        #expect(paths("shareAdultsWorking") == ["asOf", "members[].activity", "members[].birthDate"])
        #expect(paths("size") == ["members"])
        #expect(paths("butanePerMember") == ["members", "spending.butaneMonthly"])
        #expect(paths("headAge") == ["asOf", "members[].birthDate", "members[].relationship"])
    }

    @Test("Numbers are written as the language writes them")
    func numbers() throws {
        let result = try assessment(sample)
        let french = try Explanation(result, language: "fr")
        let telecom = try #require(french.terms.first { $0.code == "telecomPerMember" })
        #expect(telecom.value == "493,8")
        let english = try Explanation(result, language: "en")
        let limit = try #require(english.decisions.first).limit
        #expect(limit == "The threshold is 9.743001, that is about 17,035 dirhams a year per person.")
        let share = try #require(english.terms.first { $0.code == "shareAdultsNoDiploma" })
        #expect(share.sentence == "People aged 15 and over without any diploma: 2 of 3.")
        let arabic = try Explanation(result, language: "ar")
        let cars = try #require(arabic.terms.first { $0.code == "cars" })
        #expect(cars.sentence == "عدد السيارات التي تملكها أسرتكم: \u{2066}1\u{2069}.")
    }

    @Test("A number that decides and is not confirmed is named, one that does not decide is not")
    func provisional() throws {
        func notes(_ orphan: Bool) throws -> [String] {
            let child = member("M2", "child", "2016-01-01", ["fatherDeceased": .bool(orphan), "school": "public"])
            let result = try assessment(household(members: [member("M1", "head", "1986-01-01"), child]))
            return try Explanation(result, language: "en").decisions[0].provisional
        }
        #expect(try notes(true).count == 1)
        #expect(try notes(true).first?.contains("father is dead") == true)
        #expect(try notes(false).isEmpty)
    }

    @Test("Where the household stands is told from below, from above and exactly at the threshold")
    func position() throws {
        let couple = [member("M1", "head", "2006-01-01"), member("M2", "spouse", "2006-01-01")]
        for (telecom, text) in [
            (34, "is below the threshold"), (35, "exactly at the threshold"), (36, "is above the threshold"),
        ] {
            let json = household(
                [
                    "spending.telecomMonthly": .integer(Int64(telecom)),
                    "spending.waterElectricityMonthly": [151_094, 0, 0],
                ],
                members: couple)
            let decision = try Explanation(try assessment(json), language: "en").decisions[0]
            #expect(decision.position.contains(text))
            #expect(decision.eligible == (telecom <= 35))
        }
    }

    @Test("An assessment comes back whole from storage")
    func coding() throws {
        let result = try assessment(sample)
        let data = try JSONEncoder().encode(result)
        let back = try JSONDecoder().decode(Assessment.self, from: data)
        #expect(back == result)
        #expect(try Explanation(back, language: "ar") == (try Explanation(result, language: "ar")))
        print("\(data.count) bytes an assessment")
    }
}
