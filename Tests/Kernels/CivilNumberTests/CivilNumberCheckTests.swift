import CivilNumber
import Foundation
import TestMaterial
import Testing

@Suite("Checking a typed civil number")
struct CivilNumberCheckTests {
    let scheme = CivilNumberDrawTests.scheme

    func fault(_ text: String) -> CivilNumberFault? {
        if case .malformed(let fault) = scheme.check(text) { return fault }
        return nil
    }

    /// The payload with its check digit, admissible or not.
    func completed(_ payload: String) -> String {
        payload + String(Verhoeff.checkDigit(of: payload.utf8.map { $0 - UInt8(ascii: "0") }))
    }

    @Test(
        "every single wrong digit and every swap of neighbours is caught, over all positions of 10,000 numbers"
    )
    func typingErrorsAreCaught() throws {
        let seed: UInt64 = 99
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var missed = 0
        for number in try scheme.drawDistinct(10_000, using: &generator) {
            let digits = number.digitBytes
            for position in digits.indices {
                for replacement in UInt8(ascii: "0")...UInt8(ascii: "9")
                where replacement != digits[position] {
                    var typed = digits
                    typed[position] = replacement
                    if fault(String(decoding: typed, as: UTF8.self)) == nil { missed += 1 }
                }
                if position + 1 < digits.count, digits[position] != digits[position + 1] {
                    var typed = digits
                    typed.swapAt(position, position + 1)
                    if fault(String(decoding: typed, as: UTF8.self)) == nil { missed += 1 }
                }
            }
        }
        #expect(missed == 0)
    }

    @Test("each kind of error is told apart")
    func kinds() {
        #expect(fault("") == .empty)
        #expect(fault(" - ") == .empty)
        #expect(fault("29O5718364") == .notADigit(position: 3))
        #expect(fault("2 9?") == .notADigit(position: 4))
        #expect(fault("290571836") == .wrongLength(found: 9, expected: 10))
        #expect(fault("29057183641") == .wrongLength(found: 11, expected: 10))
        #expect(fault(completed("190571836")) == .firstDigit)
        #expect(fault(completed("290571236")) == .run)
        #expect(fault(completed("290576546")) == .run)
        #expect(fault(completed("290555836")) == .repetition)
        let good = completed("290571836")
        #expect(fault(good) == nil)
        let last = good.last == "0" ? "1" : "0"
        #expect(fault(good.dropLast() + last) == .checkDigit)
    }

    @Test("Arabic-Indic and Persian digits, groups and marks of direction read as the same number")
    func otherDigits() {
        let good = completed("290571836")
        let arabic = String(
            String.UnicodeScalarView(good.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0x630) }))
        let persian = String(
            String.UnicodeScalarView(good.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0x6C0) }))
        let grouped =
            "\u{200F} " + good.prefix(3) + " " + good.dropFirst(3).prefix(3) + "-" + good.dropFirst(6)
            + "\n"
        #expect(arabic.unicodeScalars.first == "٢")
        #expect(persian.unicodeScalars.first == "۲")
        for text in [arabic, persian, grouped] { #expect(scheme.check(text) == scheme.check(good)) }
    }

    @Test("a number shows its digits only when asked")
    func noDescription() throws {
        var generator = SeededGenerator(seed: 5)
        let number = scheme.draw(using: &generator)
        var dumped = ""
        dump(number, to: &dumped)
        for text in ["\(number)", String(reflecting: number), String(describing: [number]), dumped] {
            #expect(!text.contains(number.digits))
        }
    }

    @Test("a household's number is never taken for a person's")
    func householdNumbersDiffer() {
        var generator = SeededGenerator(seed: 6)
        let household = CivilNumberDrawTests.scheme(payloadDigits: 10).draw(using: &generator)
        #expect(fault(household.digits) == .wrongLength(found: 11, expected: 10))
    }

    @Test("a scheme is read from its four keys and written back")
    func codable() throws {
        let json =
            #"{"payloadDigits":9,"firstDigits":[2,3,4,5,6,7,8,9],"longestRun":2,"longestRepetition":2}"#
        let read = try JSONDecoder().decode(CivilNumberScheme.self, from: Data(json.utf8))
        #expect(read == scheme)
        #expect(
            try JSONDecoder().decode(CivilNumberScheme.self, from: JSONEncoder().encode(read)) == scheme)
    }
}
