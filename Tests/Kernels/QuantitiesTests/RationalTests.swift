import Quantities
import TestMaterial
import Testing

@Suite("Exact fractions")
struct RationalTests {
    @Test("stand in lowest terms with a positive denominator")
    func lowestTerms() throws {
        let cases: [(Int128, Int128, String)] = [
            (6, 4, "3/2"), (-6, 4, "-3/2"), (6, -4, "-3/2"), (-6, -4, "3/2"), (0, -7, "0"), (7, 1, "7"), (12, 3, "4"),
        ]
        for (numerator, denominator, text) in cases {
            #expect(try Rational(numerator, over: denominator).description == text)
        }
        #expect(throws: QuantityError.divisionByZero) { try Rational(1, over: 0) }
        #expect(throws: QuantityError.overflow) { try Rational(.min, over: 1) }
        #expect(throws: QuantityError.overflow) { try Rational(1, over: .min) }
    }

    @Test("keep the laws of arithmetic", arguments: [1, 42, 9_999] as [UInt64])
    func lawsOfArithmetic(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        func number() throws -> Rational {
            try Rational(
                Int128(Int32.random(in: -10_000...10_000, using: &generator)),
                over: Int128(Int32.random(in: 1...10_000, using: &generator)))
        }
        for _ in 0..<500 {
            let (a, b, c) = (try number(), try number(), try number())
            #expect(try a + b == b + a)
            #expect(try (a + b) + c == a + (b + c))
            #expect(try a * (b + c) == (a * b) + (a * c))
            #expect(try (a - b) + b == a)
            if b != .zero { #expect(try (a / b) * b == a) }
            #expect(
                try a.isLess(than: b) == (a.approximation < b.approximation || (a != b && b.isLess(than: a) == false)))
            #expect(try Rational(fraction: a.description) == a)
        }
    }

    @Test("throw rather than round where 128 bits do not suffice")
    func overflow() throws {
        let large = try Rational(.max, over: 1)
        #expect(throws: QuantityError.overflow) { try large + .one }
        #expect(throws: QuantityError.overflow) { try large * Rational(2) }
        #expect(throws: QuantityError.overflow) { try large.isLess(than: try Rational(1, over: 3)) }
        #expect(throws: QuantityError.divisionByZero) { try Rational.one / .zero }
        #expect(try large - large == .zero)
    }

    @Test("are read from decimals exactly")
    func decimals() throws {
        #expect(try Rational(decimal: "-0.0319") == Rational(-319, over: 10_000))
        #expect(try Rational(decimal: "+12") == Rational(12))
        #expect(try Rational(decimal: "007.50") == Rational(15, over: 2))
        for wrong in ["", "-", ".", "1.", ".5", "1.2.3", "1e3", " 1", "1 ", "1,5", "٣", "0x1", "--1", "∞"] {
            #expect(throws: QuantityError.malformedNumber, "\(wrong)") { try Rational(decimal: wrong) }
        }
        #expect(throws: QuantityError.overflow) { try Rational(decimal: String(repeating: "9", count: 60)) }
    }

    @Test("know whether they are whole")
    func wholeNumbers() throws {
        #expect(try Rational(8, over: 4).wholeNumber == 2)
        #expect(try Rational(8, over: 3).wholeNumber == nil)
        #expect(try Rational(Int128(Int64.max) + 1, over: 1).wholeNumber == nil)
    }
}

@Suite("Numbers of ten decimals")
struct FixedPointTests {
    @Test(
        "are rounded half to even at the tenth decimal",
        arguments: [
            ("0.00000000005", "0.0000000000"), ("0.00000000015", "0.0000000002"), ("0.00000000025", "0.0000000002"),
            ("0.000000000050001", "0.0000000001"), ("0.00000000004999", "0.0000000000"),
            ("-0.00000000005", "0.0000000000"), ("-0.00000000015", "-0.0000000002"),
            ("-0.00000000025", "-0.0000000002"), ("-0.00000000026", "-0.0000000003"), ("9.743001", "9.7430010000"),
        ])
    func halfToEven(exact: String, rounded: String) throws {
        #expect(try FixedPoint(rounding: try Rational(decimal: exact)).description == rounded)
    }

    @Test("thirds and sevenths are rounded to the nearest")
    func nearest() throws {
        #expect(try FixedPoint(rounding: Rational(1, over: 3)).description == "0.3333333333")
        #expect(try FixedPoint(rounding: Rational(2, over: 3)).description == "0.6666666667")
        #expect(try FixedPoint(rounding: Rational(-1, over: 7)).description == "-0.1428571429")
    }

    @Test("are written with ten decimals and read back", arguments: [7] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let units = [.min, .max, 0, 1, -1] + (0..<500).map { _ in Int64(bitPattern: generator.next()) }
        for value in units.map(FixedPoint.init(units:)) {
            #expect(try FixedPoint(decimal: value.description) == value)
            #expect(try FixedPoint(rounding: value.rational) == value)
        }
    }

    @Test("more than ten decimals, or a value out of range, are refused")
    func refused() {
        #expect(throws: QuantityError.malformedNumber) { try FixedPoint(decimal: "0.00000000001") }
        #expect(throws: QuantityError.malformedNumber) { try FixedPoint(decimal: "1,5") }
        #expect(throws: QuantityError.overflow) { try FixedPoint(decimal: "922337204") }
        #expect(throws: QuantityError.overflow) { try FixedPoint(units: .max) + FixedPoint(units: 1) }
        #expect(throws: QuantityError.overflow) { try FixedPoint(units: .min) - FixedPoint(units: 1) }
    }

    @Test("are ordered as numbers are")
    func order() throws {
        let values = try ["-1.5", "-0.0000000001", "0", "0.0000000001", "9.3264284", "9.743001"].map {
            try FixedPoint(decimal: $0)
        }
        #expect(values == values.shuffled().sorted())
    }
}
