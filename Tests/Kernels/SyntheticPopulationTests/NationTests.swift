import Quantities
import StrictJSON
import Testing

@testable import SyntheticPopulation

@Suite("The synthetic nation")
struct NationTests {
    static let nation = try? SyntheticNation(
        DemonstrationFolder.tables, areas: DemonstrationFolder.text("Geography/census-areas.csv"),
        consumption: DemonstrationFolder.text("Geography/consumption.csv"))
    static let asOf = try? CivilDate(year: 2026, month: 10, day: 1)

    /// Declarations of the first households, made in batches of `capacity` by so many workers.
    private func lines(_ count: Int, seed: UInt64, capacity: Int, workers: Int) throws -> [String] {
        let run = try #require(Self.nation).run(seed: seed, asOf: try #require(Self.asOf), workers: workers)
        let (batch, lines) = (NationBatch(capacity: capacity), NationLines(run))
        var made: [String] = []
        while made.count < count {
            run.begin(batch, count: min(capacity, count - made.count))
            for worker in (0..<workers).reversed() { run.fill(batch, worker: worker) }
            let text = String(decoding: lines.bytes(batch, 0..<batch.count), as: UTF8.self)
            made += text.split(separator: "\n").map(String.init)
        }
        return made
    }

    @Test("a household is the same however many are asked for, in whatever batches, by however many workers")
    func determinism() throws {
        let few = try lines(300, seed: 5, capacity: 64, workers: 1)
        let many = try lines(1_200, seed: 5, capacity: 1_200, workers: 3)
        #expect(few == Array(many.prefix(300)))
        #expect(few != (try lines(300, seed: 6, capacity: 300, workers: 1)))
    }

    @Test("declarations are JSON with one head, no child born after the day, and members of all kinds of age")
    func declarations() throws {
        let asOf = try #require(Self.asOf)
        var ages: Set<Int> = []
        for line in try lines(500, seed: 3, capacity: 500, workers: 2) {
            let facts = try JSONValue(parsing: Array(line.utf8))
            let members = try #require(facts["members"]?.array)
            #expect(members.count { $0["relationship"]?.string == "head" } == 1)
            #expect(facts["spending"]?["waterElectricityMonthly"]?.array?.count == 3)
            for member in members {
                let birth = try CivilDate(iso8601: #require(member["birthDate"]?.string))
                #expect(birth <= asOf)
                ages.insert(birth.completedYears(on: asOf) / 5)
            }
        }
        #expect(ages.isSuperset(of: 0...16))
    }

    // Haut-Commissariat au Plan, RGPH 2024; ENNVM 2022-23: 20,658 MAD a person and year, Gini 40.5 %.
    @Test("60,000 households come near the census, and spending is log-normal with the published mean and Gini")
    func marginals() throws {
        let nation = try #require(Self.nation)
        let run = nation.run(seed: 1, asOf: try #require(Self.asOf))
        let (batch, tally) = (NationBatch(capacity: 20_000), CensusTally(run))
        print("seed 1")
        for _ in 0..<3 {
            run.begin(batch, count: 20_000)
            run.fill(batch, worker: 0)
            tally.add(batch, run, worker: 0)
            tally.addSpending(batch)
        }
        let comparison = try CensusComparison(
            tally, census: DemonstrationFolder.tables.census,
            areas: DemonstrationFolder.text("Geography/census-areas.csv"))
        let national = comparison.areas.filter { $0.area == "00" && $0.milieu == "total" }
        #expect(national.count > 50)
        for line in national { #expect(line.distance.magnitude < 3, "\(line.marginal)") }
        #expect(abs(comparison.spending.mean / 20_658 - 1) < 0.02)
        #expect(abs(comparison.spending.gini - 0.405) < 0.01)
        #expect(comparison.spending.distance < 0.01)
    }

    @Test("quantiles of the table are those of the normal distribution")
    func quantiles() {
        for share in [1e-6, 0.001, 0.025, 0.3, 0.5, 0.9, 0.975, 0.9999] {
            #expect(abs(NormalTable.share(below: Double(NormalTable.shared.quantile(share))) - share) < 1e-5)
        }
    }

    @Test("a birthday is such that the age is completed on the day, also on 29 February")
    func birthdays() throws {
        for day in ["2026-10-01", "2024-02-29", "2025-01-01", "2025-12-31"] {
            let asOf = try CivilDate(iso8601: day)
            let calendar = NationCalendar(asOf)
            for (age, days) in [(0, 0), (0, 364), (7, 59), (40, 200), (88, 364), (16, 0)] {
                let packed = Int(calendar.birthDate(age: age, daysBefore: days))
                let birth = try CivilDate(year: packed / 10_000, month: packed / 100 % 100, day: packed % 100)
                #expect(birth.completedYears(on: asOf) == age, "\(day) \(age) \(days)")
            }
        }
    }
}
