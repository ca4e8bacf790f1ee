/// By what a repeated request is recognised: the caller's key, and what was asked under it.
public struct IdempotencyKey: Hashable, Sendable {
    let text: String
    let request: [UInt8]?

    /// - Parameters:
    ///   - text: the caller's own, unique among the caller's requests.
    ///   - request: the bytes of what is asked; nil where the caller promises to ask the same under the same key.
    public init(_ text: String, request: [UInt8]? = nil) {
        self.text = text
        self.request = request
    }

    /// The key of one act among several that a request needs.
    public func part(_ name: String) -> IdempotencyKey { IdempotencyKey("\(text) \(name)", request: request) }

    /// How long an answer is kept to be given again.
    public static let keptSeconds: Int64 = 7 * 24 * 3600
}

extension IdempotencyKey: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self.init(text) }
}

/// What is sealed of an answer: with a keyed code over the request that got it.
struct KeptAnswer<Answer: Codable>: Codable {
    let request: String?
    let answer: Answer

    private enum Keys: String, CodingKey { case keptRequest, keptAnswer }

    init(request: String?, answer: Answer) {
        self.request = request
        self.answer = answer
    }

    /// Stores from before requests were compared hold the answer alone.
    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Keys.self), container.contains(.keptAnswer) {
            request = try container.decodeIfPresent(String.self, forKey: .keptRequest)
            answer = try container.decode(Answer.self, forKey: .keptAnswer)
        } else {
            request = nil
            answer = try decoder.singleValueContainer().decode(Answer.self)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(request, forKey: .keptRequest)
        try container.encode(answer, forKey: .keptAnswer)
    }
}
