import Hummingbird
import Installation
import Outreach
import PopulationRegister
import RecordStore
import TransparencyLog

struct HomePage: Sendable {
    let residentSignIn: String
    let status: String
    let staffSignIn: String
    let log: String
    let staff: String
    let resident: String
    let isStaff: Bool
    let isResident: Bool
}

struct StatusPage: Sendable {
    let action: String
    let receipt: String
    let problem: String?
    let state: String?
    let advice: String?
}

struct LogPage: Sendable {
    let checkpoint: String?
    let verifier: String
    let address: String
}

struct OutboxPage: Sendable {
    struct Message: Sendable {
        let person: String
        let writtenAt: String
        let code: String
    }

    let messages: [Message]
    let address: String
}

extension WebDoor {
    @Sendable func home(_ request: Request, _ context: WebContext) async throws -> Response {
        var isStaff = false
        if case .staff = context.visitor { isStaff = true }
        var isResident = false
        if case .resident = context.visitor { isResident = true }
        let model = HomePage(
            residentSignIn: Route.residentSignIn.path(), status: Route.status.path(),
            staffSignIn: Route.staffSignIn.path(), log: Route.log.path(), staff: Route.staff.path(),
            resident: Route.resident.path(), isStaff: isStaff, isResident: isResident)
        return page(.home, model, context, title: "home.title")
    }

    /// Keeps the choice in a cookie and goes back to where the link stood, an address of this door without parameters.
    @Sendable func chooseLanguage(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let code = context.parameters.get("code"), texts[code] != nil else { throw WebError(.unknownLanguage) }
        context.notes.set(languageCookie(code))
        let target = request.uri.queryParameters.get("to").flatMap { Route(rawValue: $0) }
        guard let target, !target.rawValue.contains("{"), target.methods.contains(.get) else {
            return .redirect(to: Route.home.path())
        }
        return .redirect(to: target.path())
    }

    func languageCookie(_ code: String) -> Cookie {
        Cookie(
            name: LanguageChoice.cookie, value: code, maxAge: 365 * 86_400, path: "/",
            secure: configuration.isSecureCookie, httpOnly: true, sameSite: .lax)
    }

    @Sendable func style(_ request: Request, _ context: WebContext) async throws -> Response {
        .text(Templates.style, type: "text/css; charset=utf-8", isCached: true)
    }

    @Sendable func icon(_ request: Request, _ context: WebContext) async throws -> Response {
        .text(Templates.icon, type: "image/svg+xml", isCached: true)
    }

    @Sendable func askStatus(_ request: Request, _ context: WebContext) async throws -> Response {
        status(context, receipt: "", problem: nil, state: nil)
    }

    @Sendable func showStatus(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await form(request)
        try confirm(form, context)
        let receipt = String((form.typed("receipt") ?? "").prefix(40))
        do {
            let state = try await installation.population.state(ofReceipt: receipt)
            return status(context, receipt: receipt, problem: nil, state: state)
        } catch PopulationError.noSuchApplication {
            return status(context, receipt: receipt, problem: "status.unknown", state: nil)
        }
    }

    private func status(
        _ context: WebContext, receipt: String, problem: String?, state: ApplicationState?
    ) -> Response {
        let texts = text(context.language)
        let model = StatusPage(
            action: Route.status.path(), receipt: receipt, problem: problem.map { texts.text($0) },
            state: state.map { texts.text("state.\($0.rawValue)") },
            advice: state.map { texts.text("stateAdvice.\($0.rawValue)") })
        return page(
            .status, model, context, title: "status.title", status: problem == nil ? .ok : .unprocessableContent,
            returnTo: .status)
    }

    @Sendable func showLog(_ request: Request, _ context: WebContext) async throws -> Response {
        let model = LogPage(
            checkpoint: try await installation.log.latestCheckpoint(), verifier: installation.log.verifier.text,
            address: Route.apiCheckpoint.path())
        return page(.log, model, context, title: "log.title", returnTo: .log)
    }

    @Sendable func showOutbox(_ request: Request, _ context: WebContext) async throws -> Response {
        let messages = try await outboxMessages(context)
        let model = OutboxPage(messages: messages, address: Route.apiOutbox.path())
        return page(.outbox, model, context, title: "outbox.title", returnTo: .outbox)
    }

    /// Throws `WebError` (`notFound`) where real people could be concerned.
    func outboxMessages(_ context: WebContext) async throws -> [OutboxPage.Message] {
        guard Policy.allows(context.visitor, .seeOutbox(isDemonstration: installation.isDemonstration)) else {
            throw WebError(.notFound)
        }
        let access = Access(
            actor: Actor(kind: .service, id: "outbox"), purpose: .demonstration, legalBasis: .demonstration)
        return try await installation.outreach.latest(20, access: access).map {
            OutboxPage.Message(
                person: String($0.personID.suffix(6)), writtenAt: installation.jurisdiction.momentText($0.writtenAt),
                code: $0.message.values["code"] ?? "")
        }
    }
}
