/// The members of a JSON object, in the order in which they were written, each name once.
///
/// Look-up takes constant time on average. Names are compared as Swift strings, that is by canonical equivalence, so two
/// names that look the same but are composed differently count as one. Equality ignores the order.
public struct JSONObject: Sendable {
    public private(set) var keys: [String]
    public private(set) var values: [JSONValue]
    /// Place by name; empty below `indexedFrom` members, where a walk over the names is faster than hashing.
    private var places: [String: Int]

    private static let indexedFrom = 12

    public init() {
        keys = []
        values = []
        places = [:]
    }

    /// Members whose names the caller knows to differ; a repeated name is a mistake of the programmer.
    public init(uniqueMembers members: some Sequence<(String, JSONValue)>) {
        self.init()
        for (key, value) in members {
            let added = append(value, for: key)
            precondition(added, "The name \"\(key)\" is used twice in one JSON object.")
        }
    }

    public var count: Int { keys.count }

    public var isEmpty: Bool { keys.isEmpty }

    /// Reads a member; setting replaces it in its place, appends a new one, or with nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { place(of: key).map { values[$0] } }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): values[place] = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): _ = append(value, for: key)
            case (nil, nil): break
            }
        }
    }

    /// Adds a member at the end; false, and nothing is changed, where the name is taken.
    public mutating func append(_ value: JSONValue, for key: String) -> Bool {
        guard place(of: key) == nil else { return false }
        keys.append(key)
        values.append(value)
        if keys.count > Self.indexedFrom {
            places[key] = keys.count - 1
        } else if keys.count == Self.indexedFrom {
            reindex()
        }
        return true
    }

    private mutating func remove(at place: Int) {
        keys.remove(at: place)
        values.remove(at: place)
        reindex()
    }

    private mutating func reindex() {
        places = [:]
        guard keys.count >= Self.indexedFrom else { return }
        for (place, key) in keys.enumerated() { places[key] = place }
    }

    private func place(of key: String) -> Int? {
        if keys.count >= Self.indexedFrom { return places[key] }
        var place = 0
        while place < keys.count {
            if keys[place] == key { return place }
            place += 1
        }
        return nil
    }
}

extension JSONObject: Sequence {
    public struct Iterator: IteratorProtocol {
        fileprivate let object: JSONObject
        fileprivate var place = 0

        public mutating func next() -> (key: String, value: JSONValue)? {
            guard place < object.count else { return nil }
            defer { place += 1 }
            return (object.keys[place], object.values[place])
        }
    }

    public func makeIterator() -> Iterator { Iterator(object: self) }
}

extension JSONObject: Hashable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        if left.keys == right.keys { return left.values == right.values }
        return left.allSatisfy { right[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        // Exclusive or forgets the order, as equality does.
        var members = 0
        for (key, value) in self {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            members ^= member.finalize()
        }
        hasher.combine(members)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// A key written twice in a literal is a mistake of the programmer and stops the program.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(uniqueMembers: elements) }
}
