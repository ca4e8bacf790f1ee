import Foundation
import Installation
import PopulationRegister
import StrictJSON

/// The form of an application, by the rules of the country.
enum ApplicationForm {
    private static let documentRows = 2

    static func sections(_ jurisdiction: Jurisdiction, _ texts: TextCatalogue) -> [FormSection] {
        let language = texts.language
        let documents = jurisdiction.population.documentTypes.map {
            FormField.Option(code: $0.code, label: jurisdiction.documentLabels[$0.code]?[language] ?? $0.code)
        }
        let countries = countries(language)
        func label(_ key: String) -> String { texts.text("application.\(key)") }
        return [
            FormSection(
                label("namesInArabic"), hint: label("namesInArabicHint"),
                [
                    FormField("names.arabic.given", label("given"), .text, direction: "rtl"),
                    FormField("names.arabic.family", label("family"), .text, direction: "rtl"),
                ]),
            FormSection(
                label("namesInLatin"), hint: label("namesInLatinHint"),
                [
                    FormField("names.latin.given", label("given"), .text, direction: "ltr"),
                    FormField("names.latin.family", label("family"), .text, direction: "ltr"),
                ]),
            FormSection(
                label("person"),
                [
                    FormField(
                        "sex", label("sex"),
                        .radios(
                            ApplicationContent.Sex.allCases.map { .init(code: $0.rawValue, label: label($0.rawValue)) })
                    ),
                    FormField("birth.date", label("birthDate"), .date, hint: label("birthDateHint")),
                    FormField("birthPlace.country", label("birthCountry"), .choice(countries, isNullable: false)),
                    FormField(
                        "birthPlace.commune", label("birthCommune"), .place, hint: label("placeHint"), isOptional: true),
                    FormField(
                        "birthPlace.text", label("birthText"), .text, hint: label("birthTextHint"), isOptional: true),
                    FormField("nationality", label("nationality"), .choice(countries, isNullable: false)),
                ]),
            FormSection(
                label("residence"),
                [
                    FormField("residence.commune", label("commune"), .place, hint: label("placeHint")),
                    FormField(
                        "residence.address", label("address"), .text, hint: label("addressHint"), isOptional: true),
                    FormField("phone", label("phone"), .number, hint: label("phoneHint"), isOptional: true),
                ]),
            FormSection(
                label("documents"), hint: label("documentsHint"),
                (0..<documentRows).flatMap { row in
                    [
                        FormField(
                            "documents[\(row)].type", texts.text("application.documentType", ["number": "\(row + 1)"]),
                            .choice(documents, isNullable: false), isOptional: row > 0),
                        FormField(
                            "documents[\(row)].number",
                            texts.text("application.documentNumber", ["number": "\(row + 1)"]), .text,
                            isOptional: row > 0, direction: "ltr"),
                    ]
                }),
            FormSection(
                label("witnesses"),
                hint: texts.text("application.witnessesHint", ["count": "\(jurisdiction.population.witnesses)"]),
                (0..<jurisdiction.population.witnesses).map { row in
                    FormField(
                        "witnesses[\(row)].civilNumber",
                        texts.text("application.witness", ["number": "\(row + 1)"]), .number, isOptional: true)
                }),
            FormSection(
                label("parents"), hint: label("parentsHint"),
                [
                    FormField(
                        "parents.father.arabic", label("fatherArabic"), .text, isOptional: true, direction: "rtl"),
                    FormField("parents.father.latin", label("fatherLatin"), .text, isOptional: true, direction: "ltr"),
                    FormField(
                        "parents.mother.arabic", label("motherArabic"), .text, isOptional: true, direction: "rtl"),
                    FormField("parents.mother.latin", label("motherLatin"), .text, isOptional: true, direction: "ltr"),
                ]),
        ]
    }

    /// What a new form begins with: this country as the place of birth and the nationality.
    static func fresh(_ jurisdiction: Jurisdiction) -> JSONValue {
        [
            "birthPlace": ["country": .string(jurisdiction.countryCode)],
            "nationality": .string(jurisdiction.countryCode),
        ]
    }

    /// ISO 3166-1 countries by their name in the language.
    private static func countries(_ language: String) -> [FormField.Option] {
        let locale = Locale(identifier: language)
        return Locale.Region.isoRegions.map(\.identifier).filter { code in
            code.utf8.count == 2 && code.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        }
        .compactMap { code in locale.localizedString(forRegionCode: code).map { .init(code: code, label: $0) } }
        .sorted { $0.label.compare($1.label, locale: locale) == .orderedAscending }
    }
}
