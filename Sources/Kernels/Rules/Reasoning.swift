public import StrictJSON

/// One node of the tree behind an answer: what was concluded, and under it what it rests on.
///
/// Made from the rule itself, by the same expressions that decided.
public struct Reasoning: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The household's index.
        case score
        /// One variable of the index, or where the household lives.
        case term
        case programme
        /// A ground of refusal, whether it holds or not.
        case ground
        case amount
        /// An intermediate result that the rule names.
        case step
        /// A number of the law.
        case parameter
        /// A fact of the household.
        case input
    }

    public let kind: Kind
    /// The id of the rule, the name of the step, the id of the parameter, or the path of the fact.
    public let id: String
    /// In the language asked for, a whole sentence; empty for a step that has no words.
    public let sentence: String
    /// The exact result as the rule has it: decimals, `true`, a code; nil where there is none.
    public let value: String?
    /// What computed it.
    public var expression: String?
    /// Of a parameter.
    public var source: String?
    public var status: ParameterValue.Status?
    /// Of an input: the code of who said so.
    public var provenance: String?
    public var children: [Reasoning] = []

    public var json: JSONValue {
        var object = JSONObject()
        object["kind"] = .string(kind.rawValue)
        object["id"] = .string(id)
        object["sentence"] = .string(sentence)
        if let value { object["value"] = .string(value) }
        if let expression { object["expression"] = .string(expression) }
        if let source { object["source"] = .string(source) }
        if let status { object["status"] = .string(status.rawValue) }
        if let provenance { object["provenance"] = .string(provenance) }
        if !children.isEmpty { object["children"] = .array(children.map(\.json)) }
        return .object(object)
    }
}
