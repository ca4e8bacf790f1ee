/// What the open types of an expression are found to be, and whether one type fits another.
///
/// The rules are those of gradual typing in the CEL language definition: `dyn` fits everything, open types are bound to
/// what they meet and widened to the more general of two types that fit each other.
struct TypeMapping {
    private var bound: [String: ValueType] = [:]
    private var fresh = 0
    /// What the open types were before the attempt under way.
    private var undo: [(name: String, type: ValueType?)] = []

    mutating func open(_ name: String = "T") -> ValueType {
        fresh += 1
        return .parameter("\(name)#\(fresh)")
    }

    /// The types of a function with open types of its own for this call.
    mutating func instantiate(_ function: Function) -> (parameters: [ValueType], result: ValueType) {
        var names: [String: ValueType] = [:]
        let parameters = function.parameters.map { renamed($0, &names) }
        return (parameters, renamed(function.result, &names))
    }

    private mutating func renamed(_ type: ValueType, _ names: inout [String: ValueType]) -> ValueType {
        switch type {
        case .parameter(let name):
            if let known = names[name] { return known }
            let new = open(name)
            names[name] = new
            return new
        case .list(let element): return .list(renamed(element, &names))
        case .map(let key, let value): return .map(key: renamed(key, &names), value: renamed(value, &names))
        case .optional(let value): return .optional(renamed(value, &names))
        case .type(let value): return .type(renamed(value, &names))
        case .wrapper(let value): return .wrapper(renamed(value, &names))
        case .opaque(let name, let parameters): return .opaque(name, parameters.map { renamed($0, &names) })
        default: return type
        }
    }

    /// The type with what is known put in; open types that remain become `dyn` where `closing`.
    func resolved(_ type: ValueType, closing: Bool = false) -> ValueType {
        switch type {
        case .parameter(let name):
            if let found = bound[name] { return resolved(found, closing: closing) }
            return closing ? .dyn : type
        case .list(let element): return .list(resolved(element, closing: closing))
        case .map(let key, let value):
            return .map(key: resolved(key, closing: closing), value: resolved(value, closing: closing))
        case .optional(let value): return .optional(resolved(value, closing: closing))
        case .type(let value): return .type(resolved(value, closing: closing))
        case .opaque(let name, let parameters):
            return .opaque(name, parameters.map { resolved($0, closing: closing) })
        default: return type
        }
    }

    /// Whether `actual` may stand where `expected` is asked for; binds open types where so, and changes nothing if not.
    mutating func fits(_ actual: [ValueType], _ expected: [ValueType]) -> Bool {
        undo.removeAll(keepingCapacity: true)
        for (one, other) in zip(actual, expected) where !assign(one, other) {
            for (name, type) in undo.reversed() { bound[name] = type }
            return false
        }
        return true
    }

    mutating func fits(_ actual: ValueType, _ expected: ValueType) -> Bool { fits([actual], [expected]) }

    private mutating func assign(_ a: ValueType, _ b: ValueType) -> Bool {
        if case .parameter(let name) = b {
            switch substitute(a, for: name) {
            case .yes: return true
            case .contradiction: return false
            case .impossible: break
            }
        }
        if case .parameter(let name) = a { return substitute(b, for: name) == .yes }
        switch (a, b) {
        case (.dyn, _), (_, .dyn): return true
        case (.null, .null), (.null, .wrapper), (.wrapper, .null): return true
        case (.null, .timestamp), (.null, .duration), (.null, .opaque), (.timestamp, .null), (.duration, .null),
            (.opaque, .null):
            return true
        case (.null, .optional), (.optional, .null), (.null, .rational), (.rational, .null), (.null, .date),
            (.date, .null), (.null, .record), (.record, .null):
            return true
        case (.wrapper(let x), .wrapper(let y)): return assign(x, y)
        case (.wrapper(let x), _): return assign(x, b)
        case (_, .wrapper(let y)): return assign(a, y)
        case (.type, .type): return true
        case (.list(let x), .list(let y)): return assign(x, y)
        case (.map(let k, let v), .map(let l, let w)): return assign(k, l) && assign(v, w)
        case (.optional(let x), .optional(let y)): return assign(x, y)
        case (.record(let x), .record(let y)):
            guard x.count == y.count else { return false }
            for (name, type) in x {
                guard let other = y[name], assign(type, other) else { return false }
            }
            return true
        case (.record(let fields), .map(let key, let value)), (.map(let key, let value), .record(let fields)):
            guard assign(.string, key) else { return false }
            if case .parameter = value { return assign(.dyn, value) }
            for (_, type) in fields where !assign(type, value) { return false }
            return true
        case (.opaque(let x, let p), .opaque(let y, let q)):
            guard x == y, p.count == q.count else { return false }
            for (one, other) in zip(p, q) where !assign(one, other) { return false }
            return true
        default: return a == b
        }
    }

    private enum Substitution { case yes, contradiction, impossible }

    private mutating func substitute(_ type: ValueType, for name: String) -> Substitution {
        if type == .parameter(name) { return .yes }
        if let known = bound[name] {
            if type == known { return .yes }
            guard assign(type, known) else { return .contradiction }
            let general = Self.moreGeneral(type, known)
            if !mentions(general, name) { bind(name, general) }
            return .yes
        }
        guard !mentions(type, name) else { return .impossible }
        bind(name, type)
        return .yes
    }

    private mutating func bind(_ name: String, _ type: ValueType) {
        undo.append((name, bound[name]))
        bound[name] = type
    }

    private func mentions(_ type: ValueType, _ name: String) -> Bool {
        switch type {
        case .parameter(let other):
            if other == name { return true }
            return bound[other].map { mentions($0, name) } ?? false
        case .list(let element), .optional(let element), .type(let element), .wrapper(let element):
            return mentions(element, name)
        case .map(let key, let value): return mentions(key, name) || mentions(value, name)
        case .opaque(_, let parameters): return parameters.contains { mentions($0, name) }
        default: return false
        }
    }

    /// Of two types that fit each other, the one that says less.
    static func moreGeneral(_ a: ValueType, _ b: ValueType) -> ValueType { saysNoMore(a, b) ? a : b }

    private static func saysNoMore(_ a: ValueType, _ b: ValueType) -> Bool {
        switch (a, b) {
        case (.dyn, _), (.parameter, _): true
        case (_, .dyn), (_, .parameter): false
        // Null beside a type that may be null says nothing about the type.
        case (.null, .null): true
        case (.null, _): false
        case (_, .null): true
        case (.list(let x), .list(let y)), (.optional(let x), .optional(let y)): saysNoMore(x, y)
        case (.map(let k, let v), .map(let l, let w)): saysNoMore(k, l) && saysNoMore(v, w)
        case (.type, .type): true
        case (.wrapper, .wrapper): a == b
        case (.wrapper, _): true
        case (.opaque(let x, let p), .opaque(let y, let q)):
            x == y && p.count == q.count && zip(p, q).allSatisfy { saysNoMore($0, $1) }
        default: a == b
        }
    }

    /// The type of a list's or map's parts, of which `a` and `b` are two: `dyn` where they differ.
    mutating func joined(_ a: ValueType?, _ b: ValueType) -> ValueType {
        guard let a else { return b }
        return fits(a, b) ? Self.moreGeneral(a, b) : .dyn
    }
}
