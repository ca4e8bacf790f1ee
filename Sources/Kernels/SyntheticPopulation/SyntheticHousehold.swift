public import Quantities
public import StrictJSON

/// An invented household: its declaration and its members.
public struct SyntheticHousehold: Hashable, Sendable {
    /// The facts as a household declares them: one object, its members in `members` under the refs of `persons`.
    public let facts: JSONValue
    /// In the order of the facts' members, the head first.
    public let persons: [SyntheticPerson]
    /// What one person spends in a year, in the currency's main unit: the truth behind the facts, for checking a score.
    public let spendingPerPerson: Double
}

/// An invented person, as an applicant for a number states it.
public struct SyntheticPerson: Hashable, Sendable {
    public struct Place: Hashable, Sendable {
        /// ISO 3166-1 alpha-2.
        public let country: String
        /// A census code, where the place is in the country.
        public let commune: String?
        /// The place in words, where it has no code.
        public let text: String?
    }

    public struct Document: Hashable, Sendable {
        public let type: String
        public let number: String
    }

    /// The ref of the member in the household's facts.
    public let ref: String
    public let givenLatin: String
    public let givenArabic: String
    public let familyLatin: String
    public let familyArabic: String
    /// `female` or `male`.
    public let sex: String
    /// 1 January where only the year is known.
    public let birthDate: CivilDate
    public let birthYearOnly: Bool
    public let birthPlace: Place
    /// ISO 3166-1 alpha-2.
    public let nationality: String
    public let residenceCommune: String
    /// Nil for a household without an address.
    public let address: String?
    public let phone: String?
    public let document: Document

    /// The person as an application: names, sex, birth, birthPlace, nationality, residence, phone, documents.
    public var application: JSONValue {
        func name(_ given: String, _ family: String) -> JSONObject {
            var name = JSONObject()
            name.add("given", given)
            name.add("family", family)
            return name
        }
        var names = JSONObject()
        names.add("arabic", name(givenArabic, familyArabic))
        names.add("latin", name(givenLatin, familyLatin))
        var birth = JSONObject()
        birth.add("date", birthYearOnly ? String(birthDate.description.prefix(4)) : birthDate.description)
        birth.add("precision", birthYearOnly ? "year" : "day")
        var place = JSONObject()
        place.add("country", birthPlace.country)
        place.add("commune", ifAny: birthPlace.commune)
        place.add("text", ifAny: birthPlace.text)
        var residence = JSONObject()
        residence.add("commune", residenceCommune)
        residence.add("address", ifAny: address)
        var paper = JSONObject()
        paper.add("type", document.type)
        paper.add("number", document.number)
        var application = JSONObject()
        application.add("names", names)
        application.add("sex", sex)
        application.add("birth", birth)
        application.add("birthPlace", place)
        application.add("nationality", nationality)
        application.add("residence", residence)
        application.add("phone", ifAny: phone)
        application.add("documents", [.object(paper)])
        return .object(application)
    }
}
