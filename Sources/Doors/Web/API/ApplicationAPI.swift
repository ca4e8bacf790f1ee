import Agency
import Hummingbird
import Installation
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON

extension WebDoor {
    @Sendable func apiApply(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.enterApplication, context)
        let (document, key) = try await keyedJSON(request)
        let content = try applicationContent(document)
        let receipt = try await installation.population.apply(
            content, access: access(context, .enrolment), idempotencyKey: key)
        let texts = text(context.language)
        return .json(receipt.json(texts), status: .created, language: texts.language)
    }

    private func applicationContent(_ document: JSONValue) throws -> ApplicationContent {
        do {
            return try ApplicationContent(
                document, rules: installation.population.rules, today: try installation.today())
        } catch {
            throw WebError(error, document: document, numbers: numberFaults)
        }
    }

    @Sendable func apiQueue(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.listApplications, context)
        let asked = request.uri.queryParameters.get("state") ?? ApplicationState.submitted.rawValue
        guard let state = ApplicationState(rawValue: asked) else { throw WebError(.malformedQuery) }
        let queue = try await installation.population.queue(state)
        return .json([
            "applications": .array(
                queue.map {
                    [
                        "application": .string($0.id), "state": .string($0.state.rawValue),
                        "changedAt": .string($0.changedAt.description),
                    ]
                })
        ])
    }

    @Sendable func apiReadApplication(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.readApplication(id: id), context)
        let purpose: Purpose = context.visitor.has(.reviewer) ? .adjudication : .enrolment
        let application = try await installation.population.application(id, access: access(context, purpose))
        var answer = application.json.object ?? JSONObject()
        // Which file is like the own one is for the staff to know.
        if !Policy.allows(context.visitor, .readCandidates) { answer["duplicateOf"] = nil }
        return .json(.object(answer))
    }

    @Sendable func apiDecide(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let id = try identifier(context)
        let (document, key) = try await keyedJSON(request)
        let reader = try FieldReader(document)
        let code = reader.text("decision", longest: 40)
        let reason = reader.text("reason", required: false, longest: 500)
        let decision = ReviewDecision(code, reason: reason ?? "")
        if let code, decision == nil, !code.isEmpty {
            reader.report("decision", .notOnList, "give one of: \(ReviewDecision.codes.joined(separator: ", "))")
        }
        try reader.finish()
        guard let decision else { throw WebError(.invalidFields) }
        let outcome = try await installation.population.review(
            id, decision, access: access(context, .adjudication), idempotencyKey: key)
        var answer: JSONObject = [
            "application": .string(outcome.application), "state": .string(outcome.state.rawValue),
        ]
        if let number = outcome.civilNumber { answer["civilNumber"] = .string(number) }
        return .json(.object(answer))
    }

    @Sendable func apiCorrect(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.correctApplication(id: id), context)
        let (document, key) = try await keyedJSON(request)
        try await installation.population.correct(
            id, content: try applicationContent(document), access: access(context, .enrolment), idempotencyKey: key)
        return .json(["application": .string(id)])
    }

    @Sendable func apiSubmit(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.correctApplication(id: id), context)
        let receipt = try await installation.population.submit(
            id, access: access(context, .enrolment), idempotencyKey: try emptyKey(request))
        // A resident is told where the own application stands, not whose file is like it.
        let isStaff = Policy.allows(context.visitor, .readCandidates)
        return .json(receipt.json(isStaff ? text(context.language) : nil))
    }

    @Sendable func apiWithdraw(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.withdrawApplication(id: id), context)
        let (document, key) = try await keyedJSON(request)
        let reader = try FieldReader(document)
        let reason = reader.text("reason", longest: 500)
        try reader.finish()
        let state = try await installation.population.withdraw(
            id, reason: reason ?? "", access: access(context, .enrolment), idempotencyKey: key)
        return .json(["application": .string(id), "state": .string(state.rawValue)])
    }

    /// Tells a typing error with its kind; whether a well-formed number is anybody's is told to staff only.
    @Sendable func apiCheckNumber(_ request: Request, _ context: WebContext) async throws -> Response {
        let reader = try FieldReader(try await json(request))
        let number = reader.text("number", longest: 40)
        try reader.finish()
        switch try await installation.population.standing(number ?? "") {
        case .malformed(let fault): throw WebError(fault, path: "number")
        case let standing:
            guard Policy.allows(context.visitor, .readHousehold) else { return .json(["standing": "wellFormed"]) }
            return .json(["standing": standing == .issued ? "issued" : "unknown"])
        }
    }
}

extension ApplicationReceipt {
    /// With the candidates where there are texts to say why.
    func json(_ texts: TextCatalogue?) -> JSONValue {
        var object: JSONObject = [
            "application": .string(application), "receipt": .string(receipt), "state": .string(state.rawValue),
            "submittedAt": .string(submittedAt.description), "path": .string(path.rawValue),
        ]
        if let texts { object["candidates"] = .array(candidates.map { $0.json(texts) }) }
        return .object(object)
    }
}

extension ApplicationView {
    var json: JSONValue {
        var object: JSONObject = [
            "application": .string(id), "state": .string(state.rawValue), "content": content.document,
            "history": .array(
                events.map { event in
                    var entry: JSONObject = [
                        "act": .string(event.act.rawValue), "at": .string(event.at.description),
                        "actor": ["kind": .string(event.actor.kind.rawValue), "id": .string(event.actor.id)],
                    ]
                    if let reason = event.reason { entry["reason"] = .string(reason) }
                    return .object(entry)
                }),
        ]
        if let receipt { object["receipt"] = .string(receipt) }
        if let civilNumber { object["civilNumber"] = .string(civilNumber) }
        if let duplicateOf { object["duplicateOf"] = .string(duplicateOf) }
        return .object(object)
    }
}
