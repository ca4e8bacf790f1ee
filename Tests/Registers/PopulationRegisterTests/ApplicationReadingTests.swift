import CivilNumber
import Installation
import PopulationRegister
import Quantities
import StrictJSON
import TestMaterial
import TestSupport
import Testing

@Suite("Reading an application")
struct ApplicationReadingTests {
    static let rules = TestInstallation.jurisdiction.population

    static func read(_ json: JSONValue) throws -> ApplicationContent {
        try ApplicationContent(json, rules: rules, today: try CivilDate(year: 2026, month: 11, day: 23))
    }

    static func problems(_ json: JSONValue) -> [String] {
        do {
            _ = try read(json)
            return []
        } catch let error as DocumentRefusal {
            return error.problems.map { "\($0.path) \($0.code.rawValue)" }
        } catch { return ["\(error)"] }
    }

    @Test("keeps what was stated, as it was stated")
    func keepsTheStatement() throws {
        let content = try Self.read(
            Samples.changed(Samples.application(1, document: "ab-12 345"), "phone", to: "+212 (6) 00-00.00 00"))
        #expect(content.names.latin == ApplicationContent.Name(given: "Amina", family: "Berrada"))
        #expect(content.names.arabic.family == "برادة")
        #expect(content.documents.map(\.number) == ["ab-12 345"])
        #expect(content.phone == "+212 (6) 00-00.00 00")
        #expect(content.residence.address == nil)
    }

    static let long = String(repeating: "a", count: 101)
    static let good = Samples.application(1)

    static let faults: [(JSONValue, String)] = [
        (Samples.without(good, "names"), "names missing"),
        (Samples.without(good, "sex"), "sex missing"),
        (Samples.without(good, "birth"), "birth missing"),
        (Samples.without(good, "birthPlace"), "birthPlace missing"),
        (Samples.without(good, "nationality"), "nationality missing"),
        (Samples.without(good, "residence"), "residence missing"),
        (Samples.without(good, "documents"), "documents missing"),
        (Samples.changed(good, "names", to: "Amina"), "names wrongType"),
        (Samples.changed(good, "names", "latin", "given", to: nil), "names.latin.given missing"),
        (Samples.changed(good, "names", "latin", "given", to: 5), "names.latin.given wrongType"),
        (Samples.changed(good, "names", "latin", "given", to: "  "), "names.latin.given empty"),
        (Samples.changed(good, "names", "latin", "given", to: .string(long)), "names.latin.given tooLong"),
        (Samples.changed(good, "names", "latin", "given", to: "أمينة"), "names.latin.given wrongScript"),
        (Samples.changed(good, "names", "latin", "family", to: "Амина"), "names.latin.family wrongScript"),
        (Samples.changed(good, "names", "latin", "family", to: "123"), "names.latin.family wrongScript"),
        (Samples.changed(good, "names", "arabic", "given", to: "Amina"), "names.arabic.given wrongScript"),
        (Samples.changed(good, "names", "arabic", "family", to: "برادة Amina"), "names.arabic.family wrongScript"),
        (Samples.changed(good, "names", "latin", "given", to: "A\nB"), "names.latin.given malformed"),
        (Samples.changed(good, "names", "latin", "middle", to: "A"), "names.latin.middle unknownField"),
        (Samples.changed(good, "names", "tifinagh", to: [:]), "names.tifinagh unknownField"),
        (Samples.changed(good, "sex", to: "other"), "sex notOnList"),
        (Samples.changed(good, "birth", "date", to: nil), "birth.date missing"),
        (Samples.changed(good, "birth", "date", to: "1980-02-30"), "birth.date malformed"),
        (Samples.changed(good, "birth", "date", to: "1980-13"), "birth.date malformed"),
        (Samples.changed(good, "birth", "date", to: "80"), "birth.date malformed"),
        (Samples.changed(good, "birth", "date", to: "2026-11-24"), "birth.date inTheFuture"),
        (Samples.changed(good, "birth", "date", to: "2027"), "birth.date inTheFuture"),
        (Samples.changed(good, "birth", "date", to: "1895-11-22"), "birth.date outOfRange"),
        (Samples.changed(good, "birth", to: ["date": "1980", "precision": "day"]), "birth.precision disagrees"),
        (Samples.changed(good, "birth", to: ["date": "1980-02", "precision": "day"]), "birth.precision disagrees"),
        (Samples.changed(good, "birth", "precision", to: "week"), "birth.precision notOnList"),
        (Samples.changed(good, "birthPlace", "country", to: "Ma"), "birthPlace.country malformed"),
        (Samples.changed(good, "birthPlace", "country", to: "MAR"), "birthPlace.country tooLong"),
        (Samples.changed(good, "birthPlace", "commune", to: "99.999.99.9"), "birthPlace.commune notOnList"),
        (Samples.changed(good, "birthPlace", "commune", to: nil), "birthPlace.text missing"),
        (Samples.changed(good, "nationality", to: "١٢"), "nationality malformed"),
        (Samples.changed(good, "residence", to: [:]), "residence.commune missing"),
        (Samples.changed(good, "residence", "commune", to: "Tangier"), "residence.commune notOnList"),
        (
            Samples.changed(good, "residence", "address", to: .string(String(repeating: "a", count: 301))),
            "residence.address tooLong"
        ),
        (Samples.changed(good, "phone", to: "12345"), "phone malformed"),
        (Samples.changed(good, "phone", to: "call me"), "phone malformed"),
        (Samples.changed(good, "phone", to: 212), "phone wrongType"),
        (Samples.changed(good, "documents", to: []), "documents empty"),
        (Samples.changed(good, "documents", to: "card"), "documents wrongType"),
        (Samples.changed(good, "documents", "0", to: "card"), "documents[0] wrongType"),
        (Samples.changed(good, "documents", "0", "type", to: "library"), "documents[0].type notOnList"),
        (Samples.changed(good, "documents", "0", "type", to: nil), "documents[0].type missing"),
        (Samples.changed(good, "documents", "0", "number", to: "A1"), "documents[0].number malformed"),
        (Samples.changed(good, "documents", "0", "number", to: "----------"), "documents[0].number malformed"),
        (Samples.changed(good, "documents", "0", "issued", to: "1"), "documents[0].issued unknownField"),
        (
            Samples.changed(
                good, "documents",
                to: [["type": "nationalCard", "number": "AB 123"], ["type": "nationalCard", "number": "a-b١٢٣"]]),
            "documents[1].number repeated"
        ),
        (
            Samples.changed(
                good, "documents", to: .array(Array(repeating: ["type": "birthRecord", "number": "123"], count: 11))),
            "documents tooLong"
        ),
        (Samples.changed(good, "nickname", to: "A"), "nickname unknownField"),
        ([], " wrongType"), ("text", " wrongType"), (nil, " wrongType"),
    ]

    @Test("names each fault by its path, and names nothing else", arguments: faults)
    func faultsAreNamed(document: JSONValue, expected: String) {
        #expect(Self.problems(document) == [expected])
    }

    @Test("names all faults at once")
    func allFaults() {
        var document = Samples.changed(Self.good, "sex", to: "x")
        document = Samples.changed(document, "names", "latin", "given", to: "أ")
        document = Samples.changed(document, "documents", "0", "number", to: "1")
        document = Samples.changed(document, "extra", to: 1)
        #expect(
            Self.problems(document) == [
                "names.latin.given wrongScript", "sex notOnList", "documents[0].number malformed", "extra unknownField",
            ])
    }

    @Test("no message repeats a value")
    func messagesHoldNoValue() {
        let document = Samples.changed(
            Samples.changed(Self.good, "names", "latin", "given", to: "PLANTED ب"), "documents", "0", "number",
            to: "PLANTED-NUMBER-1234567890123")
        do {
            _ = try Self.read(document)
            Issue.record("the application was accepted")
        } catch { #expect(!"\(error)".contains("PLANTED")) }
    }

    // MARK: Dates known in part

    @Test(
        "a date may be known to the year, the month or the day, and is not made more precise",
        arguments: [
            (["date": "1961"], "1961", .year), (["date": "1961-05"], "1961-05", .month),
            (["date": "1961-05-03"], "1961-05-03", .day), (["date": "1961-05-03", "precision": "year"], "1961", .year),
            (["date": "1961-05-03", "precision": "month"], "1961-05", .month),
            (["date": "1961", "precision": "year"], "1961", .year),
            (["date": "2026"], "2026", .year), (["date": "1895"], "1895", .year),
            (["date": "2026-11-23"], "2026-11-23", .day),
        ] as [(JSONValue, String, PartialDate.Precision)])
    func partialDates(birth: JSONValue, text: String, precision: PartialDate.Precision) throws {
        let content = try Self.read(Samples.application(1, birth: birth))
        #expect(content.birthDate.description == text)
        #expect(content.birthDate.precision == precision)
    }

    // MARK: Witnesses

    static func witnesses(_ numbers: [String]) -> JSONValue {
        Samples.changed(
            Samples.without(good, "documents"), "witnesses", to: .array(numbers.map { ["civilNumber": .string($0)] }))
    }

    /// Numbers that the country's scheme admits.
    static let numbers: [String] = {
        var generator = SeededGenerator(seed: 3)
        return (0..<3).map { _ in rules.civilNumber.draw(using: &generator).digits }
    }()

    @Test("two different well-formed witnesses replace a document")
    func twoWitnesses() throws {
        #expect(try Self.read(Self.witnesses(Array(Self.numbers.prefix(2)))).witnesses == Array(Self.numbers.prefix(2)))
    }

    @Test("too few, too many, the same twice or malformed witnesses are told, each fault once")
    func wrongWitnesses() {
        #expect(Self.problems(Self.witnesses([])) == ["documents empty"])
        #expect(Self.problems(Self.witnesses([Self.numbers[0]])) == ["witnesses outOfRange"])
        #expect(Self.problems(Self.witnesses(Self.numbers)) == ["witnesses tooLong"])
        let spaced = String(Self.numbers[0].prefix(4)) + " " + Self.numbers[0].dropFirst(4)
        #expect(Self.problems(Self.witnesses([Self.numbers[0], spaced])) == ["witnesses[1].civilNumber repeated"])
        #expect(Self.problems(Self.witnesses([Self.numbers[0], "123"])) == ["witnesses[1].civilNumber malformed"])
    }

    // MARK: Document numbers

    @Test(
        "a document number is the same however it is spaced, cased or in whichever digits it is written",
        arguments: ["AB123456", "ab 123 456", "A-B.123/456", "AB١٢٣٤٥٦", "ab۱۲۳۴۵۶", "AB１２３４５６", " AB\u{A0}123456 "])
    func normalisedNumbers(number: String) {
        #expect(ApplicationContent.Document.normalised(number) == "AB123456")
    }
}
