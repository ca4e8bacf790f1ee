import Quantities
public import StrictJSON

extension Explanation {
    /// Everything to be read aloud, in order: the estimate, each variable by its effect, each programme.
    public var sentences: [String] {
        var sentences = [summary, start]
        for term in terms {
            sentences.append("\(term.sentence) \(term.effect)")
            if term.contribution != .zero, let provisional = term.provisional { sentences.append(provisional) }
        }
        for decision in decisions {
            sentences.append(decision.headline)
            sentences += decision.reasons
            if let amount = decision.amount { sentences.append(amount) }
            sentences += [decision.limit, decision.position]
            sentences += decision.provisional
        }
        return sentences
    }

    /// The tree as data: inputs by path, numbers with source and status, each step, result.
    public func json(householdRef: String) -> JSONValue {
        [
            "householdRef": .string(householdRef), "language": .string(language), "summary": .string(summary),
            "start": .string(start),
            "terms": .array(
                terms.map { term in
                    [
                        "code": .string(term.code), "label": .string(term.label), "sentence": .string(term.sentence),
                        "effect": .string(term.effect), "inputs": .array(term.factPaths.map(JSONValue.string)),
                        "weight": Self.json(term.coefficient), "contribution": .string(term.contribution.description),
                    ]
                }),
            "decisions": .array(
                decisions.map { decision in
                    [
                        "programme": .string(decision.programme), "eligible": .bool(decision.eligible),
                        "headline": .string(decision.headline),
                        "reasons": .array(decision.reasons.map(JSONValue.string)),
                        "amount": decision.amount.map(JSONValue.string) ?? .null, "limit": .string(decision.limit),
                        "position": .string(decision.position), "threshold": Self.json(decision.threshold),
                        "provisional": .array(decision.provisional.map(JSONValue.string)),
                    ]
                }),
        ]
    }

    private static func json(_ value: ParameterValue) -> JSONValue {
        [
            "id": .string(value.id), "value": .string(value.text), "from": .string(value.from.description),
            "source": .string(value.source), "status": .string(value.status.rawValue),
        ]
    }
}
