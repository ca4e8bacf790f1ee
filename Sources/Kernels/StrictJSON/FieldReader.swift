/// Reads the members of an object one by one, collects every problem, and knows which members nobody asked for.
///
/// After the last read call `finish()`: it throws `DocumentRefusal` when anything was wrong.
public final class FieldReader {
    private let object: JSONObject
    private let path: String
    private let sink: Sink
    /// Where this reader's object is in the list of the sink.
    private let place: Int

    /// What all readers of one document share. It knows their objects, not the readers: these would hold it and be held
    /// by it, and a document would stay in memory for good.
    private final class Sink {
        var problems: [FieldProblem] = []
        var objects: [(object: JSONObject, path: String, asked: Set<String>)] = []
    }

    /// Throws `DocumentRefusal` when `value` is no object.
    public convenience init(_ value: JSONValue) throws(DocumentRefusal) {
        guard case .object(let object) = value else {
            throw DocumentRefusal([FieldProblem("", .wrongType, "give an object")])
        }
        self.init(object, path: "", sink: Sink())
    }

    private init(_ object: JSONObject, path: String, sink: Sink) {
        self.object = object
        self.path = path
        self.sink = sink
        place = sink.objects.count
        sink.objects.append((object, path, []))
    }

    /// Throws `DocumentRefusal` with all problems found, unknown members included.
    public func finish() throws(DocumentRefusal) {
        for (object, path, asked) in sink.objects {
            for key in object.keys where !asked.contains(key) {
                let shown = String(key.prefix(64))
                sink.problems.append(
                    FieldProblem(Self.path(path, shown), .unknownField, "remove this member or correct its name"))
            }
        }
        guard sink.problems.isEmpty else { throw DocumentRefusal(sink.problems) }
    }

    /// Adds a problem that the caller found, at a member of this object.
    public func report(_ key: String, _ code: FieldProblem.Code, _ message: String) {
        sink.problems.append(FieldProblem(path(of: key), code, message))
    }

    public func has(_ key: String) -> Bool { object[key].map { !$0.isNull } ?? false }

    /// The raw value, for a document that somebody else reads.
    public func value(_ key: String, required: Bool = true) -> JSONValue? {
        sink.objects[place].asked.insert(key)
        guard let value = object[key], !value.isNull else {
            if required { report(key, .missing, "give this member") }
            return nil
        }
        return value
    }

    /// A text without surrounding white space; 1 to `longest` characters, none of them a control character.
    public func text(_ key: String, required: Bool = true, longest: Int) -> String? {
        guard let value = value(key, required: required) else { return nil }
        guard case .string(let text) = value else {
            report(key, .wrongType, "give a text")
            return nil
        }
        let trimmed = Self.trimmed(text)
        if trimmed.isEmpty {
            if required { report(key, .empty, "fill in this field") }
            return nil
        }
        guard trimmed.unicodeScalars.count <= longest else {
            report(key, .tooLong, "give at most \(longest) characters")
            return nil
        }
        guard !trimmed.unicodeScalars.contains(where: Self.isControl) else {
            report(key, .malformed, "remove line breaks and control characters")
            return nil
        }
        return trimmed
    }

    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type, required: Bool = true
    ) -> Choice? where Choice.RawValue == String {
        guard let text = text(key, required: required, longest: 64) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let list = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            report(key, .notOnList, "give one of: \(list)")
            return nil
        }
        return choice
    }

    public func object(_ key: String, required: Bool = true) -> FieldReader? {
        guard let value = value(key, required: required) else { return nil }
        guard case .object(let object) = value else {
            report(key, .wrongType, "give an object")
            return nil
        }
        return FieldReader(object, path: path(of: key), sink: sink)
    }

    public func objects(_ key: String, required: Bool = true, most: Int) -> [FieldReader] {
        guard let value = value(key, required: required) else { return [] }
        guard case .array(let elements) = value else {
            report(key, .wrongType, "give a list")
            return []
        }
        guard elements.count <= most else {
            report(key, .tooLong, "give at most \(most) entries")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            guard case .object(let object) = element else {
                report("\(key)[\(index)]", .wrongType, "give an object")
                return nil
            }
            return FieldReader(object, path: path(of: "\(key)[\(index)]"), sink: sink)
        }
    }

    private func path(of key: String) -> String { Self.path(path, key) }

    private static func path(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        if first == scalars.startIndex, scalars.index(after: last) == scalars.endIndex { return text }
        return String(scalars[first...last])
    }

    /// The category Cc of Unicode (The Unicode Standard 16.0, 23.1): both blocks of 32, and DELETE.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
