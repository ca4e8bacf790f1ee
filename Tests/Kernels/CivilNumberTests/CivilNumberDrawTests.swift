import CivilNumber
import TestMaterial
import Testing

@Suite("Drawing civil numbers")
struct CivilNumberDrawTests {
    static let scheme = scheme(payloadDigits: 9)

    static func scheme(payloadDigits: Int) -> CivilNumberScheme {
        do {
            return try CivilNumberScheme(
                payloadDigits: payloadDigits, firstDigits: Array(2...9), longestRun: 2, longestRepetition: 2
            )
        } catch { fatalError(error.message) }
    }

    /// The filters again, written the slow way.
    static func isAdmissible(_ digits: [UInt8]) -> Bool {
        guard (2...9).contains(digits[0]), Verhoeff.isValid(digits) else { return false }
        for start in 0..<(digits.count - 2) {
            let (a, b, c) = (Int(digits[start]), Int(digits[start + 1]), Int(digits[start + 2]))
            if b - a == c - b, (-1...1).contains(b - a) { return false }
        }
        return true
    }

    @Test("every number drawn passes the filters and its own check, and no two are alike")
    func drawnNumbersAreAdmissible() throws {
        let seed: UInt64 = 20_261_123
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let numbers = try Self.scheme.drawDistinct(20_000, using: &generator)
        #expect(Set(numbers).count == 20_000)
        for number in numbers {
            let digits = number.digits.utf8.map { $0 - UInt8(ascii: "0") }
            #expect(digits.count == 10)
            #expect(Self.isAdmissible(digits))
            #expect(Self.scheme.check(number.digits) == .wellFormed(number))
        }
    }

    @Test("the capacity is exactly what counting one by one finds")
    func capacityIsExact() throws {
        let small = Self.scheme(payloadDigits: 4)
        var counted: UInt64 = 0
        for value in 0..<100_000 {
            let digits = [10_000, 1000, 100, 10, 1].map { UInt8(value / $0 % 10) }
            if Self.isAdmissible(digits) { counted += 1 }
        }
        #expect(small.capacity == counted)
    }

    @Test("ten digits leave at least 500 million numbers")
    func capacityIsEnoughForANation() {
        // 654,937,206 was also counted apart, over all 800 million payloads, with the published tables of Verhoeff's
        // code.
        #expect(Self.scheme.capacity == 654_937_206)
        #expect(Self.scheme.capacity >= 500_000_000)
        #expect(Self.scheme(payloadDigits: 10).capacity == 6_390_084_121)
    }

    @Test("draws are uniform over a small scheme: chi-squared stays within five standard deviations")
    func drawsAreUniform() {
        let seed: UInt64 = 7
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let small = Self.scheme(payloadDigits: 4)
        let cells = Double(small.capacity)
        let draws = 200_000
        var counts: [CivilNumber: Int] = [:]
        for _ in 0..<draws { counts[small.draw(using: &generator), default: 0] += 1 }
        #expect(counts.count == Int(small.capacity))
        let expected = Double(draws) / cells
        let chiSquared = counts.values.reduce(0.0) {
            $0 + (Double($1) - expected) * (Double($1) - expected) / expected
        }
        let deviations = (chiSquared - (cells - 1)) / (2 * (cells - 1)).squareRoot()
        #expect(abs(deviations) < 5)
    }

    @Test("more than half of the capacity is refused")
    func sparseOnly() {
        let small = Self.scheme(payloadDigits: 4)
        var generator = SeededGenerator(seed: 1)
        #expect(throws: CivilNumberDrawError.self) {
            _ = try small.drawDistinct(Int(small.capacity), using: &generator)
        }
    }

    @Test("a buffered generator hands out what its source filled, word after word")
    func bufferedWords() {
        var source = SeededGenerator(seed: 3)
        var buffered = BufferedRandomNumberGenerator(capacity: 4) { buffer in
            for offset in stride(from: 0, to: buffer.count, by: 8) {
                buffer.storeBytes(of: source.next(), toByteOffset: offset, as: UInt64.self)
            }
        }
        var reference = SeededGenerator(seed: 3)
        for _ in 0..<11 { #expect(buffered.next() == reference.next()) }
    }

    @Test("a description out of range is refused by its key")
    func descriptionErrors() throws {
        func key(_ payload: Int, _ first: [UInt8], _ run: Int, _ repetition: Int)
            -> CivilNumberSchemeError.Key?
        {
            do throws(CivilNumberSchemeError) {
                _ = try CivilNumberScheme(
                    payloadDigits: payload, firstDigits: first, longestRun: run, longestRepetition: repetition
                )
                return nil
            } catch { return error.key }
        }
        #expect(key(3, [2], 2, 2) == .payloadDigits)
        #expect(key(18, [2], 2, 2) == .payloadDigits)
        #expect(key(9, [], 2, 2) == .firstDigits)
        #expect(key(9, [0, 2], 2, 2) == .firstDigits)
        #expect(key(9, [2, 2], 2, 2) == .firstDigits)
        #expect(key(9, [2], 0, 2) == .longestRun)
        #expect(key(9, [2], 2, 0) == .longestRepetition)
        #expect(key(9, [2], 1000, 1000) == nil)
    }
}
