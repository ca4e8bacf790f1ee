extension Planner {
    mutating func comprehension(_ loop: Comprehension, at location: SourceLocation) throws(ExpressionError) -> Step {
        let range = try step(loop.range)
        let places = loop.variables.map { enterScope($0, value: nil) }
        defer { leaveScope(places.count) }
        var filter: Step?
        if let node = loop.filter { filter = try step(node) }
        let body = try step(loop.body)
        let turns = Turns(range: range, places: places, location: location)
        switch loop.kind {
        case .all: return turns.decide(by: false, body)
        case .exists: return turns.decide(by: true, body)
        case .existsOne: return turns.existsOne(body)
        case .filter: return turns.filter(body)
        case .map, .transformList: return turns.map(filter, body)
        case .transformMap: return turns.transformMap(filter, body)
        case .transformMapEntry: return turns.transformMapEntry(filter, body)
        case .sortBy: return turns.sortBy(body)
        case .optMap: return Self.optional(flat: false, range, places[0], body, at: location)
        case .optFlatMap: return Self.optional(flat: true, range, places[0], body, at: location)
        }
    }

    private static func optional(
        flat: Bool, _ range: @escaping Step, _ place: Int, _ body: @escaping Step, at location: SourceLocation
    ) -> Step {
        { (context) throws(ExpressionError) in
            guard case .optional(let value) = try range(context) else {
                throw ExpressionError.noOverload.placed(at: location)
            }
            guard let value else { return .optional(nil) }
            context.locals[place] = value
            let result = try body(context)
            guard flat else { return .optional(result) }
            guard case .optional = result else { throw ExpressionError.noOverload.placed(at: location) }
            return result
        }
    }
}

/// The turns of a loop over a list or a map, with the places of its one or two variables.
private struct Turns: Sendable {
    typealias Step = Planner.Step

    let range: Step
    let places: [Int]
    let location: SourceLocation

    /// Calls `turn` with each key (index) and element, the variables set, until it returns false.
    private func run(
        _ context: EvaluationContext, _ turn: (_ key: Value, _ element: Value) throws(ExpressionError) -> Bool
    ) throws(ExpressionError) {
        switch try range(context) {
        case .list(let elements):
            var index = 0
            while index < elements.count {
                try context.charge(1)
                if places.count == 2 { context.locals[places[0]] = .int(Int64(index)) }
                context.locals[places[places.count - 1]] = elements[index]
                guard try turn(.int(Int64(index)), elements[index]) else { return }
                index += 1
            }
        case .map(let map):
            let keys = map.keys
            let values = map.values
            var index = 0
            while index < keys.count {
                try context.charge(1)
                context.locals[places[0]] = keys[index]
                if places.count == 2 { context.locals[places[1]] = values[index] }
                guard try turn(keys[index], places.count == 2 ? values[index] : keys[index]) else { return }
                index += 1
            }
        default: throw ExpressionError.noOverload.placed(at: location)
        }
    }

    private func condition(_ step: Step, _ context: EvaluationContext) throws(ExpressionError) -> Bool {
        guard case .bool(let flag) = try step(context) else { throw ExpressionError.noOverload.placed(at: location) }
        return flag
    }

    /// `exists` (decided by true) and `all` (by false): a deciding element absorbs the errors of others.
    func decide(by decisive: Bool, _ body: @escaping Step) -> Step {
        { (context) throws(ExpressionError) in
            var failure: ExpressionError?
            var isDecided = false
            try run(context) { (_, _) throws(ExpressionError) in
                do throws(ExpressionError) {
                    isDecided = try condition(body, context) == decisive
                } catch {
                    if error.code == .costExceeded { throw error }
                    failure = failure ?? error
                }
                return !isDecided
            }
            if isDecided { return .bool(decisive) }
            if let failure { throw failure }
            return .bool(!decisive)
        }
    }

    func existsOne(_ body: @escaping Step) -> Step {
        { (context) throws(ExpressionError) in
            var count = 0
            try run(context) { (_, _) throws(ExpressionError) in
                if try condition(body, context) { count += 1 }
                return true
            }
            return .bool(count == 1)
        }
    }

    func filter(_ body: @escaping Step) -> Step {
        { (context) throws(ExpressionError) in
            var kept: [Value] = []
            try run(context) { (_, element) throws(ExpressionError) in
                if try condition(body, context) { kept.append(element) }
                return true
            }
            return .list(kept)
        }
    }

    func map(_ filter: Step?, _ body: @escaping Step) -> Step {
        { (context) throws(ExpressionError) in
            var results: [Value] = []
            try run(context) { (_, _) throws(ExpressionError) in
                if let filter, !(try condition(filter, context)) { return true }
                results.append(try body(context))
                return true
            }
            return .list(results)
        }
    }

    func transformMap(_ filter: Step?, _ body: @escaping Step) -> Step {
        { (context) throws(ExpressionError) in
            var entries: [(key: Value, value: Value)] = []
            try run(context) { (key, _) throws(ExpressionError) in
                if let filter, !(try condition(filter, context)) { return true }
                entries.append((key, try body(context)))
                return true
            }
            return .map(try ValueMap(entries))
        }
    }

    func transformMapEntry(_ filter: Step?, _ body: @escaping Step) -> Step {
        { (context) throws(ExpressionError) in
            var entries: [(key: Value, value: Value)] = []
            try run(context) { (_, _) throws(ExpressionError) in
                if let filter, !(try condition(filter, context)) { return true }
                guard case .map(let map) = try body(context) else {
                    throw ExpressionError.noOverload.placed(at: location)
                }
                try context.charge(map.count)
                for (index, key) in map.keys.enumerated() { entries.append((key, map.values[index])) }
                return true
            }
            do throws(ExpressionError) { return .map(try ValueMap(entries)) } catch { throw error.placed(at: location) }
        }
    }

    func sortBy(_ body: @escaping Step) -> Step {
        { (context) throws(ExpressionError) in
            var keyed: [(key: Value, element: Value)] = []
            try run(context) { (_, element) throws(ExpressionError) in
                keyed.append((try body(context), element))
                return true
            }
            do throws(ExpressionError) {
                return .list(try Sorting.sorted(keyed, context).map(\.element))
            } catch { throw error.placed(at: location) }
        }
    }
}
