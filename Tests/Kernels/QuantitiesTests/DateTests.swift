import Quantities
import TestMaterial
import Testing

@Suite("Days of the calendar")
struct CivilDateTests {
    @Test(
        "a day that does not exist, or another form, is refused",
        arguments: [
            "2023-02-29", "1900-02-29", "2024-02-30", "2024-04-31", "2024-00-10", "2024-13-10", "2024-01-00",
            "2024-01-32",
            "0000-01-01", "2024-1-01", "24-01-01", "2024/01/01", "2024-01-01T", " 2024-01-01", "+024-01-01",
            "٢٠٢٤-٠١-٠١", "",
        ])
    func refused(text: String) {
        #expect(throws: QuantityError.malformedDate) { try CivilDate(iso8601: text) }
    }

    @Test("every day of four centuries is counted one by one, and is read as it is written")
    func everyDay() throws {
        // 400 years of the Gregorian calendar are 146 097 days.
        let first = try CivilDate(year: 1800, month: 1, day: 1)
        #expect(first.daysSinceEpoch == -62_091)
        #expect(try CivilDate(year: 2200, month: 1, day: 1).daysSinceEpoch - first.daysSinceEpoch == 146_097)
        var last: CivilDate?
        for days in first.daysSinceEpoch..<first.daysSinceEpoch + 146_097 {
            let date = try CivilDate(daysSinceEpoch: days)
            if date.daysSinceEpoch != days { Issue.record("\(date)") }
            if let last, !(last < date) { Issue.record("\(date) does not follow") }
            last = date
        }
        for text in ["1970-01-01", "2000-02-29", "0001-01-01", "9999-12-31"] {
            #expect(try CivilDate(iso8601: text).description == text)
        }
        #expect(try CivilDate(iso8601: "1970-01-01").daysSinceEpoch == 0)
        #expect(throws: QuantityError.malformedDate) { try CivilDate(daysSinceEpoch: 2_932_897) }
    }

    @Test(
        "years are completed on the birthday; who was born on 29 February waits for 1 March in other years",
        arguments: [
            ("1980-06-15", "2026-06-14", 45), ("1980-06-15", "2026-06-15", 46), ("2004-02-29", "2022-02-28", 17),
            ("2004-02-29", "2022-03-01", 18), ("2004-02-29", "2024-02-29", 20), ("2026-11-23", "2026-11-23", 0),
            ("2026-11-24", "2026-11-23", -1),
        ])
    func completedYears(birth: String, day: String, years: Int) throws {
        #expect(try CivilDate(iso8601: birth).completedYears(on: try CivilDate(iso8601: day)) == years)
    }
}

@Suite("Dates known in part")
struct PartialDateTests {
    @Test("mean all the days that they may be")
    func range() throws {
        for (text, earliest, latest) in [
            ("1961", "1961-01-01", "1961-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
            ("2023-02", "2023-02-01", "2023-02-28"),
            ("1961-05-03", "1961-05-03", "1961-05-03"),
        ] {
            let date = try PartialDate(text)
            #expect(date.earliest.description == earliest && date.latest.description == latest)
            #expect(date.description == text)
            #expect(date.mayBe(date.earliest) && date.mayBe(date.latest))
            #expect(try !date.mayBe(CivilDate(daysSinceEpoch: date.latest.daysSinceEpoch + 1)))
            #expect(try !date.mayBe(CivilDate(daysSinceEpoch: date.earliest.daysSinceEpoch - 1)))
        }
    }

    @Test("become less precise, never more")
    func reduced() throws {
        let day = try PartialDate("1961-05-03")
        #expect(try day.reduced(to: .day) == day)
        #expect(try day.reduced(to: .month) == PartialDate("1961-05"))
        #expect(try day.reduced(to: .year) == PartialDate("1961"))
        #expect(throws: QuantityError.malformedDate) { try PartialDate("1961").reduced(to: .month) }
        #expect(throws: QuantityError.malformedDate) { try PartialDate("1961-05").reduced(to: .day) }
    }

    @Test(
        "in another form are refused",
        arguments: ["", "61", "19615", "1961-5", "1961-13", "1961-02-30", "0000", "year"])
    func refused(text: String) {
        #expect(throws: QuantityError.malformedDate) { try PartialDate(text) }
    }
}

@Suite("Moments")
struct InstantTests {
    @Test("are written in ISO 8601 to the millisecond and read back", arguments: [13] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let values =
            [0, -1, 1, 999, 86_399_999, -86_400_000]
            + (0..<500).map { _ in
                Int64.random(in: -60_000_000_000_000...250_000_000_000_000, using: &generator)
            }
        for instant in values.map(Instant.init(millisecondsSinceEpoch:)) {
            #expect(try Instant(iso8601: instant.description) == instant)
        }
        #expect(Instant(millisecondsSinceEpoch: 0).description == "1970-01-01T00:00:00.000Z")
        #expect(Instant(millisecondsSinceEpoch: -1).description == "1969-12-31T23:59:59.999Z")
    }

    @Test("fall on the day of the place")
    func days() throws {
        let late = try Instant(iso8601: "2026-12-31T23:30:00.000Z")
        #expect(try late.date().description == "2026-12-31")
        #expect(try late.date(utcOffsetSeconds: 3600).description == "2027-01-01")
        #expect(try Instant(millisecondsSinceEpoch: 0).date(utcOffsetSeconds: -1).description == "1969-12-31")
    }

    @Test("are as ordered as their texts")
    func order() throws {
        let start = try Instant(iso8601: "2026-11-23T09:00:00.000Z")
        let later = start.advanced(bySeconds: 61)
        #expect(start < later && start.description < later.description)
        #expect(later.description == "2026-11-23T09:01:01.000Z")
    }

    @Test(
        "in another form are refused",
        arguments: [
            "2026-11-23", "2026-11-23T24:00:00.000Z", "2026-11-23T09:60:00.000Z", "2026-11-23T09:00:60.000Z",
            "2026-11-23T09:00:00Z", "2026-11-23 09:00:00.000Z", "2026-11-23T09:00:00.000+", "2026-02-30T09:00:00.000Z",
        ])
    func refused(text: String) {
        #expect(throws: QuantityError.malformedDate) { try Instant(iso8601: text) }
    }
}
