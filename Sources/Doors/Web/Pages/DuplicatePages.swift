import Hummingbird
import Installation
import PopulationRegister
import RecordStore
import StrictJSON

/// The application and each file that may be of the same person, field by field.
struct DuplicatesPage: Sendable {
    struct Row: Sendable {
        let label: String
        let one: [LetterDifferences.Part]
        let other: [LetterDifferences.Part]
        let direction: String?
        let finding: String
        let differs: Bool
    }

    struct Pair: Sendable {
        let number: Int
        let state: String
        let outcome: String
        let words: CandidateWords
        let rows: [Row]
        let opinions: OpinionForm
    }

    let action: String
    let back: String
    let shortID: String
    let state: String
    let pairs: [Pair]
    let isEmpty: Bool
    let isOwn: Bool
    let problem: String?
    let problemTarget: String
}

extension WebDoor {
    @Sendable func compareDuplicates(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        return try await duplicatesPage(context, try identifier(context))
    }

    @Sendable func decideDuplicate(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let id = try identifier(context)
        let form = try await form(request)
        try confirm(form, context)
        guard let opinion = form["opinion"].flatMap(DuplicateOpinion.init) else {
            return try await duplicatesPage(context, id, form: form, problem: "duplicates.choose", target: "opinion")
        }
        do {
            let decision = try await installation.population.decideDuplicate(
                id, candidate: form["candidate"] ?? "", opinion, reason: form.typed("reason") ?? "",
                access: access(context, .adjudication), idempotencyKey: try formKey(request, form))
            let isSettled = decision.outcome != .open
            return .redirect(to: (isSettled ? Route.reviewApplication : Route.reviewDuplicates).path(id))
        } catch PopulationError.reasonMissing {
            return try await duplicatesPage(context, id, form: form, problem: "error.reasonMissing", target: "reason")
        } catch PopulationError.alreadyDecided {
            return try await duplicatesPage(context, id, form: form, problem: "error.alreadyDecided", target: "pair")
        }
    }

    private func duplicatesPage(
        _ context: WebContext, _ id: String, form: FormBody? = nil, problem: String? = nil, target: String = ""
    ) async throws -> Response {
        let texts = text(context.language)
        let found = try await installation.population.compareDuplicates(of: id, access: access(context, .adjudication))
        let isOwn = found.application.isEntered(by: context.visitor.actor)
        let pairs = found.pairs.enumerated().map { index, entry in
            duplicatePair(index + 1, entry, found.application, context, isOwn: isOwn, form: form)
        }
        let chosen = pairs.first { $0.opinions.file == form?["candidate"] }?.number ?? 1
        let model = DuplicatesPage(
            action: Route.reviewDuplicates.path(id), back: Route.reviewApplication.path(id),
            shortID: String(id.suffix(6)), state: texts.text("state.\(found.application.state.rawValue)"),
            pairs: pairs, isEmpty: pairs.isEmpty, isOwn: isOwn && !pairs.isEmpty,
            problem: problem.map { texts.text($0) }, problemTarget: "\(target)-\(chosen)")
        return page(
            .duplicates, model, context, title: "duplicates.title", status: problem == nil ? .ok : .unprocessableContent
        )
    }

    private func duplicatePair(
        _ number: Int, _ entry: (pair: DuplicatePair, other: ApplicationContent, state: ApplicationState),
        _ application: ApplicationView, _ context: WebContext, isOwn: Bool, form: FormBody?
    ) -> DuplicatesPage.Pair {
        let texts = text(context.language)
        let (pair, file) = (entry.pair, entry.pair.candidate.file)
        return DuplicatesPage.Pair(
            number: number, state: texts.text("state.\(entry.state.rawValue)"),
            outcome: texts.text("duplicateOutcome.\(pair.outcome.rawValue)"),
            words: CandidateWords(pair.candidate, texts), rows: rows(application.content, entry.other, texts),
            opinions: opinionForm(
                number, on: file, pair.votes, isOpen: pair.isWaiting, isOwn: isOwn, form, context))
    }

    /// Every field that one of the two has, in the order of the form, with the letters that differ.
    private func rows(
        _ one: ApplicationContent, _ other: ApplicationContent, _ texts: TextCatalogue
    ) -> [DuplicatesPage.Row] {
        let (mine, theirs) = (one.document, other.document)
        return ApplicationForm.sections(installation.jurisdiction, texts).flatMap { section in
            section.fields.compactMap { field -> DuplicatesPage.Row? in
                let (a, b) = (field.words(mine, texts, places), field.words(theirs, texts, places))
                guard a != nil || b != nil else { return nil }
                let letters = LetterDifferences(a ?? "", b ?? "")
                let finding = a == b ? "same" : a == nil || b == nil ? "oneSided" : "differs"
                let isName = field.name.hasPrefix("names.")
                return DuplicatesPage.Row(
                    label: isName ? "\(section.legend)\(texts.text("duplicates.within"))\(field.label)" : field.label,
                    one: letters.one, other: letters.other, direction: field.direction,
                    finding: texts.text("comparison.\(finding)"), differs: finding == "differs")
            }
        }
    }
}

extension ApplicationView {
    /// Whether somebody drafted, corrected or submitted it.
    func isEntered(by actor: Actor) -> Bool {
        events.contains { [.draft, .correct, .submit].contains($0.act) && $0.actor == actor }
    }
}
