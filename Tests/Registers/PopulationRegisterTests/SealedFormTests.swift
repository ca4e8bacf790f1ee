import Foundation
import Quantities
import StrictJSON
import TestMaterial
import TestSupport
import Testing

@testable import PopulationRegister

@Suite("The form in which a content is sealed")
struct SealedFormTests {
    private static let optional: [(String, JSONValue)] = [
        ("phone", "+212 600 000 001"), ("nationality", "SN"),
        ("parents", ["father": ["arabic": "محمد \"ب\"", "latin": "Mohamed\\"], "mother": ["latin": "Fatima"]]),
        ("birthPlace", ["country": "SN", "text": "Dakar, \"Plateau\" / رقم ١"]),
        ("residence", ["commune": "01.511.01.0", "address": "3, rue d'Été\u{2028}n° 4"]),
    ]

    @Test("what is written for many is to the byte what is written for one")
    func sameBytes() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for choice in 0..<(1 << Self.optional.count) {
            var application = Samples.application(1, document: choice.isMultiple(of: 2) ? "AB 12/345" : "ع 12345")
            for (index, (key, value)) in Self.optional.enumerated() where choice & (1 << index) != 0 {
                application = Samples.changed(application, key, to: value)
            }
            let content = try ApplicationReadingTests.read(application)
            var json = JSONWriter()
            content.write(to: &json)
            #expect(json.bytes == [UInt8](try encoder.encode(content)), "choice \(choice)")
            #expect(try JSONDecoder().decode(ApplicationContent.self, from: Data(json.bytes)) == content)
        }
    }

    @Test("a document's number is compared alike in either way of reading it")
    func normalised() {
        for number in ["ab-12 345", "AB12345", "", "z_9/9", "İ-٣٤", "ß1", "№ 5", "é-12"] {
            var expected = ""
            for scalar in number.uppercased().unicodeScalars {
                if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                    expected += String(Int(value))
                } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                    expected.unicodeScalars.append(scalar)
                }
            }
            #expect(ApplicationContent.Document.normalised(number) == expected)
        }
    }
}
