import Hummingbird
import Installation
import PopulationRegister
import Quantities
import RecordStore
import Rules
import SocialRegister
import StrictJSON

extension WebDoor {
    @Sendable func apiDeclareHousehold(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.declareHousehold, context)
        let (document, key) = try await keyedJSON(request)
        do {
            let receipt = try await installation.social.declare(
                try HouseholdDeclaration(document), today: try installation.today(),
                access: access(context, .householdRegistration), idempotencyKey: key)
            return .json(receipt.json, status: .created)
        } catch {
            throw WebError(error, document: document, numbers: numberFaults)
        }
    }

    @Sendable func apiReadHousehold(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.readHousehold, context)
        let reader = try FieldReader(try await json(request))
        let number = reader.text("number", longest: 40)
        try reader.finish()
        let household = try await installation.social.household(
            number: number ?? "", access: access(context, .householdRegistration))
        return .json(try householdJSON(household, context))
    }

    @Sendable func apiReadRecord(_ request: Request, _ context: WebContext) async throws -> Response {
        guard case .resident(let personID) = context.visitor else {
            throw WebError(
                context.visitor != .anonymous ? .forbidden : context.isSessionLost ? .sessionExpired : .signInNeeded)
        }
        try confirm(.readOwnRecord(personID: personID), context)
        let texts = text(context.language)
        let record = try await residentRecord(personID, access(context, .selfService))
        let rows = accessRows(record, texts)
        let accesses = zip(record.accesses, rows).map { leaf, row -> JSONValue in
            [
                "leaf": .string(leaf.id), "at": .string(leaf.at.description), "act": .string(leaf.act),
                "actor": ["kind": .string(leaf.actor.kind.rawValue), "id": .string(String(leaf.actor.id.suffix(6)))],
                "purpose": .string(leaf.purpose.rawValue), "legalBasis": .string(leaf.legalBasis.rawValue),
                "words": [
                    "at": .string(row.at), "act": .string(row.act), "actor": .string(row.actor),
                    "purpose": .string(row.purpose), "legalBasis": .string(row.legalBasis),
                ],
            ]
        }
        let answer: JSONValue = [
            "civilNumber": .string(record.person.civilNumber), "application": record.person.content.document,
            "household": try record.household.map { try householdJSON($0, context) } ?? .null,
            "accesses": .array(accesses),
        ]
        return .json(answer, language: texts.language)
    }

    private func householdJSON(_ household: HouseholdView, _ context: WebContext) throws -> JSONValue {
        let words = try AssessmentWords(household, text(context.language), installation.jurisdiction)
        var object = household.assessment.json.object ?? JSONObject()
        object["householdRef"] = nil
        object["householdNumber"] = .string(household.householdNumber)
        object["declarationNumber"] = .integer(household.declarationNumber)
        object["declaredAt"] = .string(household.declaredAt.description)
        object["explanation"] = words.json
        object["earlier"] = .array(
            household.earlier.map {
                [
                    "declarationNumber": .integer($0.declarationNumber),
                    "declaredAt": .string($0.declaredAt.description), "score": .string($0.score.description),
                ]
            })
        return .object(object)
    }
}

extension DeclarationReceipt {
    var json: JSONValue {
        var object = result.json.object ?? JSONObject()
        object["householdRef"] = nil
        object["householdNumber"] = .string(householdNumber)
        object["declarationNumber"] = .integer(declarationNumber)
        object["declaredAt"] = .string(declaredAt.description)
        return .object(object)
    }
}

extension AssessmentWords {
    var json: JSONValue {
        [
            "summary": .string(summary), "start": .string(start), "lawDigest": .string(lawDigest),
            "terms": .array((terms + idle).map(\.json)), "decisions": .array(decisions.map(\.json)),
        ]
    }
}

extension AssessmentWords.Term {
    var json: JSONValue {
        [
            "code": .string(code), "label": .string(label), "sentence": .string(sentence), "value": .string(value),
            "source": .string(source), "coefficient": .string(coefficient), "contribution": .string(contribution),
            "effect": .string(effect), "perPersonYear": .double((dirhamsPerPersonYear * 100).rounded() / 100),
            "provisional": .bool(isProvisional),
        ]
    }
}

extension AssessmentWords.ProgrammeDecision {
    var json: JSONValue {
        [
            "programme": .string(programme), "label": .string(label), "eligible": .bool(isEligible),
            "headline": .string(headline), "reasons": .array(reasons.map { .string($0) }),
            "amount": amount.map { .string($0) } ?? .null, "limit": .string(limit), "position": .string(position),
            "since": .string(since), "provisional": .array(provisional.map { .string($0) }),
        ]
    }
}
