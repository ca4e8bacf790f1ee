public import Rules
public import StrictJSON

/// Score, contributions and decisions as they were found: what is kept of an assessment, and what is sent.
///
/// Holds exactly `Assessment.json`. Everything else of an assessment follows from the facts and the archived law.
public struct AssessmentResult: Hashable, Sendable, Codable {
    public let json: JSONValue

    public init(_ assessment: Assessment) { json = assessment.json }

    /// Ten decimals, as text.
    public var score: String { json["score"]?.string ?? "" }

    public init(from decoder: any Decoder) throws {
        json = try JSONValue(parsing: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json.serialized())
    }
}
