internal import Quantities

extension Value: Equatable {
    /// Equality of the language: numbers across types, maps without order, values of different types unequal.
    ///
    /// NaN is unequal to itself, so this relation is not reflexive there.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.string(let a), .string(let b)): return Value.sameScalars(a, b)
        case (.int(let a), .int(let b)): return a == b
        case (.bool(let a), .bool(let b)): return a == b
        case (.null, .null): return true
        case (.bytes(let a), .bytes(let b)): return a == b
        case (.list(let a), .list(let b)): return a == b
        case (.map(let a), .map(let b)): return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.optional(let a), .optional(let b)): return a == b
        case (.date(let a), .date(let b)): return a == b
        case (.rational(let a), .rational(let b)): return a == b
        case (.rational(let a), .int(let b)), (.int(let b), .rational(let a)): return a == Rational(b)
        default: return Value.numericOrder(left, right) == .same
        }
    }

    static func sameScalars(_ a: String, _ b: String) -> Bool {
        // Swift's equality is canonical equivalence, which is coarser: it can only rule out.
        a == b && a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8)
    }
}

extension Value {
    enum Order { case less, same, greater }

    /// The order of two numbers of the types int, uint and double; nil for other types and for NaN.
    ///
    /// A whole number is compared with a double by its nearest double, as the conformance cases of the official suite ask
    /// (`comparisons`, `lte_dyn_big_double_int`).
    static func numericOrder(_ left: Value, _ right: Value) -> Order? {
        switch (left, right) {
        case (.int(let a), .int(let b)): order(a, b)
        case (.uint(let a), .uint(let b)): order(a, b)
        case (.double(let a), .double(let b)): order(a, b)
        case (.int(let a), .uint(let b)): a < 0 ? .less : order(UInt64(a), b)
        case (.uint(let a), .int(let b)): b < 0 ? .greater : order(a, UInt64(b))
        case (.int(let a), .double(let b)): order(Double(a), b)
        case (.double(let a), .int(let b)): order(a, Double(b))
        case (.uint(let a), .double(let b)): order(Double(a), b)
        case (.double(let a), .uint(let b)): order(a, Double(b))
        default: nil
        }
    }

    private static func order<T: Comparable>(_ a: T, _ b: T) -> Order? {
        a < b ? .less : a == b ? .same : a > b ? .greater : nil
    }

    /// The order of two values of comparable types; nil where NaN takes part.
    ///
    /// Throws `noMatchingOverload` for types that have no order or not with each other, `outOfRange` where two exact
    /// fractions are too long to be compared.
    static func order(_ left: Value, _ right: Value) throws(ExpressionError) -> Order? {
        switch (left, right) {
        case (.int(let a), .int(let b)): return order(a, b)
        case (.string(let a), .string(let b)):
            if sameScalars(a, b) { return .same }
            return a.utf8.lexicographicallyPrecedes(b.utf8) ? .less : .greater
        case (.bytes(let a), .bytes(let b)):
            if a == b { return .same }
            return a.lexicographicallyPrecedes(b) ? .less : .greater
        case (.bool(let a), .bool(let b)): return a == b ? .same : b ? .less : .greater
        case (.timestamp(let a), .timestamp(let b)): return order(a, b)
        case (.duration(let a), .duration(let b)): return order(a, b)
        case (.date(let a), .date(let b)): return order(a, b)
        case (.int, .uint), (.int, .double), (.uint, .int), (.uint, .uint), (.uint, .double),
            (.double, .int), (.double, .uint), (.double, .double):
            return numericOrder(left, right)
        case (.rational, .rational), (.rational, .int), (.int, .rational):
            guard let a = left.rational, let b = right.rational else { throw .noOverload }
            if a == b { return .same }
            do throws(QuantityError) {
                return try a.isLess(than: b) ? .less : .greater
            } catch { throw ExpressionError(quantity: error) }
        default: throw .noOverload
        }
    }
}
