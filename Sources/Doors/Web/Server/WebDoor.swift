import Hummingbird
import Installation
import PopulationRegister
import Quantities
import RecordStore

/// What every handler has at hand.
struct WebDoor: Sendable {
    let installation: Installation
    let configuration: WebConfiguration
    let state: ServerState
    let texts: [String: TextCatalogue]
    let templates: Templates
    let signInThrottle: Throttle
    let codeThrottle: Throttle
    let places: PlaceFinder
    let householdForm: HouseholdFormRules

    init(
        installation: Installation, configuration: WebConfiguration, state: ServerState = ServerState()
    ) throws {
        self.state = state
        self.installation = installation
        self.configuration = configuration
        let folder = installation.jurisdiction.folder
        texts = try TextCatalogue.load(languages: installation.jurisdiction.languages, folder: folder)
        templates = try Templates()
        signInThrottle = Throttle(
            attempts: configuration.signInAttempts, windowSeconds: configuration.signInWindowSeconds)
        codeThrottle = Throttle(
            attempts: configuration.signInAttempts, windowSeconds: configuration.signInWindowSeconds)
        places = PlaceFinder(installation.jurisdiction)
        householdForm = try HouseholdFormRules(folder: folder)
    }

    var defaultLanguage: String { installation.jurisdiction.languages.first ?? "" }

    func text(_ language: String) -> TextCatalogue { texts[language] ?? texts[defaultLanguage] ?? .empty }

    /// Throws `WebError` (401 for nobody, 403 for the wrong person).
    func confirm(_ action: Action, _ context: WebContext) throws(WebError) {
        if Policy.allows(context.visitor, action) { return }
        if context.visitor == .anonymous {
            throw WebError(context.isSessionLost ? .sessionExpired : .signInNeeded)
        }
        throw WebError(.forbidden)
    }

    /// In whose name a register is asked.
    func access(_ context: WebContext, _ purpose: Purpose) -> Access {
        let basis: LegalBasis = if case .resident = context.visitor { .dataSubjectRequest } else { .publicTask }
        return Access(actor: context.visitor.actor, purpose: purpose, legalBasis: basis)
    }

    /// The identifier in a path; anything that this program did not make is not found.
    func identifier(_ context: WebContext) throws(WebError) -> String {
        let text = context.parameters.get("id") ?? ""
        let bytes = Array(text.utf8)
        let isUUID =
            bytes.count == 36
            && bytes.enumerated().allSatisfy { place, byte in
                [8, 13, 18, 23].contains(place)
                    ? byte == UInt8(ascii: "-")
                    : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
        guard isUUID else { throw WebError(.noSuchApplication) }
        return text
    }
}
