/// The fields of a form that was sent, each name once.
struct FormBody: Sendable {
    private let fields: [String: String]
    private static let mostFields = 20_000

    /// Throws `WebError` (`malformedForm`, `invalidUTF8`): bad percent-encoding, a name twice, too many fields.
    init(_ bytes: some Collection<UInt8>) throws(WebError) {
        var fields: [String: String] = [:]
        for pair in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
            guard fields.count < Self.mostFields else { throw WebError(.malformedForm) }
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decode(bytes: parts[0], plusIsSpace: true)
            let value = parts.count == 2 ? PercentEncoding.decode(bytes: parts[1], plusIsSpace: true) : ""
            guard let name, let value else { throw WebError(.malformedForm) }
            guard fields.updateValue(value, forKey: name) == nil else { throw WebError(.malformedForm) }
        }
        self.fields = fields
    }

    /// Of fields that were read elsewhere, each name once.
    init(fields: [String: String]) { self.fields = fields }

    /// What is asked by it: every field but those by which it is recognised or shown.
    var asked: [UInt8] {
        let unasked = [FormToken.field, "key", "language"]
        return fields.filter { !unasked.contains($0.key) }.sorted { $0.key < $1.key }.flatMap {
            Array("\($0.key.utf8.count) \($0.value.utf8.count) \($0.key)=\($0.value)\n".utf8)
        }
    }

    subscript(name: String) -> String? { fields[name] }

    /// The text without surrounding white space; nil where nothing was typed.
    func typed(_ name: String) -> String? {
        guard let text = fields[name] else { return nil }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return nil }
        return String(scalars[first...last])
    }
}
