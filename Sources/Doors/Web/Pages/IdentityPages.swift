import Agency
import Hummingbird
import Installation
import PopulationRegister
import RecordStore

/// The prints of two files side by side, with what reviewers hold of them.
struct PrintsPage: Sendable {
    struct Finger: Sendable {
        let label: String
        let score: String
        /// Vector graphics of the program's own making.
        let drawing: String
    }

    struct Case: Sendable {
        let number: Int
        let shortID: String
        let kind: String
        let state: String
        let outcome: String
        let fingers: [Finger]
        let hasNoFingers: Bool
        let opinions: OpinionForm
    }

    let action: String
    let back: String
    let shortID: String
    let state: String
    let cases: [Case]
    let isEmpty: Bool
    let isOwn: Bool
    /// Whether the file is joined to another and reviewers may ask that it be parted.
    let mayPart: Bool
    let problem: String?
    let problemTarget: String
}

struct JoiningPage: Sendable {
    let action: String
    let number: String
    let kept: String
    let reason: String
    let problem: String?
}

extension WebDoor {
    @Sendable func comparePrints(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        return try await printsPage(context, try identifier(context))
    }

    @Sendable func decidePrints(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let id = try identifier(context)
        let form = try await form(request)
        try confirm(form, context)
        let (access, reason) = (access(context, .adjudication), form.typed("reason") ?? "")
        do {
            if form["act"] == "part" {
                _ = try await installation.population.askUnmerge(
                    of: id, reason: reason, access: access, idempotencyKey: try formKey(request, form))
                return .redirect(to: Route.reviewPrints.path(id))
            }
            guard let opinion = form["opinion"].flatMap(DuplicateOpinion.init) else {
                return try await printsPage(context, id, form: form, problem: "duplicates.choose", target: "opinion")
            }
            let decision = try await installation.population.decideIdentity(
                id, candidate: form["candidate"] ?? "", opinion, reason: reason, access: access,
                idempotencyKey: try formKey(request, form))
            return .redirect(to: (decision.outcome == .open ? Route.reviewPrints : .reviewApplication).path(id))
        } catch let error as PopulationError where error != .noSuchApplication && error != .noSuchCandidate {
            return try await printsPage(
                context, id, form: form, problem: "error.\(WebError(error).code.rawValue)",
                target: error == .reasonMissing ? "reason" : "case")
        }
    }

    private func printsPage(
        _ context: WebContext, _ id: String, form: FormBody? = nil, problem: String? = nil, target: String = ""
    ) async throws -> Response {
        let texts = text(context.language)
        let found = try await installation.population.comparePrints(of: id, access: access(context, .adjudication))
        let isOwn = found.application.isEntered(by: context.visitor.actor)
        let cases = found.comparisons.enumerated().map { index, entry in
            identityCase(index + 1, entry, context, isOwn: isOwn, form: form)
        }
        let isJoined = [.duplicate, .merged].contains(found.application.state)
        let chosen = cases.last { $0.opinions.file == form?["candidate"] }?.number
        let model = PrintsPage(
            action: Route.reviewPrints.path(id), back: Route.reviewApplication.path(id),
            shortID: String(id.suffix(6)), state: texts.text("state.\(found.application.state.rawValue)"),
            cases: cases, isEmpty: cases.isEmpty, isOwn: isOwn && found.comparisons.contains { $0.entry.isOpen },
            mayPart: isJoined && !isOwn && !found.comparisons.contains { $0.entry.isOpen },
            problem: problem.map { texts.text($0) }, problemTarget: chosen.map { "\(target)-\($0)" } ?? "reason-part")
        return page(
            .prints, model, context, title: "prints.title", status: problem == nil ? .ok : .unprocessableContent)
    }

    private func identityCase(
        _ number: Int, _ comparison: IdentityComparison, _ context: WebContext, isOwn: Bool, form: FormBody?
    ) -> PrintsPage.Case {
        let (texts, entry) = (text(context.language), comparison.entry)
        return PrintsPage.Case(
            number: number, shortID: String(entry.candidate.suffix(6)),
            kind: texts.text("identityCase.\(entry.kind.rawValue)"),
            state: texts.text("state.\(comparison.state.rawValue)"),
            outcome: texts.text("duplicateOutcome.\(entry.outcome.rawValue)"),
            fingers: comparison.fingers.map {
                PrintsPage.Finger(
                    label: fingerLabel($0.position, texts),
                    score: texts.text(
                        "prints.score", ["score": String($0.score), "count": String($0.agreeing)]), drawing: $0.drawing)
            }, hasNoFingers: comparison.fingers.isEmpty,
            opinions: opinionForm(
                number, on: entry.candidate, entry.votes, isOpen: entry.isOpen, isOwn: isOwn, form, context))
    }

    // MARK: Two numbers of one person

    @Sendable func askJoining(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        return joiningPage(context)
    }

    @Sendable func join(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let form = try await form(request)
        try confirm(form, context)
        do {
            let decision = try await installation.population.askMerge(
                of: form.typed("civilNumber") ?? "", into: form.typed("into") ?? "", reason: form.typed("reason") ?? "",
                access: access(context, .adjudication), idempotencyKey: try formKey(request, form))
            return .redirect(to: Route.reviewPrints.path(decision.file))
        } catch let error as PopulationError {
            let refusal = WebError(error)
            return joiningPage(context, form: form, problem: "error.\(refusal.code.rawValue)")
        }
    }

    private func joiningPage(_ context: WebContext, form: FormBody? = nil, problem: String? = nil) -> Response {
        let texts = text(context.language)
        let model = JoiningPage(
            action: Route.joining.path(), number: form?["civilNumber"] ?? "", kept: form?["into"] ?? "",
            reason: form?["reason"] ?? "", problem: problem.map { texts.text($0) })
        return page(
            .joining, model, context, title: "joining.title", status: problem == nil ? .ok : .unprocessableContent,
            returnTo: .joining)
    }
}
