import Foundation
import Quantities
import Rules
import StrictJSON
import Testing

@testable import ColumnRules

@Suite("A reform on paper")
struct ReformTests {
    @Test("ranks are exact, and households that spend the same stand in the order of the file")
    func ranking() {
        let spending: [Int32] = [5_000, 70, 5_000, 1_999_999_999, 0, 5_001]
        let memory = UnsafeMutablePointer<Int32>.allocate(capacity: spending.count)
        defer { memory.deallocate() }
        var histogram = [Int](repeating: 0, count: ConsumptionRanking.bins)
        for (place, value) in spending.enumerated() {
            memory[place] = value
            histogram[ConsumptionRanking.bin(value)] += 1
        }
        let ranking = ConsumptionRanking(spending: memory, count: spending.count)
        let order = [4, 1, 0, 2, 5, 3]
        for rank in 1...spending.count {
            let cut = ranking.cut(after: rank, histogram) { _ in true }
            #expect(spending.indices.filter { cut.contains(spending[$0], $0) }.sorted() == order.prefix(rank).sorted())
        }
        #expect(ranking.cut(after: 0, histogram) { _ in true } == .nobody)
    }

    @Test("steps of amounts ascend")
    func bins() {
        var last = -1
        for value in stride(from: Int32(0), to: 3_000_000, by: 7) {
            let bin = ConsumptionRanking.bin(value)
            #expect(bin >= last && bin < ConsumptionRanking.bins)
            last = bin
        }
        #expect(ConsumptionRanking.bin(.max) < ConsumptionRanking.bins)
    }

    // Four persons who live alone, with 0, 1 and 5 cars and one more who is paid by the State. Whoever has a low score
    // and is not paid by the State gets the lump sum of 500 a month.
    @Test("four households by hand: coverage, cost by the year, winners and errors")
    func byHand() throws {
        let book = try LawBook(files: reformLawFiles)
        let day = try CivilDate(year: 2026, month: 10, day: 1)
        let households = try [(0, false), (1, false), (5, false), (0, true)].map {
            try household(cars: $0.0, publicPay: $0.1)
        }
        let spending: [Int64] = [300_000, 100_000, 200_000, 400_000]
        let id = "directAid.threshold"
        let scores = try households.map { try book.assess(book.facts(from: $0)).score.value.units }
        #expect(scores[0] < scores[1] && scores[1] < scores[2])
        let between = try Rational(Int128((scores[0] + scores[1]) / 2), over: 10_000_000_000)
        let nobody = try book.plan(on: day, replacing: [id: Rational(0)])
        var builder = FrameBuilder(nobody, further: ["spendingPerPerson"])
        for (facts, spent) in zip(households, spending) { try builder.append(facts, further: [spent]) }
        let place = try #require(nobody.programmes.firstIndex { $0.id == "directAid" })
        let terms = [ReformProgramme(id: "directAid", timesAYear: 12, isPaidByHousehold: false)]
        func analyse(_ threshold: Rational) throws -> ReformAnalysis {
            let after = try book.plan(on: day, replacing: [id: threshold], extending: nobody)
            return try builder.bytes.withUnsafeBytes {
                try ReformAnalysis($0, before: nobody, after: after, programmes: terms, pieces: 2)
            }
        }
        let apart = try book.plan(on: day, replacing: [id: Rational(100)])
        #expect(throws: FrameError.self, "one plan must extend the other") {
            try builder.bytes.withUnsafeBytes {
                try ReformAnalysis($0, before: nobody, after: apart, programmes: terms)
            }
        }
        let all = try analyse(Rational(100)).counts(programme: place)
        #expect(all.households == 4 && all.coveredBefore == 0 && all.coveredAfter == 3)
        #expect(all.winners == 3 && all.entered == 3 && all.losers == 0 && all.left == 0)
        #expect(all.costBefore == 0 && all.costAfter == 3 * 500 * 12)
        #expect(all.targetAfter == 3 && all.inclusionAfter == 0 && all.exclusionAfter == 0)
        // Only the first is covered; by consumption it would be the second.
        let some = try analyse(between)
        let one = some.counts(programme: place)
        #expect(one.coveredAfter == 1 && one.targetAfter == 1 && one.inclusionAfter == 1 && one.exclusionAfter == 1)
        let tenths = (0..<ReformAnalysis.tenths).map { some.counts(programme: place, tenth: $0) }
        #expect(tenths.reduce(0) { $0 + $1.households } == 4)
        #expect(some.selections[place] == .fromBelow)
        if let contribution = nobody.programmes.firstIndex(where: { $0.id == "amoAchamil" }) {
            #expect(some.selections[contribution] == .fromAbove)
        }
    }

    private func household(cars: Int, publicPay: Bool) throws -> JSONValue {
        let text = """
            {"householdRef":"H","asOf":"2026-10-01","region":"06","commune":"06.141.01.0","milieu":"urban",\
            "familyNuclei":1,"dwelling":{"type":"apartment","rooms":2,"bathOrShower":true,"ownElectricityMeter":true,\
            "garage":false},"assets":{"computers":0,"satelliteDish":true,"fixedTelephone":false,"mobilePhones":1,\
            "cars":\(cars),"motorcycles":0,"secondHome":false,"businessPremises":false,"nonAgriculturalLand":false,\
            "irrigatedLand":false,"cattle":0},"loan":false,"spending":{"waterElectricityMonthly":[20000],\
            "butaneMonthly":5000,"telecomMonthly":10000},"members":[{"ref":"M1","relationship":"head","sex":"female",\
            "birthDate":"1980-05-05","school":"none","educationLevel":"basic","literate":true,"diploma":"none",\
            "activity":"home","occupation":null,"employmentStatus":null,"regularIncome":false,"healthCover":"none",\
            "publicPay":\(publicPay),"pension":false,"familyAllowance":false,"fatherDeceased":false,\
            "severeDisability":false}]}
            """
        return try JSONValue(parsing: Array(text.utf8))
    }
}

private let reformLawFiles: [LawFile] = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
        folder.deleteLastPathComponent()
    }
    let law = folder.appending(path: "Jurisdictions/Morocco/Law")
    let paths = FileManager.default.enumerator(atPath: law.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { path in
        (try? String(contentsOf: law.appending(path: path), encoding: .utf8)).map { LawFile(path: path, text: $0) }
    }
}()
