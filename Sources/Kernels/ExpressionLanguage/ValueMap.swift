/// The entries of a map in the order of their making, each key once.
///
/// Keys are bool, int, uint or string. A number is found under any numeric type (`{1: 'a'}[1u]`). Copying is cheap: the
/// entries are shared. Look-up takes constant time on average.
public struct ValueMap: Sendable {
    private let storage: Storage

    private final class Storage: Sendable {
        let keys: [Value]
        let values: [Value]
        let places: [Key: Int]

        init(keys: [Value], values: [Value], places: [Key: Int]) {
            self.keys = keys
            self.values = values
            self.places = places
        }
    }

    /// A key by which numbers of different types are one.
    private enum Key: Hashable {
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case string(String)

        init?(_ value: Value) {
            switch value {
            case .string(let text): self = .string(text)
            case .int(let number): self = .int(number)
            case .bool(let flag): self = .bool(flag)
            case .uint(let number): self = Int64(exactly: number).map(Key.int) ?? .uint(number)
            case .double(let number):
                if let whole = Int64(exactly: number) {
                    self = .int(whole)
                } else if let whole = UInt64(exactly: number) {
                    self = .uint(whole)
                } else {
                    return nil
                }
            default: return nil
            }
        }

        static func == (left: Key, right: Key) -> Bool {
            switch (left, right) {
            case (.string(let a), .string(let b)): Value.sameScalars(a, b)
            case (.int(let a), .int(let b)): a == b
            case (.bool(let a), .bool(let b)): a == b
            case (.uint(let a), .uint(let b)): a == b
            default: false
            }
        }

        func hash(into hasher: inout Hasher) {
            switch self {
            case .string(let text): hasher.combine(text)
            case .int(let number): hasher.combine(number)
            case .bool(let flag): hasher.combine(flag)
            case .uint(let number): hasher.combine(number)
            }
        }
    }

    /// No entries.
    public static let empty = ValueMap(trusted: [], [], [:])

    private init(trusted keys: [Value], _ values: [Value], _ places: [Key: Int]) {
        storage = Storage(keys: keys, values: values, places: places)
    }

    /// Throws `unsupportedKey` for a key of another type than bool, int, uint and string, `duplicateKey` for equal keys.
    public init(_ entries: [(key: Value, value: Value)]) throws(ExpressionError) {
        var keys: [Value] = []
        var values: [Value] = []
        var places: [Key: Int] = [:]
        keys.reserveCapacity(entries.count)
        values.reserveCapacity(entries.count)
        places.reserveCapacity(entries.count)
        for (key, value) in entries {
            if case .double = key { throw Self.unsupported }
            guard let place = Key(key) else { throw Self.unsupported }
            guard places.updateValue(keys.count, forKey: place) == nil else {
                throw ExpressionError(.duplicateKey, "A map has the same key twice; keep one of them.")
            }
            keys.append(key)
            values.append(value)
        }
        self.init(trusted: keys, values, places)
    }

    /// Entries by name; of names that are equal, the last counts.
    public init(fields: some Sequence<(key: String, value: Value)>) {
        var keys: [Value] = []
        var values: [Value] = []
        var places: [Key: Int] = [:]
        for (name, value) in fields {
            if let place = places[.string(name)] {
                values[place] = value
            } else {
                places[.string(name)] = keys.count
                keys.append(.string(name))
                values.append(value)
            }
        }
        self.init(trusted: keys, values, places)
    }

    private static let unsupported = ExpressionError(
        .unsupportedKey, "A map's key is a bool, an int, a uint or a string; use one of these.")

    public var count: Int { storage.keys.count }
    public var keys: [Value] { storage.keys }
    public var values: [Value] { storage.values }

    /// The value under `key`, nil where there is none, also for a key of a type that no map can have.
    public subscript(key: Value) -> Value? {
        guard let place = Key(key), let index = storage.places[place] else { return nil }
        return storage.values[index]
    }

    /// The value under the name `field`.
    public subscript(field: String) -> Value? {
        guard let index = storage.places[.string(field)] else { return nil }
        return storage.values[index]
    }
}

extension ValueMap: Equatable {
    public static func == (left: ValueMap, right: ValueMap) -> Bool {
        guard left.count == right.count else { return false }
        for (index, key) in left.keys.enumerated() {
            guard let other = right[key], other == left.storage.values[index] else { return false }
        }
        return true
    }
}
