import Hummingbird

/// Why the door refuses; turned into an answer in one place, `ErrorAnswers`.
struct WebError: Error, Sendable {
    let code: ErrorCode
    let problems: [Problem]
    /// What the sentence of the caller's language is filled with; never a personal value.
    let values: [String: String]
    let headers: HTTPFields

    init(_ code: ErrorCode, problems: [Problem] = [], values: [String: String] = [:], headers: HTTPFields = [:]) {
        self.code = code
        self.problems = problems
        self.values = values
        self.headers = headers
    }
}

/// What is wrong with one field.
struct Problem: Hashable, Sendable {
    /// Where the sentence about it comes from.
    enum Words: Hashable, Sendable {
        /// A key of the catalogues, with what fills it.
        case text(String, [String: String])
        /// The law's own sentences, by language.
        case law([String: String])
    }

    let path: String
    let code: String
    let words: Words

    func message(_ texts: TextCatalogue) -> String {
        switch words {
        case .text(let key, let values): texts.text(key, values)
        case .law(let messages): messages[texts.language] ?? messages.values.sorted().first ?? code
        }
    }
}
