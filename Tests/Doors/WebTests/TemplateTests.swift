import StrictJSON
import Testing

@testable import Web

/// Fixtures of pages: what a model looks like, and what its template makes of it.
@Suite("Templates")
struct TemplateTests {
    static let texts = Result { try TextCatalogue.load(languages: ["ar", "fr"], folder: Place.country) }

    static func render(_ name: Templates.Name, _ model: some Sendable, language: String) throws -> String {
        let catalogue = try #require(try texts.get()[language])
        let frame = PageFrame(
            language: language, direction: catalogue.direction, title: "T", isDemonstration: false, isSignedIn: false,
            home: "/", style: "/style.css", icon: "/icon.svg", signOut: "/sign-out", log: "/log", outbox: "/outbox",
            formToken: "00", requestKey: "key", languages: [], formToKeep: nil, navigation: [])
        return try Templates().render(
            name, PageContext(frame: frame, page: model, texts: TextBranch(catalogue: catalogue, prefix: "")))
    }

    @Test("a value is escaped wherever it stands")
    func escaping() throws {
        let html = try Self.render(
            .error, ErrorPage(message: "<script>&\"'", code: "x", problems: ["<script>"]), language: "fr")
        #expect(!html.contains("<script>"))
        #expect(html.contains("&lt;script&gt;&amp;"))
    }

    @Test("a field with a problem: the label is tied to the input, the problem to both, the summary to the field")
    func fieldWithProblem() throws {
        let texts = try #require(try Self.texts.get()["ar"])
        let field = try #require(FormField("names.arabic.given", "الاسم", .text, hint: "تلميح"))
        let sections = [FormSection("قسم", [field])]
        let problems = [Problem(path: "names.arabic.given", code: "missing", words: .text("problem.missing", [:]))]
        let places = PlaceFinder(try Place.jurisdiction.get())
        let model = FormPage(
            action: "/x", heading: "h", intro: "i", problems: problems.models([field], texts), hasProblems: true,
            sections: sections.models(["names": ["arabic": ["given": "x\"y"]]], problems: problems, texts, places),
            hidden: [], places: "")
        let html = try Self.render(.form, model, language: "ar")
        #expect(html.contains("dir=\"rtl\""))
        #expect(html.contains("<label for=\"names-arabic-given\">"))
        #expect(html.contains("aria-describedby=\"names-arabic-given-hint names-arabic-given-error\""))
        #expect(html.contains("aria-invalid=\"true\""))
        #expect(html.contains("<a href=\"#names-arabic-given\">"))
        #expect(html.contains("value=\"x&quot;y\""))
    }

    @Test("a resident without a household is told so")
    func residentAlone() throws {
        let texts = try #require(try Self.texts.get()["fr"])
        let html = try Self.render(
            .resident, ResidentPage(name: "N", civilNumber: "1", household: nil, accesses: []), language: "fr")
        #expect(html.contains(MainPathTests.escapedWords(texts.text("resident.noHousehold"))))
        #expect(!html.contains(MainPathTests.escapedWords(texts.text("assessment.score"))))
    }
}

extension MainPathTests {
    static func escapedWords(_ text: String) -> String { Path.escaped(text) }
}
