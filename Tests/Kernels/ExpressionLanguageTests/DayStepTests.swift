import ExpressionLanguage
import Quantities
import Testing

@Suite("Days a number of days or months away")
struct DayStepTests {
    private func day(_ source: String) throws -> CivilDate? {
        try Expression(source, in: .standard).evaluate(Bindings([:])).date
    }

    @Test(
        "A day is stepped to",
        arguments: [
            ("plusDays(date(\"2023-12-02\"), 30)", "2024-01-01"), ("plusDays(date(\"2024-03-01\"), -1)", "2024-02-29"),
            ("plusMonths(date(\"2025-08-31\"), 6)", "2026-02-28"),
            ("plusMonths(date(\"2023-11-15\"), 3)", "2024-02-15"),
            ("plusMonths(date(\"2024-01-31\"), -1)", "2023-12-31"),
            ("plusMonths(date(\"2008-02-29\"), 216)", "2026-02-28"),
            ("endOfMonth(date(\"2024-02-01\"))", "2024-02-29"), ("endOfMonth(date(\"2026-12-31\"))", "2026-12-31"),
        ])
    func steps(_ source: String, _ expected: String) throws {
        #expect(try day(source) == CivilDate(iso8601: expected))
    }

    @Test("A day outside the calendar is an error", arguments: ["-30000", "200000", "9000000000000"])
    func outside(_ months: String) {
        #expect(throws: ExpressionError.self) { try day("plusMonths(date(\"2024-01-01\"), \(months))") }
    }
}
