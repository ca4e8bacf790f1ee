import Agency
import CivilNumber
import Hummingbird
import Installation
import Outreach
import PopulationRegister
import Quantities
import RecordStore
import SocialRegister

struct ResidentSignInPage: Sendable {
    let action: String
    let number: String
    let problem: String?
}

struct ResidentCodePage: Sendable {
    let action: String
    let number: String
    let wasSent: Bool
    let problem: String?
    let again: String
}

struct ResidentPage: Sendable {
    struct Household: Sendable {
        let number: String
        let declaredAt: String
        let assessment: AssessmentWords
        let earlier: [Earlier]
    }

    struct Earlier: Sendable {
        let number: String
        let declaredAt: String
        let score: String
    }

    let name: String
    let civilNumber: String
    let household: Household?
    let accesses: [AccessRow]
}

extension WebDoor {
    @Sendable func askResidentSignIn(_ request: Request, _ context: WebContext) async throws -> Response {
        residentSignInPage(context, number: "", problem: nil)
    }

    @Sendable func sendResidentCode(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await form(request)
        try confirm(form, context)
        let number = String((form.typed("civilNumber") ?? "").prefix(40))
        do {
            try await sendCode(number, try formKey(request, form))
            return codePage(context, number: number, wasSent: true, problem: nil)
        } catch let refusal as WebError {
            let texts = text(context.language)
            let message = refusal.problems.first?.message(texts) ?? texts.text("error.\(refusal.code.rawValue)")
            return residentSignInPage(context, number: number, problem: message, status: refusal.code.status)
        }
    }

    /// Sends a code to whoever has the number; the answer is the same where nobody has it.
    ///
    /// Throws `WebError` (`malformedNumber`, `tooManyAttempts`).
    func sendCode(_ number: String, _ key: IdempotencyKey?) async throws {
        switch installation.population.rules.civilNumber.check(number) {
        case .malformed(let fault): throw WebError(fault, path: "civilNumber")
        case .wellFormed(let parsed): try codeThrottle.count(parsed.digits, now: installation.surroundings.now)
        }
        try await installation.population.sendOneTimeCode(number: number, idempotencyKey: key) { transaction, code in
            try Outreach.write(
                OutgoingMessage(kind: .oneTimeCode, phone: code.phone, values: ["code": code.code]), to: code.personID,
                in: transaction)
        }
    }

    private func residentSignInPage(
        _ context: WebContext, number: String, problem: String?, status: HTTPResponse.Status = .ok
    ) -> Response {
        let model = ResidentSignInPage(action: Route.residentSignIn.path(), number: number, problem: problem)
        return page(
            .residentSignIn, model, context, title: "residentSignIn.title", status: status, returnTo: .residentSignIn)
    }

    @Sendable func askResidentCode(_ request: Request, _ context: WebContext) async throws -> Response {
        codePage(context, number: "", wasSent: false, problem: nil)
    }

    @Sendable func residentSignIn(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await form(request)
        try confirm(form, context)
        let number = String((form.typed("civilNumber") ?? "").prefix(40))
        do {
            let secret = try await openResidentSession(
                number: number, code: form.typed("code") ?? "", try formKey(request, form))
            try await leave(context)
            context.notes.set(cookie(Sessions.sessionCookie, secret, seconds: configuration.residentSessionSeconds))
            return .redirect(to: Route.resident.path())
        } catch let refusal as WebError {
            let texts = text(context.language)
            let message = refusal.problems.first?.message(texts) ?? texts.text("error.\(refusal.code.rawValue)")
            return codePage(context, number: number, wasSent: false, problem: message, status: refusal.code.status)
        }
    }

    /// Returns the session's secret. Throws `WebError` (`malformedNumber`, `wrongCode`, `tooManyAttempts`).
    func openResidentSession(number: String, code: String, _ key: IdempotencyKey?) async throws -> String {
        if case .wellFormed(let parsed) = installation.population.rules.civilNumber.check(number) {
            try signInThrottle.count("resident \(parsed.digits)", now: installation.surroundings.now)
        }
        do {
            let personID = try await installation.population.redeemOneTimeCode(
                number: number, code: code, idempotencyKey: key)
            let opened = try await installation.agency.openSession(
                .resident(personID: personID), lifetimeSeconds: configuration.residentSessionSeconds,
                idempotencyKey: key?.part("session"))
            return opened.secret
        } catch let error as PopulationError {
            throw WebError(error)
        }
    }

    private func codePage(
        _ context: WebContext, number: String, wasSent: Bool, problem: String?, status: HTTPResponse.Status = .ok
    ) -> Response {
        let model = ResidentCodePage(
            action: Route.residentCode.path(), number: number, wasSent: wasSent, problem: problem,
            again: Route.residentSignIn.path())
        return page(
            .residentCode, model, context, title: "residentCode.title", status: status, returnTo: .residentSignIn)
    }

    @Sendable func residentHome(_ request: Request, _ context: WebContext) async throws -> Response {
        guard case .resident(let personID) = context.visitor else {
            throw WebError(
                context.visitor != .anonymous ? .forbidden : context.isSessionLost ? .sessionExpired : .signInNeeded)
        }
        try confirm(.readOwnRecord(personID: personID), context)
        let texts = text(context.language)
        let record = try await residentRecord(personID, access(context, .selfService))
        let names = record.person.content.names
        let name = texts.direction == "rtl" ? names.arabic : names.latin
        let model = ResidentPage(
            name: "\(name.given) \(name.family)", civilNumber: record.person.civilNumber,
            household: try record.household.map { try residentHousehold($0, texts) },
            accesses: accessRows(record, texts))
        return page(.resident, model, context, title: "resident.title", returnTo: .resident)
    }

    private func residentHousehold(
        _ household: HouseholdView, _ texts: TextCatalogue
    ) throws -> ResidentPage.Household {
        ResidentPage.Household(
            number: household.householdNumber, declaredAt: installation.jurisdiction.momentText(household.declaredAt),
            assessment: try AssessmentWords(household, texts, installation.jurisdiction),
            earlier: household.earlier.map {
                ResidentPage.Earlier(
                    number: String($0.declarationNumber),
                    declaredAt: installation.jurisdiction.momentText($0.declaredAt), score: texts.decimal($0.score))
            })
    }
}
