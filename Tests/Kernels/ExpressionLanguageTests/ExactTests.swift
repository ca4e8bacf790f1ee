import ExpressionLanguage
import Quantities
import Testing

@Suite("Exact numbers and days in rules")
struct ExactTests {
    @Test("a tenth and two tenths are three tenths")
    func decimals() throws {
        #expect(try evaluate("rational('0.1') + rational('0.2') == rational('0.3')") == .bool(true))
        #expect(try evaluate("ratio(3, 7)") == .rational(try Rational(3, over: 7)))
        #expect(try evaluate("ratio(ratio(1, 2), 3) == ratio(1, 6)") == .bool(true))
        #expect(try evaluate("string(ratio(-6, 14))") == .string("-3/7"))
    }

    @Test("fractions and whole numbers mix in arithmetic and comparison")
    func mixed() throws {
        for source in [
            "ratio(1, 2) + 1 == ratio(3, 2)", "1 - ratio(1, 2) == ratio(1, 2)", "2 * ratio(1, 2) == 1",
            "1 / ratio(1, 2) == 2",
            "ratio(1, 3) < 1", "1 >= ratio(2, 2)", "ratio(1, 3) <= ratio(1, 2)", "ratio(7, 2) > 3", "-ratio(1, 2) < 0",
            "1 != ratio(1, 2)",
        ] { #expect(try evaluate(source) == .bool(true), "\(source)") }
        #expect(try Expression("ratio(1, 2) + 1", in: .standard).resultType == .rational)
    }

    @Test("sums and averages are exact, and an empty list has no average")
    func aggregates() throws {
        #expect(try evaluate("[1, 2, 4].sum() == 7") == .bool(true))
        #expect(try evaluate("average([1, 2]) == ratio(3, 2)") == .bool(true))
        #expect(try evaluate("sum([ratio(1, 3), ratio(2, 3)]) == 1") == .bool(true))
        #expect(try evaluate("bills.average() == ratio(7, 2)", ["bills": .list([.int(3), .int(4)])]) == .bool(true))
        #expect(try evaluate("[1].filter(x, x > 1).sum() == 0") == .bool(true))
        #expect(failure("average([1].filter(x, x > 1))")?.code == .divisionByZero)
        #expect(failure("[1.5].map(x, dyn(x)).sum()")?.code == .noMatchingOverload)
    }

    @Test("only a whole fraction becomes an int")
    func whole() throws {
        #expect(try evaluate("int(ratio(8, 4))") == .int(2))
        #expect(try evaluate("isWhole(ratio(8, 4)) && !ratio(1, 2).isWhole()") == .bool(true))
        #expect(failure("int(ratio(1, 2))")?.code == .invalidArgument)
        #expect(failure("ratio(1, 0)")?.code == .divisionByZero)
        #expect(failure("rational('1,5')")?.code == .invalidArgument)
    }

    @Test("a fraction that leaves 128 bits is an error, never a rounded number")
    func tooLong() {
        let many =
            "[3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113]"
        #expect(failure("\(many).map(p, ratio(1, p)).sum()")?.code == .outOfRange)
    }

    @Test("ages are completed years; who was born on 29 February turns older on 1 March")
    func ages() throws {
        #expect(try evaluate("date('2000-02-29').completedYears(date('2024-02-28'))") == .int(23))
        #expect(try evaluate("date('2000-02-29').completedYears(date('2023-02-28'))") == .int(22))
        #expect(try evaluate("completedYears(date('2000-02-29'), date('2023-03-01'))") == .int(23))
    }

    @Test("days are compared, counted and taken apart")
    func days() throws {
        #expect(try evaluate("date('2024-03-01') > date('2024-02-29')") == .bool(true))
        #expect(try evaluate("daysBetween(date('2024-02-28'), date('2024-03-01'))") == .int(2))
        #expect(
            try evaluate("[date('2024-03-01').year(), date('2024-03-01').month(), date('2024-03-01').day()]")
                == .list([.int(2024), .int(3), .int(1)]))
        #expect(failure("date('2023-02-29')")?.code == .invalidArgument)
        #expect(
            try evaluate(
                "born == date(text)",
                [
                    "born": .date(try CivilDate(iso8601: "1990-05-01")), "text": .string("1990-05-01"),
                ]) == .bool(true))
    }
}
