import Agency
import Hummingbird
import Installation
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON

extension WebDoor {
    /// The candidates as they were found at submission; nobody's file is opened.
    @Sendable func apiDuplicates(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.readCandidates, context)
        let texts = text(context.language)
        let purpose: Purpose = context.visitor.has(.reviewer) ? .adjudication : .enrolment
        let pairs = try await installation.population.duplicatePairs(of: id, access: access(context, purpose))
        return .json(
            ["application": .string(id), "candidates": .array(pairs.map { $0.json(texts, context.visitor.actor) })],
            language: texts.language)
    }

    @Sendable func apiDecideDuplicate(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let id = try identifier(context)
        let sent = try await sentOpinion(request)
        let decision = try await installation.population.decideDuplicate(
            id, candidate: sent.candidate, sent.opinion, reason: sent.reason, access: access(context, .adjudication),
            idempotencyKey: sent.key)
        return .json([
            "application": .string(decision.application), "candidate": .string(decision.candidate),
            "outcome": .string(decision.outcome.rawValue), "state": .string(decision.state.rawValue),
            "missing": .integer(Int64(decision.missing)),
        ])
    }

    /// A reviewer's opinion of two files, as both kinds of questions ask for it. Throws `DocumentRefusal`.
    func sentOpinion(
        _ request: Request
    ) async throws -> (candidate: String, opinion: DuplicateOpinion, reason: String, key: IdempotencyKey?) {
        let (document, key) = try await keyedJSON(request)
        let reader = try FieldReader(document)
        let candidate = reader.text("candidate", longest: 40)
        let opinion = reader.choice("decision", of: DuplicateOpinion.self)
        let reason = reader.text("reason", required: false, longest: 500)
        try reader.finish()
        guard let candidate, let opinion else { throw WebError(.invalidFields) }
        return (candidate, opinion, reason ?? "", key)
    }
}

extension [ReviewerVote] {
    /// Another reviewer's opinion is shown once the question is settled, so that each is independent.
    func json(isOpen: Bool, _ reader: Actor) -> JSONValue {
        .array(
            filter { !isOpen || $0.reviewer == reader }.map {
                [
                    "decision": .string($0.opinion.rawValue), "reviewer": .string($0.reviewer.id),
                    "at": .string($0.at.description), "reason": .string($0.reason),
                ]
            })
    }
}

extension DuplicatePair {
    func json(_ texts: TextCatalogue, _ reader: Actor) -> JSONValue {
        var object = candidate.json(texts).object ?? JSONObject()
        object["outcome"] = .string(outcome.rawValue)
        object["foundAt"] = .string(foundAt.description)
        object["waiting"] = .bool(isWaiting)
        object["voteCount"] = .integer(Int64(votes.count))
        object["votes"] = votes.json(isOpen: isWaiting, reader)
        return .object(object)
    }
}
