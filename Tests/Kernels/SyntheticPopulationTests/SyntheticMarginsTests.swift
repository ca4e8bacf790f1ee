import Foundation
import Quantities
import StrictJSON
import Testing

@testable import SyntheticPopulation

/// Shares of 1,500 households may miss by chance; the bounds are about four standard deviations.
@Suite("The invented nation beside the counted one")
struct SyntheticMarginsTests {
    let sample = SyntheticHouseholdTests.sample
    var persons: Int { sample.reduce(0) { $0 + $1.persons.count } }

    // Haut-Commissariat au Plan, RGPH 2024: 9,275,038 households, 6,173,930 of them urban.
    @Test("households are drawn from all 9,275,038, two thirds of them urban")
    func milieu() throws {
        let population = try #require(SyntheticHouseholdTests.population)
        #expect(population.census.cumulativeHouseholds.last == 9_275_038)
        let urban = sample.count { $0.facts["milieu"]?.string == "urban" }
        #expect(abs(Double(urban) / Double(sample.count) - 6_173_930.0 / 9_275_038) < 0.05)
    }

    // RGPH 2024: 3.7 persons in a household in town, 4.4 in the country; ages in percent, 0-4 to 75 and over.
    @Test("sizes and ages are about those counted")
    func sizesAndAges() throws {
        for (milieu, counted, tolerance) in [("urban", 3.7, 0.25), ("rural", 4.4, 0.4)] {
            let sizes = sample.filter { $0.facts["milieu"]?.string == milieu }.map { Double($0.persons.count) }
            #expect(abs(sizes.reduce(0, +) / Double(sizes.count) - counted) < tolerance, "\(milieu)")
        }
        let counted = [7.6, 9.3, 9.6, 8.2, 7.3, 6.8, 7.2, 7.0, 6.9, 6.1, 5.6, 4.7, 4.7, 3.4, 2.6, 3.1]
        let asOf = try #require(SyntheticHouseholdTests.asOf)
        var groups = [Double](repeating: 0, count: 16)
        for person in sample.flatMap(\.persons) { groups[min(person.birthDate.completedYears(on: asOf) / 5, 15)] += 1 }
        for (group, share) in counted.enumerated() {
            #expect(abs(groups[group] * 100 / Double(persons) - share) < 2.2, "from \(group * 5)")
        }
    }

    // HCP, ENNVM 2022-23: 20,658 MAD a person and year on average, Gini 40.5 %.
    @Test("spending has about the surveyed mean and inequality")
    func spending() {
        let sorted = sample.sorted { $0.spendingPerPerson < $1.spendingPerPerson }
        var (total, area) = (0.0, 0.0)
        for household in sorted {
            let count = Double(household.persons.count)
            let own = household.spendingPerPerson * count
            area += (2 * total + own) * count
            total += own
        }
        let gini = 1 - area / (Double(persons) * total)
        #expect(abs(total / Double(persons) / 20_658 - 1) < 0.1)
        #expect(abs(gini - 0.405) < 0.04)
    }

    // RGPH 2024, aged 15 and over: 27.9 % illiterate; 41.6 % active, 21.3 % of them unemployed.
    @Test("reading and work are about those counted")
    func literacyAndWork() throws {
        let asOf = try #require(SyntheticHouseholdTests.asOf)
        let adults = try sample.flatMap { try #require($0.facts["members"]?.array) }.filter { member in
            try CivilDate(iso8601: #require(member["birthDate"]?.string)).completedYears(on: asOf) >= 15
        }
        func share(_ isIn: (JSONValue) -> Bool) -> Double { Double(adults.count(where: isIn)) / Double(adults.count) }
        #expect(abs(share { $0["literate"]?.bool == false } - 0.279) < 0.05)
        let working = share { $0["activity"]?.string == "working" }
        let unemployed = share { $0["activity"]?.string == "unemployed" }
        #expect(abs(working + unemployed - 0.416) < 0.05)
        #expect(abs(unemployed / (working + unemployed) - 0.213) < 0.05)
    }
}
