import CivilNumber
import Fingerprint
import Foundation
import HTTPTypes
import Installation
import Linkage
import PopulationRegister
import RecordStore
import SocialRegister
import StrictJSON
import Testing

@testable import Web

@Suite("Texts: every language has all of them, and none is left over")
struct CatalogueTests {
    static let languages = ["ar", "fr"]
    static let catalogues = Result { try TextCatalogue.load(languages: languages, folder: Place.country) }

    /// Keys that templates name.
    static let inTemplates: Set<String> = {
        var keys: Set<String> = []
        for source in Templates.sources.values {
            for match in source.matches(of: /\{\{t\.([A-Za-z.]+)\}\}/) { keys.insert(String(match.1)) }
        }
        return keys
    }()

    /// Keys that the program makes of its closed lists.
    static let ofLists: Set<String> = {
        var keys: Set<String> = ["actor.you", "act.other", "language.name", "language.direction"]
        keys.formUnion(ErrorCode.allCases.map { "error.\($0.rawValue)" })
        keys.formUnion(FieldProblem.Code.allCases.map { "problem.\($0.rawValue)" })
        keys.formUnion(ApplicationState.allCases.flatMap { ["state.\($0.rawValue)", "stateAdvice.\($0.rawValue)"] })
        keys.formUnion(ApplicationAct.allCases.map { "applicationAct.\($0.rawValue)" })
        keys.formUnion(ReviewDecision.codes.map { "decision.\($0)" })
        keys.formUnion(["staff", "resident", "operator", "service"].map { "actor.\($0)" })
        keys.formUnion(Purpose.allCases.map { "purpose.\($0.rawValue)" })
        keys.formUnion(LegalBasis.allCases.map { "legalBasis.\($0.rawValue)" })
        keys.formUnion(FactSource.allCases.map { "source.\($0.rawValue)" })
        keys.formUnion(HouseholdForm.milieus.map { "milieu.\($0)" })
        keys.formUnion(ApplicationContent.Sex.allCases.map { "application.\($0.rawValue)" })
        keys.formUnion(DuplicatePath.allCases.map { "duplicatePath.\($0.rawValue)" })
        keys.formUnion(DuplicateOutcome.allCases.map { "duplicateOutcome.\($0.rawValue)" })
        keys.formUnion(DuplicateOpinion.allCases.map { "duplicateOpinion.\($0.rawValue)" })
        keys.formUnion(FieldLevel.allCases.map { "comparisonLevel.\($0.rawValue)" })
        keys.formUnion(["same", "differs", "oneSided"].map { "comparison.\($0)" })
        let compared = (try? Place.jurisdiction.get())?.population.duplicates.comparer.configuration.fields ?? []
        keys.formUnion((compared.map(\.name) + ["prior", "order", "family"]).map { "comparisonField.\($0)" })
        keys.formUnion((WebDoor.fingerNames + ["rightHand", "leftHand"]).map { "finger.\($0)" })
        keys.formUnion(FingerException.allCases.map { "fingerException.\($0.rawValue)" })
        keys.formUnion(PrintSearchState.allCases.map { "printSearch.\($0.rawValue)" })
        keys.formUnion(IdentityCaseKind.allCases.map { "identityCase.\($0.rawValue)" })
        keys.formUnion(FingerprintQuality.Reason.allCases.map { "fingerReason.\($0.rawValue)" })
        keys.formUnion(["accept", "recapture", "keepBest"].map { "fingerAdvice.\($0)" })
        keys.formUnion(["day", "month", "year"].map { "form.\($0)" })
        let faults: [CivilNumberFault] = [
            .empty, .notADigit(position: 1), .wrongLength(found: 1, expected: 2), .firstDigit, .checkDigit, .run,
            .repetition,
        ]
        keys.formUnion(faults.map(\.code))
        return keys
    }()

    /// Whole keys in the door's sources, and acts in the registers'.
    static let inSources: Set<String> = {
        var keys: Set<String> = []
        for (path, text) in sources("Sources/Doors/Web") {
            for match in text.matches(of: /"([a-z][A-Za-z]*\.[A-Za-z]+)"/) { keys.insert(String(match.1)) }
            if path.hasSuffix("ApplicationForm.swift") {
                for match in text.matches(of: /label\("([A-Za-z]+)"\)/) { keys.insert("application.\(match.1)") }
            }
        }
        for (_, text) in sources("Sources/Registers") + sources("Sources/Platform/RecordStore") {
            for match in text.matches(of: /(?:perform|drafting)\(\s*"([A-Za-z.]+)"/) { keys.insert("act.\(match.1)") }
        }
        return keys
    }()

    static func sources(_ folder: String) -> [(String, String)] {
        let base = Place.root.appending(path: folder)
        // Resolved, since an enumerator does not go through a link.
        let folder = base.resolvingSymlinksInPath()
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".swift") }.compactMap { path in
            (try? String(contentsOf: folder.appending(path: path), encoding: .utf8)).map { (path, $0) }
        }
    }

    @Test("every key of a template and of the program's lists is in every language", arguments: languages)
    func complete(language: String) throws {
        let texts = try #require(try Self.catalogues.get()[language]).texts
        let wanted = Self.inTemplates.union(Self.ofLists).union(Self.inSources.filter { $0.hasPrefix("act.") })
        #expect(wanted.subtracting(texts.keys).sorted() == [])
    }

    @Test("all languages have the same keys, with the same words to fill in")
    func alike() throws {
        let catalogues = try Self.catalogues.get()
        let first = try #require(catalogues[Self.languages[0]]).texts
        for language in Self.languages.dropFirst() {
            let other = try #require(catalogues[language]).texts
            #expect(Set(first.keys).symmetricDifference(other.keys).sorted() == [])
            for (key, text) in first {
                func words(_ text: String) -> Set<String> { Set(text.matches(of: /\{[a-z]+\}/).map { String($0.0) }) }
                #expect(words(text) == words(other[key] ?? ""), "\(key)")
            }
        }
    }

    @Test("no text is unused", arguments: languages)
    func noneUnused(language: String) throws {
        let texts = try #require(try Self.catalogues.get()[language]).texts
        let used = Self.inTemplates.union(Self.ofLists).union(Self.inSources)
        #expect(Set(texts.keys).subtracting(used).sorted() == [])
    }

    @Test("no text is in the templates or the program: only the catalogues speak")
    func templatesAreSilent() {
        for (name, source) in Templates.sources {
            let bare = source.replacing(/\{\{\{?[^}]*\}?\}\}/, with: "").replacing(/<[^>]*>/, with: "")
            #expect(!bare.contains(/[A-Za-z\u{600}-\u{6FF}]/), "\(name)")
        }
    }

    @Test("words are filled in once, so a value with braces stays as it is")
    func filling() {
        #expect(TextCatalogue.fill("a {x} b {y} c {z", ["x": "{y}", "y": "2"]) == "a {y} b 2 c {z")
    }

    @Test(
        "the browser's languages choose, the country's first is the default",
        arguments: [
            ("fr", "fr"), ("fr-FR,fr;q=0.9,ar;q=0.8", "fr"), ("ar;q=0.5, fr;q=0.4", "ar"), ("en", nil), ("", nil),
            ("en-GB, ar-MA;q=0.3", "ar"), ("fr;q=0", nil), (";;;,,q=", nil),
        ])
    func accepted(header: String, language: String?) {
        #expect(LanguageChoice.accepted(header, ["ar", "fr"]) == language)
    }
}

@Suite("Error codes: one closed list")
struct ErrorCodeTests {
    @Test("Documentation/ErrorCodes.md has each code once, with its status")
    func documented() throws {
        let text = try String(contentsOf: Place.root.appending(path: "Documentation/ErrorCodes.md"), encoding: .utf8)
        var rows: [String: Int] = [:]
        for match in text.matches(of: /(?m)^\| `([A-Za-z0-9]+)` \| (\d{3}) \|/) {
            #expect(rows.updateValue(Int(match.2) ?? 0, forKey: String(match.1)) == nil, "\(match.1) twice")
        }
        #expect(Set(rows.keys) == Set(ErrorCode.allCases.map(\.rawValue)))
        for code in ErrorCode.allCases { #expect(rows[code.rawValue] == code.status.code, "\(code)") }
    }
}
