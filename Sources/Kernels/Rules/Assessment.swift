public import Quantities
public import StrictJSON

/// The score of a household and every programme's decision, with all that an explanation needs.
///
/// Result and explanation come from this one object, so they cannot drift apart.
public struct Assessment: Hashable, Sendable, Codable {
    public let householdRef: String
    public let asOf: CivilDate
    public let score: Score
    /// In the order of the law.
    public let decisions: [Decision]
    /// The `LawBook.digest` of the law that was applied.
    public let lawDigest: String
    let wording: ExplanationWording
}

extension Assessment {
    /// The result as data: reference, score, contributions by variable, decisions by programme.
    ///
    /// Score and contributions are texts with ten decimals; members stand in the order of the law.
    public var json: JSONValue {
        var contributions = JSONObject()
        for term in score.terms { contributions[term.code] = .string(term.contribution.description) }
        var programmes = JSONObject()
        for decision in decisions { programmes[decision.programme] = decision.json }
        return [
            "householdRef": .string(householdRef),
            "score": .string(score.value.description),
            "contributions": .object(contributions),
            "decisions": .object(programmes),
        ]
    }
}

extension Decision {
    /// Whether eligible, the codes of the reasons and the amount, in the order of the programme's rule.
    public var json: JSONValue {
        var object = JSONObject()
        for name in output {
            switch name {
            case "eligible": object[name] = .bool(eligible)
            case "reasons": object[name] = .array(reasons.map { .string($0.code) })
            default: object[name] = .integer(amount?.perMonth ?? 0)
            }
        }
        return .object(object)
    }
}
