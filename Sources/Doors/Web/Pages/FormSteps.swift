import Hummingbird
import Installation
import PopulationRegister
import RecordStore
import StrictJSON

extension WebDoor {
    var numberFaults: NumberFaults {
        NumberFaults(
            civil: installation.jurisdiction.population.civilNumber,
            household: installation.jurisdiction.householdNumbers)
    }

    /// What the form is about: the answers checked before, which travel as JSON, or what was typed.
    func formDocument(_ form: FormBody, typed: () -> JSONValue) throws -> JSONValue {
        guard let text = form["document"] else { return typed() }
        return try JSONValue(parsing: text)
    }

    /// Hidden in the page "check your answers": the answers, and a key that makes a second sending harmless.
    func checkFields(_ document: JSONValue) -> [HiddenField] {
        [
            HiddenField(name: "document", value: document.serialized()),
            HiddenField(name: "key", value: installation.surroundings.newIdentifier()),
        ]
    }

    /// True when the form was sent to see it in another language; the choice is kept.
    func changeLanguage(_ form: FormBody, _ context: inout WebContext) -> Bool {
        guard let code = form["language"], texts[code] != nil else { return false }
        context.language = code
        context.notes.set(languageCookie(code))
        return true
    }
}
