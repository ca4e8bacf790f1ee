import Quantities

extension SyntheticPopulation {
    /// Names, places, papers and phones of the members; `phones` says how many there are to go round.
    func identify(_ draft: HouseholdDraft, phones: Int64) -> [SyntheticPerson] {
        var stream = draft.stream(.identity)
        let foreign = stream.chance(parameter("foreigners", draft))
        let group = foreign ? tables.origins.draw(&stream) : group(draft, &stream)
        let address = address(draft, &stream)
        let headFamily = family(group, &stream)
        // The children of a woman at the head bear their father's name.
        let childFamily = draft.members[0].isMale ? headFamily : family(group, &stream)
        var given: Set<String> = []
        var phonesLeft = phones
        return draft.members.enumerated().map { index, member in
            var name = self.given(isMale: member.isMale, group, foreign: foreign, draft, &stream)
            // Brothers and sisters do not share a name; a few draws are enough, and the last is kept.
            for _ in 0..<8 where given.contains(name.latin) {
                name = self.given(isMale: member.isMale, group, foreign: foreign, draft, &stream)
            }
            given.insert(name.latin)
            let family =
                switch member.relationship {
                case .head, .sibling: headFamily
                case .child: childFamily
                case .parent: member.isMale ? headFamily : self.family(group, &stream)
                case .spouse, .other: self.family(group, &stream)
                }
            let hasPhone = member.age >= 18 && phonesLeft > 0
            if hasPhone { phonesLeft -= 1 }
            return SyntheticPerson(
                ref: "M\(index + 1)", givenLatin: name.latin, givenArabic: name.arabic, familyLatin: family.latin,
                familyArabic: family.arabic, sex: member.sex, birthDate: member.birthDate,
                birthYearOnly: member.yearOnly, birthPlace: birthPlace(member, group, foreign, draft, &stream),
                nationality: foreign ? group : setting("country"), residenceCommune: census.communes[draft.row],
                address: address,
                phone: hasPhone ? filled(setting("phone"), with: stream.next(), year: 0) : nil,
                document: document(of: member, index: index, foreign: foreign, draft))
        }
    }

    private func setting(_ key: String) -> String {
        guard let value = tables.settings[key] else { preconditionFailure("\(key) is not among the needed settings") }
        return value
    }

    /// A local language's group by the share of its speakers in the commune, else the common one.
    private func group(_ draft: HouseholdDraft, _ stream: inout RandomStream) -> String {
        let local = tables.languages.map { census.share($0, draft.row) * parameter("localNames", draft) }
        let common = max(0, 1 - local.reduce(0, +))
        return (tables.languages + ["common"])[stream.index(local + [common])]
    }

    private func name(_ kind: String, _ group: String, _ stream: inout RandomStream) -> DemonstrationTables.Name {
        guard let names = tables.names[kind]?[group] ?? tables.names[kind]?["common"] else {
            preconditionFailure("every kind has common names")
        }
        return names[stream.index(names.map(\.weight))]
    }

    private func family(_ group: String, _ stream: inout RandomStream) -> DemonstrationTables.Name {
        name("family", group, &stream)
    }

    private func given(
        isMale: Bool, _ group: String, foreign: Bool, _ draft: HouseholdDraft, _ stream: inout RandomStream
    ) -> DemonstrationTables.Name {
        let own = foreign || stream.chance(parameter("localGivenNames", draft))
        return name(isMale ? "male" : "female", own ? group : "common", &stream)
    }

    private func address(_ draft: HouseholdDraft, _ stream: inout RandomStream) -> String? {
        if stream.chance(parameter("noAddress", draft)) { return nil }
        let form = tables.addressForms[draft.milieu].draw(&stream)
        let name = tables.addressNames[draft.milieu].draw(&stream)
        var address = ""
        for character in form {
            switch character {
            case "*": address += name
            case "#": address += String(1 + stream.below(180))
            default: address.append(character)
            }
        }
        return address
    }

    private func birthPlace(
        _ member: MemberDraft, _ group: String, _ foreign: Bool, _ draft: HouseholdDraft, _ stream: inout RandomStream
    ) -> SyntheticPerson.Place {
        if foreign, member.age >= 10 {
            return SyntheticPerson.Place(country: group, commune: nil, text: tables.originPlaces[group] ?? group)
        }
        let elsewhere = member.age >= 18 && stream.chance(parameter("bornElsewhere", draft))
        let row = elsewhere ? census.row(at: stream.unit()) : draft.row
        return SyntheticPerson.Place(country: setting("country"), commune: census.communes[row], text: nil)
    }

    private func document(
        of member: MemberDraft, index: Int, foreign: Bool, _ draft: HouseholdDraft
    ) -> SyntheticPerson.Document {
        let type = member.age < 18 ? "birthRecord" : foreign ? "residenceTitle" : "nationalCard"
        // 16 places a household, so that no two persons of one seed share a serial.
        let serial = draft.index &* 16 &+ UInt64(index) &+ RandomStream.mixed(draft.seed) % 1_000_000
        return SyntheticPerson.Document(
            type: type, number: filled(setting(type), scattering: serial, year: member.birthDate.year))
    }

    /// Fills a form with a serial's place in a permutation of all the form's numbers: neighbours look unrelated, and no
    /// two serials below the form's capacity give the same number.
    private func filled(_ form: String, scattering serial: UInt64, year: Int) -> String {
        let capacity = form.reduce(UInt64(1)) { $1 == "#" ? $0 * 10 : $1 == "@" ? $0 * 26 : $0 }
        // A prime that divides no product of tens and twenty-sixes.
        let product = (serial % capacity).multipliedFullWidth(by: 1_000_003)
        return filled(form, with: capacity.dividingFullWidth(product).remainder, year: year)
    }

    /// `#` becomes a digit, `@` a letter, `Y` the year; everything else stands.
    private func filled(_ form: String, with value: UInt64, year: Int) -> String {
        var rest = value
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        var text = ""
        for character in form {
            switch character {
            case "#":
                text += String(rest % 10)
                rest /= 10
            case "@":
                text.append(letters[Int(rest % 26)])
                rest /= 26
            case "Y": text += String(year)
            default: text.append(character)
            }
        }
        return text
    }
}
