import Foundation
import Rules
import Testing

/// One wrong law: a change of one file of the law, and what must be said about it.
struct WrongLaw: CustomTestStringConvertible, Sendable {
    let name: String
    let path: String
    let text: String
    let wrong: String
    let code: LawError.Code
    /// The file that is named, where it is another than the changed one.
    var named: String?
    /// A word of the remedy.
    let remedy: String

    var testDescription: String { name }

    /// A unit or a number that several rules use is named in each of them.
    var bringsOthers: Bool { named != nil || code == .unitMismatch || code == .malformedFile || code == .unknownField }

    func applied(to files: [LawFile]) -> [LawFile] {
        files.map { file in
            guard file.path == path, let range = file.text.firstRange(of: text) else { return file }
            return LawFile(path: path, text: file.text.replacingCharacters(in: range, with: wrong))
        }
    }

    static let all: [WrongLaw] = [
        WrongLaw(
            name: "a gap between the values of a number", path: "parameters/directAid/childRate.yaml",
            text: "    value: 200\n", wrong: "    value: 200\n    until: 2024-11-30\n", code: .gapInDates,
            remedy: "Move one of the dates"),
        WrongLaw(
            name: "two values on the same day", path: "parameters/directAid/childRate.yaml",
            text: "    value: 200\n", wrong: "    value: 200\n    until: 2025-01-01\n", code: .overlapInDates,
            remedy: "end the day before"),
        WrongLaw(
            name: "a day without a formula for some households", path: "formulas/rural/2023-12-01.yaml",
            text: "from: 2023-12-01\n", wrong: "from: 2023-12-01\nuntil: 2026-12-31\n", code: .gapInDates,
            remedy: "Add one"),
        WrongLaw(
            name: "two formulas for the same households", path: "formulas/rural/2023-12-01.yaml",
            text: "when: milieu == \"rural\"", wrong: "when: milieu == \"rural\" || milieu == \"urban\"",
            code: .overlapInDates, named: "formulas/", remedy: "Correct `when`"),
        WrongLaw(
            name: "a threshold in dirhams", path: "parameters/amoTadamon/threshold.yaml",
            text: "unit: points of the index", wrong: "unit: MAD/month", code: .unitMismatch,
            named: "programmes/amoTadamon/2023-12-01.yaml", remedy: "correct the `unit`"),
        WrongLaw(
            name: "a yearly rate among monthly ones", path: "parameters/directAid/laterChildRate.yaml",
            text: "unit: MAD/month", wrong: "unit: MAD/year", code: .unitMismatch,
            named: "programmes/directAid/2023-12-01.yaml", remedy: "correct the `unit`"),
        WrongLaw(
            name: "an amount in another unit than its numbers", path: "programmes/amoAchamil/2023-12-01.yaml",
            text: "unit: MAD/month", wrong: "unit: MAD/year", code: .unitMismatch, remedy: "Correct one of them"),
        WrongLaw(
            name: "a weight that is no points of the index", path: "parameters/formula/urban/cars.yaml",
            text: "unit: points of the index per unit", wrong: "unit: MAD", code: .unitMismatch,
            remedy: "begins with the formula's"),
        WrongLaw(
            name: "definitions that need one another", path: "definitions/household.yaml",
            text: "is: completedYears(head.birthDate, asOf)",
            wrong: "is: completedYears(adults[0].birthDate, asOf) + 0 * headAge", code: .cycle,
            remedy: "without the others"),
        WrongLaw(
            name: "definitions of a programme that need one another", path: "programmes/directAid/2023-12-01.yaml",
            text: "is: childAmounts.sum()", wrong: "is: childTotal + lumpSum", code: .cycle,
            remedy: "without the others"),
        WrongLaw(
            name: "an unknown variable in a formula", path: "formulas/urban/2023-12-01.yaml", text: "  garage: formula",
            wrong: "  garages: formula", code: .unknownReference, remedy: "add or correct"),
        WrongLaw(
            name: "an unknown name in a ground", path: "programmes/amoTadamon/2023-12-01.yaml",
            text: "when: score > threshold", wrong: "when: scores > threshold", code: .invalidExpression,
            remedy: "scores"),
        WrongLaw(
            name: "an unknown field of a member", path: "programmes/directAid/2023-12-01.yaml", text: "m.publicPay",
            wrong: "m.publicpay", code: .invalidExpression, remedy: "publicpay"),
        WrongLaw(
            name: "an unknown number", path: "programmes/directAid/2023-12-01.yaml", text: "lumpSum: directAid.lumpSum",
            wrong: "lumpSum: directAid.lump", code: .unknownReference, remedy: "add its file or correct the id"),
        WrongLaw(
            name: "a missing translation of a ground", path: "programmes/amoTadamon/2023-12-01.yaml",
            text: "      fr: L’indice de votre ménage dépasse le seuil de ce programme.\n", wrong: "",
            code: .missingLabel, remedy: "\"fr\" is missing; add it"),
        WrongLaw(
            name: "a missing sentence in Tamazight", path: "variables/assets.yaml",
            text: "      zgh: \"ⵢⴰⵏ ⵓⵎⵙⵙⵓⴷⵙ ⵏⵖ ⵓⴳⴳⴰⵔ\"\n", wrong: "", code: .missingLabel,
            named: nil, remedy: "\"zgh\" is missing; add it"),
        WrongLaw(
            name: "a missing word of the explanations", path: "explanation/sentences.yaml",
            text: "  en: \"No decision changed.\"\n", wrong: "", code: .missingLabel, remedy: "add it"),
        WrongLaw(
            name: "a text compared with a number", path: "programmes/amoAchamil/2023-12-01.yaml",
            text: "when: head.activity == \"working\"", wrong: "when: head.activity > 3", code: .invalidExpression,
            remedy: "not valid"),
        WrongLaw(
            name: "a ground that is a number", path: "programmes/amoAchamil/2023-12-01.yaml",
            text: "when: score <= threshold", wrong: "when: score", code: .invalidExpression, remedy: "must yield bool"),
        WrongLaw(
            name: "a word for a number", path: "parameters/directAid/lumpSum.yaml", text: "value: 500",
            wrong: "value: five hundred", code: .wrongType, remedy: "decimal number like"),
        WrongLaw(
            name: "a status that is none", path: "parameters/directAid/lumpSum.yaml", text: "status: sourced",
            wrong: "status: sure", code: .wrongType, remedy: "`sourced` or `provisional`"),
        WrongLaw(
            name: "a number without a source", path: "parameters/directAid/lumpSum.yaml",
            text: "    source: anss.gov.ma/fr/typologies-d-aides\n", wrong: "", code: .missingField, remedy: "add it"),
        WrongLaw(
            name: "a ground that never holds", path: "programmes/amoTadamon/2023-12-01.yaml",
            text: "when: score > threshold", wrong: "when: score > threshold && score <= threshold",
            code: .unreachable, remedy: "Correct or remove it"),
        WrongLaw(
            name: "a ground that always holds", path: "programmes/amoTadamon/2023-12-01.yaml",
            text: "when: score > threshold", wrong: "when: score > threshold || !(score > threshold)",
            code: .unreachable, remedy: "Correct the condition"),
        WrongLaw(
            name: "a ground that says what another says", path: "programmes/directAid/2023-12-01.yaml",
            text: "when: couple.exists(m, m.pension)", wrong: "when: couple.exists(m, m.publicPay)",
            code: .unreachable, remedy: "Correct or remove one"),
        WrongLaw(
            name: "a choice that is two things at once", path: "programmes/amoAchamil/2023-12-01.yaml",
            text: "when: head.activity == \"working\"",
            wrong: "when: head.activity == \"working\" && head.activity == \"retired\"", code: .unreachable,
            remedy: "Correct or remove it"),
        WrongLaw(
            name: "a number that nothing uses", path: "programmes/directAid/2023-12-01.yaml",
            text: "children.size() == 0 ? lumpSum : ", wrong: "", code: .unreachable, remedy: "remove it"),
        WrongLaw(
            name: "a rule that ends before it begins", path: "programmes/tayssir/2018-09-01.yaml",
            text: "until: 2023-11-30", wrong: "until: 2017-11-30", code: .unreachable, remedy: "Correct one date"),
        WrongLaw(
            name: "a misspelt field", path: "programmes/amoTadamon/2023-12-01.yaml", text: "reasons:\n",
            wrong: "reason:\n", code: .unknownField, remedy: "known are"),
        WrongLaw(
            name: "a file that is no YAML", path: "parameters/directAid/lumpSum.yaml", text: "values:\n",
            wrong: "values: [\n", code: .malformedFile, remedy: "correct the line"),
        WrongLaw(
            name: "a day that does not exist", path: "programmes/housingAid/2024-01-01.yaml", text: "until: 2028-12-31",
            wrong: "until: 2028-02-30", code: .wrongType, remedy: "A date like"),
        WrongLaw(
            name: "a code that no choice has", path: "variables/head.yaml",
            text: "is: head.educationLevel == \"higher\"", wrong: "is: head.educationLevel == \"hihger\"",
            code: .unknownReference, remedy: "correct the word"),
        WrongLaw(
            name: "an unknown damping option", path: "damping/2023-12-01.yaml", text: "chosen: plain",
            wrong: "chosen: smooth", code: .unknownReference, remedy: "it is one of"),
    ]
}

@Suite("Each wrong law is named by file, line and remedy")
struct WrongLawTests {
    @Test("What is wrong", arguments: WrongLaw.all)
    func wrong(_ law: WrongLaw) throws {
        let file = try #require(Law.files.first { $0.path == law.path })
        try #require(file.text.contains(law.text), "the law's file no longer has the text that the test changes")
        let findings = LawBook.faults(in: law.applied(to: Law.files))
        let named = law.named ?? law.path
        let found = findings.first { $0.code == law.code && ($0.file?.hasPrefix(named) ?? false) }
        #expect(found != nil, "\(findings)")
        #expect(found?.line != nil)
        #expect(found?.message.contains(law.remedy) == true, "\(String(describing: found))")
        let line = try #require(found?.line)
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect((1...lines + 2).contains(line) || law.named != nil)
        // One fault brings no others with it.
        if !law.bringsOthers { #expect(findings.count == 1, "\(findings)") }
    }

    @Test("Several faults in one law are all named")
    func together() {
        let chosen = [
            "a gap between the values of a number", "a threshold in dirhams", "definitions that need one another",
            "an unknown variable in a formula", "a missing sentence in Tamazight", "a word for a number",
            "a text compared with a number",
        ]
        var files = Law.files
        let wrong = WrongLaw.all.filter { chosen.contains($0.name) }
        for law in wrong { files = law.applied(to: files) }
        let findings = LawBook.faults(in: files)
        for law in wrong {
            #expect(
                findings.contains { $0.code == law.code && ($0.file ?? "").hasPrefix(law.named ?? law.path) },
                "\(law.name): \(findings)")
        }
        #expect(findings.count < 12, "\(findings)")
    }

    @Test("Definitions of two files that need one another are named as a circle")
    func acrossFiles() {
        var files = Law.files(changing: "definitions/household.yaml") {
            $0.replacing("is: members.size()", with: "is: later + 0")
        }
        files.append(
            LawFile(
                path: "definitions/later.yaml",
                text: "definitions:\n  later:\n    is: n + 1\n    meaning: {ar: a, fr: b, zgh: c, en: d}\n"))
        #expect { try LawBook(files: files) } throws: { error in
            (error as? LawError)?.code == .cycle && (error as? LawError)?.line != nil
        }
    }
}
