/// Fields and elements of values.
enum Access {
    static let noSuchKey = ExpressionError(
        .noSuchKey, "The map has no such key; test with has() or read with .? or [?].")

    static func field(_ name: String, of value: Value) throws(ExpressionError) -> Value {
        switch value {
        case .map(let map):
            guard let found = map[name] else {
                throw ExpressionError(.noSuchKey, "There is no field \"\(name)\"; test with has() or read with .?.")
            }
            return found
        case .optional: return try optionalField(name, of: value)
        default:
            throw ExpressionError(.noMatchingOverload, "A value of type \(value.typeName) has no field \"\(name)\".")
        }
    }

    static func optionalField(_ name: String, of value: Value) throws(ExpressionError) -> Value {
        switch value {
        case .map(let map): return .optional(map[name])
        case .optional(nil): return value
        case .optional(let inner?): return try optionalField(name, of: inner)
        default:
            throw ExpressionError(.noMatchingOverload, "A value of type \(value.typeName) has no field \"\(name)\".")
        }
    }

    static func hasField(_ name: String, of value: Value) throws(ExpressionError) -> Bool {
        switch value {
        case .map(let map): return map[name] != nil
        case .optional(nil): return false
        case .optional(let inner?): return try hasField(name, of: inner)
        default:
            throw ExpressionError(.noMatchingOverload, "A value of type \(value.typeName) has no field \"\(name)\".")
        }
    }

    static func element(_ index: Value, of value: Value) throws(ExpressionError) -> Value {
        switch value {
        case .map(let map):
            guard let found = map[index] else { throw noSuchKey }
            return found
        case .list(let list):
            let place = try place(index)
            guard place >= 0, place < list.count else {
                throw ExpressionError(.invalidArgument, "The index is outside the list; compare it with size().")
            }
            return list[place]
        case .optional: return try optionalElement(index, of: value)
        default: throw .noOverload
        }
    }

    static func optionalElement(_ index: Value, of value: Value) throws(ExpressionError) -> Value {
        switch value {
        case .map(let map): return .optional(map[index])
        case .list(let list):
            let place = try place(index)
            return .optional(place >= 0 && place < list.count ? list[place] : nil)
        case .optional(nil): return value
        case .optional(let inner?): return try optionalElement(index, of: inner)
        default: throw .noOverload
        }
    }

    /// Whole numbers of any numeric type count as a place.
    private static func place(_ index: Value) throws(ExpressionError) -> Int {
        switch index {
        case .int(let number): return Int(number)
        case .uint(let number): return Int(exactly: number) ?? -1
        case .double(let number):
            guard let whole = Int(exactly: number) else {
                throw ExpressionError(.invalidArgument, "The index of a list is a whole number.")
            }
            return whole
        default: throw .noOverload
        }
    }

    static func contains(_ element: Value, in collection: Value, _ context: EvaluationContext) throws(ExpressionError)
        -> Bool
    {
        switch collection {
        case .list(let list):
            try context.charge(list.count / 16)
            return list.contains(element)
        case .map(let map): return map[element] != nil
        default: throw .noOverload
        }
    }
}
