extension Checker {
    mutating func call(
        _ name: String, _ target: SyntaxNode?, _ arguments: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> ValueType {
        guard let target else {
            guard let found = environment.functions(called: name) else { throw unknown(name, at: location) }
            var actual: [ValueType] = []
            for argument in arguments { actual.append(try type(of: argument)) }
            if name == "_[_]" || name == "_[?_]", let field = try recordField(actual[0], arguments[1]) {
                guard name == "_[?_]" else { return field }
                if case .optional = field { return field } else { return .optional(field) }
            }
            return try resolve(found.name, found.forms, actual, at: location)
        }
        if let space = target.qualifiedName, !hasLocalRoot(space),
            let found = environment.functions(called: "\(space).\(name)")
        {
            var actual: [ValueType] = []
            for argument in arguments { actual.append(try type(of: argument)) }
            return try resolve(found.name, found.forms, actual, at: location)
        }
        var actual = [try type(of: target)]
        for argument in arguments { actual.append(try type(of: argument)) }
        let forms = environment.functions[name]?.filter(\.isMember) ?? []
        guard !forms.isEmpty else { throw unknown(name, at: location) }
        return try resolve(name, forms, actual, at: location)
    }

    private func unknown(_ name: String, at location: SourceLocation) -> ExpressionError {
        let hint = Suggestion.text(for: name, among: Array(environment.functions.keys))
        return ExpressionError(.undeclaredReference, "There is no function \"\(name)\".\(hint)", at: location)
    }

    /// The result type of the forms that take the arguments; `dyn` where several do and yield different types.
    private mutating func resolve(
        _ name: String, _ forms: [Function], _ actual: [ValueType], at location: SourceLocation
    ) throws(ExpressionError) -> ValueType {
        var result: ValueType?
        for form in forms where form.parameters.count == actual.count {
            let (parameters, formResult) = types.instantiate(form)
            guard types.fits(actual, parameters) else { continue }
            let found = types.resolved(formResult)
            if let known = result {
                if known != .dyn, known != found { result = .dyn }
            } else {
                result = found
            }
        }
        guard let result else {
            let given = actual.map { shown($0) }.joined(separator: ", ")
            let known = forms.prefix(6).map { $0.parameters.map(\.description).joined(separator: ", ") }
            throw ExpressionError(
                .noMatchingOverload,
                "\(name) does not take (\(given)); it takes \(known.map { "(\($0))" }.joined(separator: " or ")).",
                at: location)
        }
        return result
    }

    // MARK: Macros

    mutating func comprehension(_ loop: Comprehension) throws(ExpressionError) -> ValueType {
        let range = types.resolved(try type(of: loop.range))
        if loop.kind == .optMap || loop.kind == .optFlatMap { return try optional(loop, range) }
        let (key, element, isMap) = try parts(of: range, at: loop.range.location)
        if loop.kind == .sortBy, isMap { throw notARange(range, at: loop.range.location) }
        let variables: [(String, ValueType)] =
            loop.variables.count == 2
            ? [(loop.variables[0], key), (loop.variables[1], element)]
            : [(loop.variables[0], isMap ? key : element)]
        if let filter = loop.filter { try condition(filter, variables) }
        let body = types.resolved(try inScope(variables, loop.body))
        switch loop.kind {
        case .all, .exists, .existsOne, .filter:
            guard types.fits(body, .bool) else { throw notACondition(body, at: loop.body.location) }
            return loop.kind == .filter ? .list(isMap ? key : element) : .bool
        case .map, .transformList: return .list(body)
        case .transformMap: return .map(key: key, value: body)
        case .transformMapEntry:
            switch body {
            case .dyn: return .map(key: .dyn, value: .dyn)
            case .map: return body
            default:
                throw ExpressionError(
                    .noMatchingOverload, "transformMapEntry needs a map of one entry, not \(shown(body)).",
                    at: loop.body.location)
            }
        case .sortBy, .optMap, .optFlatMap: return range
        }
    }

    private mutating func condition(
        _ node: SyntaxNode, _ variables: [(String, ValueType)]
    ) throws(ExpressionError) {
        let type = types.resolved(try inScope(variables, node))
        guard types.fits(type, .bool) else { throw notACondition(type, at: node.location) }
    }

    private mutating func optional(_ loop: Comprehension, _ range: ValueType) throws(ExpressionError) -> ValueType {
        let content = try optionalContent(range, at: loop.range.location)
        let body = types.resolved(try inScope([(loop.variables[0], content)], loop.body))
        if loop.kind == .optMap { return .optional(body) }
        return .optional(try optionalContent(body, at: loop.body.location))
    }

    private mutating func parts(
        of range: ValueType, at location: SourceLocation
    ) throws(ExpressionError) -> (key: ValueType, element: ValueType, isMap: Bool) {
        switch range {
        case .list(let element): return (.int, element, false)
        case .map(let key, let value): return (key, value, true)
        case .record: return (.string, .dyn, true)
        case .dyn: return (.dyn, .dyn, false)
        case .parameter:
            _ = types.fits(.dyn, range)
            return (.dyn, .dyn, false)
        default: throw notARange(range, at: location)
        }
    }

    private func notARange(_ type: ValueType, at location: SourceLocation) -> ExpressionError {
        ExpressionError(.noMatchingOverload, "A list or a map is needed here, not \(shown(type)).", at: location)
    }

    private func notACondition(_ type: ValueType, at location: SourceLocation) -> ExpressionError {
        ExpressionError(.noMatchingOverload, "A condition (bool) is needed here, not \(shown(type)).", at: location)
    }
}

/// Proposes the known name nearest to a misspelt one.
enum Suggestion {
    /// ` Did you mean "activity"?`, or nothing where no known name is near.
    static func text(for name: String, among known: [String]) -> String {
        let allowed = max(1, name.unicodeScalars.count / 3)
        let nearest = known.map { (distance(name, $0), $0) }.filter { $0.0 <= allowed }.min { $0 < $1 }
        return nearest.map { " Did you mean \"\($0.1)\"?" } ?? ""
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(_ one: String, _ other: String) -> Int {
        let a = Array(one.unicodeScalars)
        let b = Array(other.unicodeScalars)
        guard abs(a.count - b.count) <= 8, !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var rows = [Array(0...b.count)]
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var best = min(row[j - 1] + 1, rows[i - 1][j] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
