import Agency
import Foundation
import Hummingbird
import Installation
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON

extension WebDoor {
    @Sendable func apiReadFingers(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.readFingers, context)
        let purpose: Purpose = context.visitor.has(.reviewer) ? .adjudication : .enrolment
        return .json(try await installation.population.fingerSheet(of: id, access: access(context, purpose)).json)
    }

    /// An impression, or the reason why there is none.
    @Sendable func apiTakeFinger(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.takeFingers, context)
        let (document, key) = try await keyedJSON(request, limit: configuration.imageLimitBytes)
        let reader = try FieldReader(document)
        let position = Self.position(reader)
        if reader.has("exception") {
            let exception = reader.choice("exception", of: FingerException.self)
            let reason = reader.text("reason", required: false, longest: 500)
            try reader.finish()
            guard let position, let exception else { throw WebError(.invalidFields) }
            try await installation.population.exceptFinger(
                id, position: position, exception, reason: reason, access: access(context, .enrolment),
                idempotencyKey: key)
            return .json(
                ["position": .integer(Int64(position)), "exception": .string(exception.rawValue)], status: .created)
        }
        let (image, dpi) = Self.picture(reader)
        try reader.finish()
        guard let position, let image else { throw WebError(.invalidFields) }
        let capture = try await installation.population.captureFinger(
            id, position: position, image: image, dpi: dpi, access: access(context, .enrolment), idempotencyKey: key)
        return .json(capture.json, status: .created)
    }

    @Sendable func apiSearchPrints(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.readFingers, context)
        let outcome = try await installation.population.searchPrints(
            id, access: access(context, .enrolment), idempotencyKey: try emptyKey(request))
        return .json([
            "application": .string(outcome.application), "found": .integer(Int64(outcome.found)),
            "state": outcome.state.map { .string($0.rawValue) } ?? .null,
        ])
    }

    @Sendable func apiIdentityCases(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.readCandidates, context)
        let purpose: Purpose = context.visitor.has(.reviewer) ? .adjudication : .enrolment
        let cases = try await installation.population.identityCases(of: id, access: access(context, purpose))
        return .json(
            ["application": .string(id), "cases": .array(cases.map { $0.json(context.visitor.actor) })])
    }

    @Sendable func apiDecideIdentity(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let id = try identifier(context)
        let sent = try await sentOpinion(request)
        let decision = try await installation.population.decideIdentity(
            id, candidate: sent.candidate, sent.opinion, reason: sent.reason, access: access(context, .adjudication),
            idempotencyKey: sent.key)
        return .json(decision.json)
    }

    @Sendable func apiMerge(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let (document, key) = try await keyedJSON(request)
        let reader = try FieldReader(document)
        let number = reader.text("civilNumber", longest: 40)
        let kept = reader.text("into", longest: 40)
        let reason = reader.text("reason", required: false, longest: 500)
        try reader.finish()
        let decision = try await installation.population.askMerge(
            of: number ?? "", into: kept ?? "", reason: reason ?? "", access: access(context, .adjudication),
            idempotencyKey: key)
        return .json(decision.json, status: .created)
    }

    @Sendable func apiUnmerge(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.decideApplication, context)
        let id = try identifier(context)
        let (document, key) = try await keyedJSON(request)
        let reader = try FieldReader(document)
        let reason = reader.text("reason", required: false, longest: 500)
        try reader.finish()
        let decision = try await installation.population.askUnmerge(
            of: id, reason: reason ?? "", access: access(context, .adjudication), idempotencyKey: key)
        return .json(decision.json, status: .created)
    }

    @Sendable func apiVerifyFinger(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.verifyFinger, context)
        let (document, key) = try await keyedJSON(request, limit: configuration.imageLimitBytes)
        let reader = try FieldReader(document)
        let number = reader.text("civilNumber", longest: 40)
        let position = Self.position(reader)
        let (image, dpi) = Self.picture(reader)
        try reader.finish()
        guard let position, let image else { throw WebError(.invalidFields) }
        let found = try await installation.population.verifyFinger(
            number: number ?? "", position: position, image: image, dpi: dpi,
            access: access(context, .authentication), idempotencyKey: key)
        return .json([
            "verified": .bool(found.isVerified), "score": .double(found.score),
            "quality": .integer(Int64(found.quality)), "reasons": .array(found.reasons.map(JSONValue.string)),
        ])
    }

    private static func position(_ reader: FieldReader) -> Int? {
        guard let value = reader.value("position") else { return nil }
        guard let number = value.integer, (1...10).contains(number) else {
            reader.report("position", .outOfRange, "give 1, right thumb, to 10, left little finger")
            return nil
        }
        return Int(number)
    }

    /// The bytes of `image`, base64, and `dpi`, 500 where it is left out.
    private static func picture(_ reader: FieldReader) -> (image: [UInt8]?, dpi: Double) {
        var dpi = 500.0
        if let value = reader.value("dpi", required: false) {
            if let number = value.integer, PopulationRegister.resolutions.contains(Double(number)) {
                dpi = Double(number)
            } else {
                reader.report("dpi", .outOfRange, "give the sensor's resolution in dots an inch")
            }
        }
        guard let value = reader.value("image") else { return (nil, dpi) }
        guard let data = value.string.flatMap({ Data(base64Encoded: $0) }), !data.isEmpty else {
            reader.report("image", .malformed, "give the file's bytes in base64")
            return (nil, dpi)
        }
        return ([UInt8](data), dpi)
    }
}

extension FingerCapture {
    var json: JSONValue {
        [
            "position": .integer(Int64(position)), "attempt": .integer(Int64(attempt)),
            "quality": .integer(Int64(quality)), "reasons": .array(reasons.map(JSONValue.string)),
            "advice": .string(advice), "alike": .array(alike.map { .integer(Int64($0)) }),
        ]
    }
}

extension FingerSheet {
    var json: JSONValue {
        [
            "application": .string(application), "state": .string(state.rawValue), "taken": .bool(isTaken),
            "open": .bool(isOpen), "search": search.map { .string($0.rawValue) } ?? .null,
            "searchNeeded": .bool(isSearchNeeded),
            "fingers": .array(
                fingers.map { finger in
                    [
                        "position": .integer(Int64(finger.position)), "attempts": .integer(Int64(finger.attempts)),
                        "quality": finger.quality.map { .integer(Int64($0)) } ?? .null,
                        "exception": finger.exception.map { .string($0.rawValue) } ?? .null,
                        "last": finger.last?.json ?? .null,
                    ]
                }),
        ]
    }
}

extension IdentityCase {
    func json(_ reader: Actor) -> JSONValue {
        var object: JSONObject = [
            "candidate": .string(candidate), "round": .integer(Int64(round)), "kind": .string(kind.rawValue),
            "outcome": .string(outcome.rawValue), "openedAt": .string(openedAt.description),
            "voteCount": .integer(Int64(votes.count)),
        ]
        if let finding {
            var fingers = JSONObject()
            for (position, score) in finding.fingers.sorted(by: { $0.key < $1.key }) {
                fingers["\(position)"] = .double(score)
            }
            object["score"] = .double(finding.score)
            object["fingers"] = .object(fingers)
        }
        object["votes"] = votes.json(isOpen: isOpen, reader)
        return .object(object)
    }
}

extension IdentityDecision {
    var json: JSONValue {
        [
            "application": .string(file), "candidate": .string(candidate), "kind": .string(kind.rawValue),
            "outcome": .string(outcome.rawValue), "state": .string(state.rawValue),
            "missing": .integer(Int64(missing)),
        ]
    }
}
