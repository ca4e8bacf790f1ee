import Agency
import Hummingbird
import Installation
import PopulationRegister
import RecordStore

struct SignInPage: Sendable {
    let action: String
    let name: String
    let problem: String?
}

struct StaffPage: Sendable {
    struct Task: Sendable {
        let id: String
        let address: String
        let changedAt: String
    }

    struct Count: Sendable {
        let label: String
        let count: String
    }

    let isAgent: Bool
    let isReviewer: Bool
    let newApplication: String
    let newHousehold: String
    let review: String
    let waiting: String
    let counts: [Count]
    let corrections: [Task]
}

extension WebDoor {
    @Sendable func askStaffSignIn(_ request: Request, _ context: WebContext) async throws -> Response {
        signInPage(context, name: "", problem: context.isSessionLost ? .sessionExpired : nil)
    }

    @Sendable func staffSignIn(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await form(request)
        try confirm(form, context)
        let name = String((form.typed("name") ?? "").prefix(200))
        do {
            let opened = try await openStaffSession(
                name: name, password: form["password"] ?? "", try formKey(request, form))
            try await leave(context)
            context.notes.set(cookie(Sessions.sessionCookie, opened, seconds: configuration.staffSessionSeconds))
            return .redirect(to: Route.staff.path())
        } catch let error as WebError where error.code == .wrongCredentials || error.code == .tooManyAttempts {
            return signInPage(context, name: name, problem: error.code)
        }
    }

    /// Returns the session's secret. Throws `WebError` (`wrongCredentials`, `tooManyAttempts`).
    func openStaffSession(name: String, password: String, _ key: IdempotencyKey?) async throws -> String {
        let throttled = name.lowercased().filter { !$0.isWhitespace }
        try signInThrottle.count("staff \(throttled)", now: installation.surroundings.now)
        do {
            let opened = try await installation.agency.signIn(
                name: name, password: password, lifetimeSeconds: configuration.staffSessionSeconds,
                idempotencyKey: key)
            signInThrottle.forget("staff \(throttled)")
            return opened.secret
        } catch AgencyError.wrongCredentials {
            throw WebError(.wrongCredentials)
        }
    }

    private func signInPage(_ context: WebContext, name: String, problem: ErrorCode?) -> Response {
        let texts = text(context.language)
        let model = SignInPage(
            action: Route.staffSignIn.path(), name: name,
            problem: problem.map { texts.text("error.\($0.rawValue)") })
        return page(
            .signIn, model, context, title: "signIn.title", status: problem?.status ?? .ok, returnTo: .staffSignIn)
    }

    @Sendable func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await form(request)
        try confirm(form, context)
        try await leave(context)
        context.notes.set(cookie(Sessions.sessionCookie, "", seconds: 0))
        return .redirect(to: Route.home.path())
    }

    /// Closes the session that the browser had, so that a new one never continues it.
    func leave(_ context: WebContext) async throws {
        if let secret = context.sessionSecret { try await installation.agency.closeSession(secret) }
    }

    @Sendable func staffHome(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.seeStaffHome, context)
        let texts = text(context.language)
        let isAgent = context.visitor.has(.agent)
        let counts = try await installation.population.countByState()
        let corrections = isAgent ? try await installation.population.queue(.correctionAsked, limit: 20) : []
        let waiting = (counts[.submitted] ?? 0) + (counts[.inVerification] ?? 0)
        let model = StaffPage(
            isAgent: isAgent, isReviewer: context.visitor.has(.reviewer),
            newApplication: Route.newApplication.path(), newHousehold: Route.newHousehold.path(),
            review: Route.review.path(), waiting: texts.text("staff.waiting", ["count": String(waiting)]),
            counts: ApplicationState.allCases.compactMap { state in
                counts[state].map { StaffPage.Count(label: texts.text("state.\(state.rawValue)"), count: String($0)) }
            },
            corrections: corrections.map {
                StaffPage.Task(
                    id: String($0.id.suffix(6)), address: Route.correctApplication.path($0.id),
                    changedAt: installation.jurisdiction.momentText($0.changedAt))
            })
        return page(.staff, model, context, title: "staff.title", returnTo: .staff)
    }
}
