import Foundation
import Installation
import PopulationRegister
import Rules
import StrictJSON
import Yams

/// How the page asks what the law's schema defines; `Forms/household.yaml` of the country.
struct HouseholdFormRules: Sendable {
    let amountFields: Set<String>
    let minorDigits: Int
    let entries: [String: Int]

    /// Throws `TextError`.
    init(folder: String) throws(TextError) {
        struct File: Decodable {
            struct Amounts: Decodable {
                let minorDigits: Int
                let fields: [String]
            }

            let amounts: Amounts
            let entries: [String: Int]
        }
        let name = "Forms/household.yaml"
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
            throw TextError(file: name, message: "the file is missing")
        }
        do {
            let file = try YAMLDecoder().decode(File.self, from: data)
            amountFields = Set(file.amounts.fields)
            minorDigits = file.amounts.minorDigits
            entries = file.entries
        } catch {
            throw TextError(file: name, message: "\(error)")
        }
    }
}

/// The form of a household's declaration, made from the law's schema.
struct HouseholdForm: Sendable {
    static let mostMembers = 30
    static let milieus = ["urban", "rural"]

    let members: Int
    let milieu: String

    /// Known without asking: chosen by the register, derived from the commune, or in the population register.
    private static let notAsked: Set<String> = [
        "householdRef", "asOf", "region", "milieu", "members[].ref", "members[].sex", "members[].birthDate",
    ]

    /// Nil for a number of members or a milieu that cannot be.
    init?(members: String?, milieu: String?) {
        guard let count = members.flatMap({ Int(Digits.western($0)) }), (1...Self.mostMembers).contains(count),
            let milieu, Self.milieus.contains(milieu)
        else { return nil }
        self.members = count
        self.milieu = milieu
    }

    var hidden: [HiddenField] {
        [HiddenField(name: "members", value: String(members)), HiddenField(name: "milieu", value: milieu)]
    }

    func sections(_ law: LawBook, _ rules: HouseholdFormRules, _ texts: TextCatalogue) -> [FormSection] {
        let builder = Builder(rules: rules, texts: texts)
        let top = law.questions.filter { question in
            if case .record = question.answer { return false }
            if case .list(.record, _) = question.answer { return false }
            return true
        }
        var sections = [
            FormSection(
                texts.text("household.whole"),
                [
                    FormField(
                        "declarant", texts.text("household.declarant"),
                        .declarant(
                            (0..<members).map {
                                .init(code: String($0), label: texts.text("household.member", ["number": "\($0 + 1)"]))
                            }), hint: texts.text("household.declarantHint")),
                    FormField(
                        "householdNumber", texts.text("household.number"), .number,
                        hint: texts.text("household.numberHint"), isOptional: true),
                ] + builder.fields(top, prefix: "facts.", schema: ""))
        ]
        for question in law.questions {
            let legend = question.labels[texts.language] ?? question.name
            switch question.answer {
            case .record(let fields):
                sections.append(
                    FormSection(
                        legend, builder.fields(fields, prefix: "facts.\(question.name).", schema: "\(question.name).")))
            case .list(.record(let fields), _):
                for index in 0..<members {
                    sections.append(
                        FormSection(
                            texts.text("household.member", ["number": "\(index + 1)"]),
                            [
                                FormField(
                                    "facts.\(question.name)[\(index)].civilNumber", texts.text("household.civilNumber"),
                                    .number)
                            ]
                                + builder.fields(
                                    fields, prefix: "facts.\(question.name)[\(index)].", schema: "\(question.name)[]."))
                    )
                }
            default: break
            }
        }
        return sections
    }

    /// Fills in what was not asked: milieu, region, the declarant's number.
    func completed(_ document: JSONValue, declarant: String?, _ jurisdiction: Jurisdiction) -> JSONValue {
        var document = document
        document.set(.string(milieu), at: [.member("facts"), .member("milieu")])
        if let code = document["facts"]?["commune"]?.string, let commune = jurisdiction.commune(code) {
            document.set(.string(commune.region), at: [.member("facts"), .member("region")])
        }
        var number: JSONValue?
        if let index = declarant.flatMap({ Int($0) }) { number = document["facts"]?["members"]?[index]?["civilNumber"] }
        var object = document.object ?? JSONObject()
        object["declarant"] = number
        return .object(object)
    }

    /// The document with the declarant as a place among the members, as the form shows it.
    static func shown(_ document: JSONValue) -> JSONValue {
        guard let declarant = document["declarant"]?.string, var object = document.object else { return document }
        let place = document["facts"]?["members"]?.array?.firstIndex { $0["civilNumber"]?.string == declarant }
        object["declarant"] = place.map { .string(String($0)) }
        return .object(object)
    }

    private struct Builder {
        let rules: HouseholdFormRules
        let texts: TextCatalogue

        func fields(_ questions: [FactQuestion], prefix: String, schema: String) -> [FormField?] {
            // Ticks go together after what must be typed.
            let asked = questions.filter { !HouseholdForm.notAsked.contains(schema + $0.name) }
            let ticks = asked.filter { $0.answer == .yesNo }
            return (asked.filter { $0.answer != .yesNo } + ticks).flatMap { question in
                field(question, prefix: prefix, schema: schema)
            }
        }

        private func field(_ question: FactQuestion, prefix: String, schema: String) -> [FormField?] {
            let name = prefix + question.name
            let label = question.labels[texts.language] ?? question.name
            let isAmount = rules.amountFields.contains(schema + question.name)
            let hint = isAmount ? texts.text("form.amountHint") : nil
            let number: FormField.Control = isAmount ? .amount(minorDigits: rules.minorDigits) : .wholeNumber
            switch question.answer {
            case .text where question.name == "commune":
                return [FormField(name, label, .place, hint: texts.text("application.placeHint"))]
            case .text: return [FormField(name, label, .text)]
            case .wholeNumber: return [FormField(name, label, number, hint: hint)]
            case .yesNo: return [FormField(name, label, .tick)]
            case .date: return [FormField(name, label, .date)]
            case .choice(let options):
                let choices = options.map {
                    FormField.Option(code: $0.code, label: $0.labels[texts.language] ?? $0.code)
                }
                return [FormField(name, label, .choice(choices, isNullable: question.isNullable))]
            case .list(.wholeNumber, _):
                return (0..<(rules.entries[schema + question.name] ?? 1)).map { index in
                    let numbered = texts.text("form.entry", ["label": label, "number": "\(index + 1)"])
                    return FormField("\(name)[\(index)]", numbered, number, hint: hint, isOptional: index > 0)
                }
            case .record, .list: return []
            }
        }
    }
}
