public import Quantities
public import StrictJSON

/// What a programme answers, whether or not it looks at the score: grounds of refusal, amount and what decided.
public struct Ruling: Hashable, Sendable, Codable {
    public let programme: String
    /// The day from which this version of the rule holds.
    public let version: CivilDate
    public let labels: [String: String]
    /// All grounds of refusal that hold, in the order of the rule.
    public let reasons: [Decision.Reason]
    /// nil for a programme without an amount; its `unit` says whether it is a month's, a year's or paid once.
    public let amount: Decision.Amount?
    /// Days that follow from the application, in the order of the rule.
    public let dates: [DateEffect]
    /// Every parameter that decided; some may be provisional.
    public let parameters: [ParameterValue]
    let output: [String]

    /// One day that follows from the application.
    public struct DateEffect: Hashable, Sendable, Codable {
        /// The name of the member in `json`.
        public let name: String
        public let labels: [String: String]
        public let date: CivilDate
        /// By language, with `{date}`.
        public let sentences: [String: String]
    }

    public var eligible: Bool { reasons.isEmpty }

    /// Whether eligible, the codes of the reasons and the amount, in the order of the programme's rule.
    public var json: JSONValue {
        var object = JSONObject()
        for name in output {
            switch name {
            case "eligible": object[name] = .bool(eligible)
            case "reasons": object[name] = .array(reasons.map { .string($0.code) })
            default:
                if let effect = dates.first(where: { $0.name == name }) {
                    object[name] = .string(effect.date.description)
                } else {
                    object[name] = .integer(amount?.perMonth ?? 0)
                }
            }
        }
        return .object(object)
    }
}
