import CivilNumber
public import Quantities
public import StrictJSON

extension ApplicationContent {
    static let longestName = 100

    /// Reads and checks an application.
    ///
    /// Throws `DocumentRefusal` with every problem at once: missing, unknown or over-long members, a name in the wrong
    /// script, a date that does not exist or lies after `today`, a document of an unknown type, neither a document nor
    /// witnesses. Whether documents and witnesses are known to the register is checked when it is submitted.
    public init(_ json: JSONValue, rules: PopulationRules, today: CivilDate) throws(DocumentRefusal) {
        let reader = try FieldReader(json)
        let names = Self.names(reader)
        let sex = reader.choice("sex", of: Sex.self)
        let birthDate = Self.birthDate(reader, today: today)
        let birthPlace = Self.place(reader, "birthPlace", rules)
        let nationality = Self.country(reader, "nationality")
        let residence = Self.residence(reader, rules)
        let parents = Self.parents(reader)
        let phone = Self.phone(reader)
        let documents = Self.documents(reader, rules)
        let witnesses = Self.witnesses(reader, rules)
        Self.checkProof(reader, json, rules)
        try reader.finish()
        guard let names, let sex, let birthDate, let birthPlace, let nationality, let residence else {
            throw DocumentRefusal([FieldProblem("", .missing, "the application is not complete")])
        }
        self.init(
            names: names, sex: sex, birthDate: birthDate, birthPlace: birthPlace, nationality: nationality,
            residence: residence, father: parents.father, mother: parents.mother, phone: phone, documents: documents,
            witnesses: witnesses)
    }

    /// Counts what was given, not what was good of it: a fault in a document is reported once, where it is.
    private static func checkProof(_ reader: FieldReader, _ json: JSONValue, _ rules: PopulationRules) {
        let documents = reader.has("documents") ? json["documents"]?.array?.count : 0
        let witnesses = reader.has("witnesses") ? json["witnesses"]?.array?.count : 0
        guard documents == 0 else { return }
        let advice = "give a document, or \(rules.witnesses) witnesses who hold a number"
        if witnesses == 0 {
            let isMissing = !reader.has("documents") && !reader.has("witnesses")
            reader.report("documents", isMissing ? .missing : .empty, advice)
        } else if let witnesses, witnesses < rules.witnesses {
            reader.report("witnesses", .outOfRange, "give exactly \(rules.witnesses) witnesses")
        }
    }

    private static func names(_ reader: FieldReader) -> Names? {
        guard let names = reader.object("names") else { return nil }
        let arabic = name(names, "arabic", script: "Arabic", letter: isArabic)
        let latin = name(names, "latin", script: "Latin", letter: isLatin)
        guard let arabic, let latin else { return nil }
        return Names(arabic: arabic, latin: latin)
    }

    private static func name(
        _ names: FieldReader, _ key: String, script: String, letter: (UInt32) -> Bool
    ) -> Name? {
        guard let reader = names.object(key) else { return nil }
        let given = spelling(reader, "given", script: script, letter: letter)
        let family = spelling(reader, "family", script: script, letter: letter)
        guard let given, let family else { return nil }
        return Name(given: given, family: family)
    }

    private static func spelling(
        _ reader: FieldReader, _ key: String, required: Bool = true, script: String, letter: (UInt32) -> Bool
    ) -> String? {
        guard let text = reader.text(key, required: required, longest: longestName) else { return nil }
        let letters = text.unicodeScalars.filter(\.properties.isAlphabetic)
        guard !letters.isEmpty, letters.allSatisfy({ letter($0.value) }) else {
            reader.report(key, .wrongScript, "write this name in \(script) letters")
            return nil
        }
        return text
    }

    private static func parents(_ reader: FieldReader) -> (father: ParentName?, mother: ParentName?) {
        guard reader.has("parents"), let parents = reader.object("parents") else { return (nil, nil) }
        func parent(_ key: String) -> ParentName? {
            guard parents.has(key), let reader = parents.object(key) else { return nil }
            let arabic = spelling(reader, "arabic", required: false, script: "Arabic", letter: isArabic)
            let latin = spelling(reader, "latin", required: false, script: "Latin", letter: isLatin)
            return arabic == nil && latin == nil ? nil : ParentName(arabic: arabic, latin: latin)
        }
        return (parent("father"), parent("mother"))
    }

    private static func isArabic(_ letter: UInt32) -> Bool {
        (0x600...0x6FF).contains(letter) || (0x750...0x77F).contains(letter)
    }

    private static func isLatin(_ letter: UInt32) -> Bool { letter < 0x250 || (0x1E00...0x1EFF).contains(letter) }

    private static func birthDate(_ reader: FieldReader, today: CivilDate) -> PartialDate? {
        guard let birth = reader.object("birth") else { return nil }
        let precision = birth.choice("precision", of: PartialDate.Precision.self, required: false)
        guard let text = birth.text("date", longest: 10) else { return nil }
        guard let whole = try? PartialDate(text) else {
            birth.report("date", .malformed, "give YYYY, YYYY-MM or YYYY-MM-DD, a date that exists")
            return nil
        }
        guard let date = try? whole.reduced(to: precision ?? whole.precision) else {
            birth.report("precision", .disagrees, "the date is known less precisely than stated")
            return nil
        }
        guard date.earliest <= today else {
            birth.report("date", .inTheFuture, "give a date of birth that is not after today")
            return nil
        }
        guard date.latest.completedYears(on: today) <= 130 else {
            birth.report("date", .outOfRange, "give a date of birth within the last 130 years")
            return nil
        }
        return date
    }

    private static func country(_ reader: FieldReader, _ key: String) -> String? {
        guard let text = reader.text(key, longest: 2) else { return nil }
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        guard text.utf8.count == 2, text.utf8.allSatisfy({ capitals.contains($0) }) else {
            reader.report(key, .malformed, "give the two capital letters of ISO 3166-1")
            return nil
        }
        return text
    }

    private static func place(_ parent: FieldReader, _ key: String, _ rules: PopulationRules) -> Place? {
        guard let reader = parent.object(key) else { return nil }
        let country = country(reader, "country")
        let commune = commune(reader, required: false, rules)
        let text = reader.text("text", required: false, longest: 200)
        if commune == nil, text == nil, !reader.has("commune") {
            reader.report("text", .missing, "give the commune's code, or the place in words")
        }
        return country.map { Place(country: $0, commune: commune, text: text) }
    }

    private static func residence(_ parent: FieldReader, _ rules: PopulationRules) -> Residence? {
        guard let reader = parent.object("residence") else { return nil }
        let commune = commune(reader, required: true, rules)
        let address = reader.text("address", required: false, longest: 300)
        return commune.map { Residence(commune: $0, address: address) }
    }

    private static func commune(_ reader: FieldReader, required: Bool, _ rules: PopulationRules) -> String? {
        guard let code = reader.text("commune", required: required, longest: 20) else { return nil }
        guard rules.placeCodes.contains(code) else {
            reader.report("commune", .notOnList, "give the census code of a commune")
            return nil
        }
        return code
    }

    private static func phone(_ reader: FieldReader) -> String? {
        guard let text = reader.text("phone", required: false, longest: 24) else { return nil }
        let digits = text.unicodeScalars.filter { (48...57).contains($0.value) }
        let allowed = text.unicodeScalars.allSatisfy {
            (48...57).contains($0.value) || "+ -.()".unicodeScalars.contains($0)
        }
        guard allowed, (6...15).contains(digits.count) else {
            reader.report("phone", .malformed, "give 6 to 15 digits, with + in front of a country code")
            return nil
        }
        return text
    }

    private static func documents(_ parent: FieldReader, _ rules: PopulationRules) -> [Document] {
        var seen: Set<[String]> = []
        return parent.objects("documents", required: false, most: 10).compactMap { reader in
            let type = reader.text("type", longest: 64)
            let number = reader.text("number", longest: 40)
            guard let type, let number else { return nil }
            guard let known = rules.documentType(type) else {
                let list = rules.documentTypes.map(\.code).joined(separator: ", ")
                reader.report("type", .notOnList, "give one of: \(list)")
                return nil
            }
            let document = Document(type: type, number: number)
            guard known.lengths.contains(document.normalisedNumber.count) else {
                reader.report(
                    "number", .malformed,
                    "give \(known.lengths.lowerBound) to \(known.lengths.upperBound) letters and digits")
                return nil
            }
            guard seen.insert([type, document.normalisedNumber]).inserted else {
                reader.report("number", .repeated, "this document is given twice")
                return nil
            }
            return document
        }
    }

    private static func witnesses(_ parent: FieldReader, _ rules: PopulationRules) -> [String] {
        var seen: Set<String> = []
        return parent.objects("witnesses", required: false, most: rules.witnesses).compactMap { reader in
            guard let text = reader.text("civilNumber", longest: 40) else { return nil }
            switch rules.civilNumber.check(text) {
            case .malformed(let fault):
                reader.report("civilNumber", .malformed, fault.message)
                return nil
            case .wellFormed(let number):
                guard seen.insert(number.digits).inserted else {
                    reader.report("civilNumber", .repeated, "the witnesses must be different persons")
                    return nil
                }
                return number.digits
            }
        }
    }
}
