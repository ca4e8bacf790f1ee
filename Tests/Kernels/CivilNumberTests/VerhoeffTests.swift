import CivilNumber
import Testing

@Suite("The Verhoeff check digit")
struct VerhoeffTests {
    // 236 -> 3: J. Verhoeff's scheme as worked in Wikipedia, "Verhoeff algorithm", section Examples.
    // 12345 -> 1 and 123456789012 -> 0: Rosetta Code, "Verhoeff algorithm".
    @Test(
        "agrees with published examples", arguments: [("236", 3), ("12345", 1), ("123456789012", 0)])
    func publishedExamples(payload: String, digit: UInt8) {
        let digits = payload.utf8.map { $0 - UInt8(ascii: "0") }
        #expect(Verhoeff.checkDigit(of: digits) == digit)
        #expect(Verhoeff.isValid(digits + [digit]))
        #expect(!Verhoeff.isValid(digits + [(digit + 1) % 10]))
    }
}
