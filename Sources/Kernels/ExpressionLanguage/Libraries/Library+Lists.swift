extension FunctionLibrary {
    /// `slice`, `flatten`, `distinct`, `reverse`, `sort`, `first`, `last`, `lists.range`
    /// (cel-go, `ext/README.md`, "Lists"); `sortBy` is a macro.
    public static let lists: FunctionLibrary = {
        let a = ValueType.parameter("A")
        let list = ValueType.list(a)
        var functions: [Function] = [
            .member("slice", [list, .int, .int], list) { (values, context) throws(ExpressionError) in
                let list = try values[0].asList
                let start = try values[1].asInt
                let end = try values[2].asInt
                guard start >= 0, start <= end, end <= Int64(list.count) else {
                    throw ExpressionError(.invalidArgument, "A slice goes from a place of the list to a later one.")
                }
                try context.charge(Int(end - start))
                return .list(Array(list[Int(start)..<Int(end)]))
            },
            .member("flatten", [.list(list)], list) { (values, context) throws(ExpressionError) in
                .list(try flatten(try values[0].asList, depth: 1, context))
            },
            .member("flatten", [.list(.dyn)], .list(.dyn)) { (values, context) throws(ExpressionError) in
                .list(try flatten(try values[0].asList, depth: 1, context))
            },
            .member("flatten", [.list(.dyn), .int], .list(.dyn)) { (values, context) throws(ExpressionError) in
                let depth = try values[1].asInt
                guard depth >= 0 else { throw ExpressionError(.invalidArgument, "The depth is 0 or more.") }
                return .list(try flatten(try values[0].asList, depth: depth, context))
            },
            .member("distinct", [list], list) { (values, context) throws(ExpressionError) in
                var seen: [Value] = []
                for element in try values[0].asList {
                    try context.charge(1 + seen.count / 16)
                    if !seen.contains(element) { seen.append(element) }
                }
                return .list(seen)
            },
            .member("reverse", [list], list) { (values, context) throws(ExpressionError) in
                let list = try values[0].asList
                try context.charge(list.count)
                return .list(list.reversed())
            },
            .member("first", [list], .optional(a)) { (values, _) throws(ExpressionError) in
                .optional(try values[0].asList.first)
            },
            .member("last", [list], .optional(a)) { (values, _) throws(ExpressionError) in
                .optional(try values[0].asList.last)
            },
            Function("lists.range", [.int], .list(.int)) { (values, context) throws(ExpressionError) in
                let count = max(0, try values[0].asInt)
                try context.charge(Int(count))
                return .list((0..<count).map { .int($0) })
            },
        ]
        let comparable: [ValueType] = [
            .int, .uint, .double, .bool, .string, .bytes, .timestamp, .duration, .rational, .date, .dyn,
        ]
        for type in comparable {
            functions.append(
                .member("sort", [.list(type)], .list(type)) { (values, context) throws(ExpressionError) in
                    let keyed = try values[0].asList.map { (key: $0, element: $0) }
                    return .list(try Sorting.sorted(keyed, context).map(\.element))
                })
        }
        return FunctionLibrary(functions)
    }()

    private static func flatten(
        _ list: [Value], depth: Int64, _ context: EvaluationContext
    ) throws(ExpressionError) -> [Value] {
        try context.charge(list.count)
        guard depth > 0 else { return list }
        var flat: [Value] = []
        for element in list {
            if case .list(let inner) = element {
                flat += try flatten(inner, depth: depth - 1, context)
            } else {
                flat.append(element)
            }
        }
        return flat
    }

    /// `sets.contains`, `sets.equivalent`, `sets.intersects` (cel-go, `ext/README.md`, "Sets").
    public static let sets: FunctionLibrary = {
        let list = ValueType.list(.parameter("A"))
        func test(_ name: String, _ body: @escaping @Sendable ([Value], [Value]) -> Bool) -> Function {
            Function("sets.\(name)", [list, list], .bool) { (values, context) throws(ExpressionError) in
                let (one, other) = (try values[0].asList, try values[1].asList)
                let (product, overflow) = one.count.multipliedReportingOverflow(by: other.count)
                try context.charge(overflow ? .max : product / 8)
                return .bool(body(one, other))
            }
        }
        return FunctionLibrary([
            test("contains") { one, other in other.allSatisfy(one.contains) },
            test("equivalent") { one, other in other.allSatisfy(one.contains) && one.allSatisfy(other.contains) },
            test("intersects") { one, other in one.contains(where: other.contains) },
        ])
    }()
}

/// Sorting by keys that must all be of one comparable type.
enum Sorting {
    static func sorted(
        _ keyed: [(key: Value, element: Value)], _ context: EvaluationContext
    ) throws(ExpressionError) -> [(key: Value, element: Value)] {
        try context.charge(keyed.count)
        guard let first = keyed.first else { return keyed }
        // Every key is compared with the first, so that one pass finds keys without an order.
        for (key, _) in keyed {
            guard key.typeName == first.key.typeName else {
                throw ExpressionError(.noMatchingOverload, "Only values of one type can be sorted.")
            }
            _ = try Value.order(key, first.key)
        }
        // A merge sort: stable, so that equal keys keep their order.
        guard keyed.count > 1 else { return keyed }
        let middle = keyed.count / 2
        let left = try sorted(Array(keyed[..<middle]), context)
        let right = try sorted(Array(keyed[middle...]), context)
        var merged: [(key: Value, element: Value)] = []
        merged.reserveCapacity(keyed.count)
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if try Value.order(right[j].key, left[i].key) == .less {
                merged.append(right[j])
                j += 1
            } else {
                merged.append(left[i])
                i += 1
            }
        }
        return merged + left[i...] + right[j...]
    }
}
