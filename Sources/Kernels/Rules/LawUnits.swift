import ExpressionLanguage

/// Finds numbers of different units that a rule adds or compares.
///
/// A unit is the text of a parameter's `unit`; what facts yield has none and fits everything, as a plain number does.
/// Products and quotients have none either: their unit is the rule's own affair.
struct LawUnits {
    /// By name in scope.
    let units: [String: String]
    let definitions: [String: Definitions.Definition]

    /// The unit of what an expression yields; nil where it has none.
    func unit(of expression: RuleExpression) throws(LawError) -> String? {
        try unit(expression.expression.syntax, [:], expression)
    }

    private func unit(
        _ node: SyntaxNode, _ local: [String: String?], _ expression: RuleExpression
    ) throws(LawError) -> String? {
        switch node.kind {
        case .literal, .message, .map: return nil
        case .identifier(let name):
            if let known = local[name] { return known }
            if let unit = units[name] { return unit.isEmpty ? nil : unit }
            guard let definition = definitions[name] else { return nil }
            return try unit(of: definition.expression)
        case .select(let operand, _, _):
            _ = try unit(operand, local, expression)
            return nil
        case .logical(_, let terms):
            for term in terms { _ = try unit(term, local, expression) }
            return nil
        case .list(let elements):
            return try same(elements.map(\.value), local, expression)
        case .bind(let name, let value, let body):
            var local = local
            local[name] = .some(try unit(value, local, expression))
            return try unit(body, local, expression)
        case .block(_, let body): return try unit(body, local, expression)
        case .comprehension(let loop):
            var local = local
            let range = try unit(loop.range, local, expression)
            if loop.variables.count == 2 { local[loop.variables[0]] = .some(nil) }
            local[loop.variables[loop.variables.count - 1]] = .some(range)
            if let filter = loop.filter { _ = try unit(filter, local, expression) }
            let body = try unit(loop.body, local, expression)
            return loop.kind == .map || loop.kind == .transformList ? body : range
        case .call(let name, let target, let arguments):
            let all = (target.map { [$0] } ?? []) + arguments
            switch name {
            case "_+_", "_-_", "min", "max": return try same(all, local, expression)
            case "_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_":
                _ = try same(all, local, expression)
                return nil
            case "_?_:_":
                _ = try unit(all[0], local, expression)
                return try same(Array(all.dropFirst()), local, expression)
            case "sum", "average", "-_", "rational": return try same(all, local, expression)
            default:
                for argument in all { _ = try unit(argument, local, expression) }
                return name == "completedYears" ? "completed years" : nil
            }
        }
    }

    private func same(
        _ nodes: [SyntaxNode], _ local: [String: String?], _ expression: RuleExpression
    ) throws(LawError) -> String? {
        var common: String?
        for node in nodes {
            guard let unit = try unit(node, local, expression) else { continue }
            if let common, common != unit {
                throw LawError(
                    .unitMismatch, file: expression.file, field: expression.field, line: expression.line,
                    "A number in \(common) is added to or compared with one in \(unit). Name a parameter of the same "
                        + "unit, or correct the `unit` of one of them.")
            }
            common = unit
        }
        return common
    }
}
