import StrictJSON

/// A place in a JSON document, like `facts.members[2].school`.
struct JSONPath: Hashable, Sendable {
    let steps: [JSONPathStep]

    /// Nil for a text that is no path.
    init?(_ text: String) {
        var steps: [JSONPathStep] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !name.isEmpty else { return nil }
            steps.append(.member(String(name)))
            for piece in pieces.dropFirst() {
                guard piece.last == "]", let index = Int(piece.dropLast()), index >= 0, index < 10_000 else {
                    return nil
                }
                steps.append(.element(index))
            }
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
    }

    var lastName: String? {
        if case .member(let name)? = steps.last { return name }
        return nil
    }

    func value(in document: JSONValue) -> JSONValue? {
        steps.reduce(document as JSONValue?) { value, step in
            switch step {
            case .member(let name): value?[name]
            case .element(let index): value?[index]
            }
        }
    }
}

extension JSONValue {
    /// Puts a value at a path, making objects and lists on the way; a list is filled up with null.
    mutating func set(_ value: JSONValue, at steps: some Collection<JSONPathStep>) {
        guard let step = steps.first else {
            self = value
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name):
            var object = self.object ?? JSONObject()
            var child = object[name] ?? .null
            child.set(value, at: rest)
            object[name] = child
            self = .object(object)
        case .element(let index):
            var list = array ?? []
            while list.count <= index { list.append(.null) }
            list[index].set(value, at: rest)
            self = .array(list)
        }
    }

    /// The same without null entries in lists: rows of a form that were left empty.
    var withoutEmptyEntries: JSONValue {
        switch self {
        case .array(let list): .array(list.filter { !$0.isNull }.map(\.withoutEmptyEntries))
        case .object(let object):
            .object(JSONObject(uniqueMembers: object.map { ($0.key, $0.value.withoutEmptyEntries) }))
        default: self
        }
    }
}
