import Hummingbird
import Installation
import PopulationRegister
import RecordStore
import StrictJSON

struct QueuePage: Sendable {
    struct Row: Sendable {
        let id: String
        let address: String
        let state: String
        /// How many files wait to be compared with it; nil for none.
        let open: String?
        let changedAt: String
    }

    let rows: [Row]
    let isEmpty: Bool
}

struct ReviewPage: Sendable {
    struct Event: Sendable {
        let act: String
        let at: String
        let actor: String
        let reason: String?
    }

    struct Decision: Sendable {
        let id: String
        let code: String
        let label: String
        let isChosen: Bool
    }

    let action: String
    /// What leads to the comparison, where there are candidates.
    let candidates: String?
    let compare: String
    /// Where the search for fingers stands.
    let prints: String?
    /// What leads to the prints of both files, where there are cases.
    let cases: String?
    let comparePrints: String
    let shortID: String
    let state: String
    let civilNumber: String?
    let sections: [CheckPage.Section]
    let events: [Event]
    let decisions: [Decision]
    let mayDecide: Bool
    let isOwn: Bool
    let reason: String
    let problem: String?
    let problemTarget: String
    let queue: String
}

extension WebDoor {
    @Sendable func reviewQueue(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.listApplications, context)
        let texts = text(context.language)
        var waiting: [QueuedApplication] = []
        for state in [ApplicationState.submitted, .inVerification] {
            waiting += try await installation.population.queue(state, limit: 100)
        }
        var open = try await installation.population.applicationsWithOpenPairs()
        open.merge(try await installation.population.filesWithOpenCases(), uniquingKeysWith: +)
        let rows = waiting.sorted { ($0.changedAt, $0.id) < ($1.changedAt, $1.id) }.map {
            QueuePage.Row(
                id: String($0.id.suffix(6)), address: Route.reviewApplication.path($0.id),
                state: texts.text("state.\($0.state.rawValue)"),
                open: open[$0.id].map { texts.text("duplicates.open", ["count": String($0)]) },
                changedAt: installation.jurisdiction.momentText($0.changedAt))
        }
        let model = QueuePage(rows: rows, isEmpty: rows.isEmpty)
        return page(.queue, model, context, title: "queue.title", returnTo: .review)
    }

    @Sendable func reviewApplication(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        return try await reviewPage(context, try identifier(context))
    }

    @Sendable func decideApplication(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let id = try identifier(context)
        let form = try await form(request)
        try confirm(form, context)
        guard let decision = ReviewDecision(form["decision"], reason: form.typed("reason") ?? "") else {
            return try await reviewPage(context, id, form: form, problem: "review.choose", target: "decision-accept")
        }
        do {
            _ = try await installation.population.review(
                id, decision, access: access(context, .adjudication), idempotencyKey: try formKey(request, form))
            return .redirect(to: Route.reviewApplication.path(id))
        } catch PopulationError.reasonMissing {
            return try await reviewPage(context, id, form: form, problem: "error.reasonMissing", target: "reason")
        } catch PopulationError.duplicatesOpen {
            return try await reviewPage(
                context, id, form: form, problem: "error.duplicatesOpen", target: "decision-accept")
        } catch PopulationError.printsOpen {
            return try await reviewPage(
                context, id, form: form, problem: "error.printsOpen", target: "decision-accept")
        } catch PopulationError.printsMissing {
            return try await reviewPage(
                context, id, form: form, problem: "error.printsMissing", target: "decision-accept")
        }
    }

    private func reviewPage(
        _ context: WebContext, _ id: String, form: FormBody? = nil, problem: String? = nil, target: String = ""
    ) async throws -> Response {
        let texts = text(context.language)
        let application = try await installation.population.application(id, access: access(context, .adjudication))
        let pairs = try await installation.population.duplicatePairs(of: id, access: access(context, .adjudication))
        let cases = try await installation.population.identityCases(of: id, access: access(context, .adjudication))
        let sheet = try await installation.population.fingerSheet(of: id, access: access(context, .adjudication))
        let standing = fingersText(sheet, texts)
        let isOwn = application.isEntered(by: context.visitor.actor)
        let isOpen = application.state == .submitted || application.state == .inVerification
        let sections = ApplicationForm.sections(installation.jurisdiction, texts)
        let model = ReviewPage(
            action: Route.reviewApplication.path(id),
            candidates: pairs.isEmpty
                ? nil : texts.text("duplicates.compare", ["count": String(pairs.count)]),
            compare: Route.reviewDuplicates.path(id), prints: standing,
            cases: cases.isEmpty ? nil : texts.text("prints.compare", ["count": String(cases.count)]),
            comparePrints: Route.reviewPrints.path(id), shortID: String(id.suffix(6)),
            state: texts.text("state.\(application.state.rawValue)"), civilNumber: application.civilNumber,
            sections: sections.rows(application.content.document, texts, places),
            events: application.events.map {
                ReviewPage.Event(
                    act: texts.text("applicationAct.\($0.act.rawValue)"),
                    at: installation.jurisdiction.momentText($0.at), actor: actorText($0.actor, texts),
                    reason: $0.reason)
            },
            decisions: ReviewDecision.codes.map {
                .init(
                    id: "decision-\($0)", code: $0, label: texts.text("decision.\($0)"),
                    isChosen: form?["decision"] == $0)
            },
            mayDecide: isOpen && !isOwn, isOwn: isOpen && isOwn, reason: form?["reason"] ?? "",
            problem: problem.map { texts.text($0) }, problemTarget: target, queue: Route.review.path())
        return page(
            .review, model, context, title: "review.title", status: problem == nil ? .ok : .unprocessableContent)
    }

    /// The kind of actor and the end of the identifier: enough to ask about, not a name.
    func actorText(_ actor: Actor, _ texts: TextCatalogue) -> String {
        texts.text("actor.\(actor.kind.rawValue)", ["id": String(actor.id.suffix(6))])
    }
}

extension ReviewDecision {
    static let codes = ["accept", "askCorrection", "refuse"]

    /// Nil for a decision that is none.
    init?(_ code: String?, reason: String) {
        switch code {
        case "accept": self = .accept
        case "askCorrection": self = .askCorrection(reason: reason)
        case "refuse": self = .refuse(reason: reason)
        default: return nil
        }
    }
}
