/// Finds the type of an expression before it is evaluated, and the mistakes that types can show.
struct Checker {
    let environment: Environment
    var types = TypeMapping()
    /// The variables of the macros around the place, the innermost last.
    var locals: [(name: String, type: ValueType)] = []

    /// The type of the whole expression. Throws `undeclaredReference`, `undeclaredField` or `noMatchingOverload`.
    static func check(_ node: SyntaxNode, in environment: Environment) throws(ExpressionError) -> ValueType {
        var checker = Checker(environment: environment)
        let type = try checker.type(of: node)
        return checker.types.resolved(type, closing: true)
    }

    mutating func type(of node: SyntaxNode) throws(ExpressionError) -> ValueType {
        switch node.kind {
        case .literal(let value): return Self.type(of: value)
        case .identifier(let name): return try identifier(name, at: node.location)
        case .select(let operand, let field, let access): return try select(node, operand, field, access)
        case .call(let name, let target, let arguments): return try call(name, target, arguments, at: node.location)
        case .logical(_, let terms):
            for term in terms { try require(.bool, term, "&& and || join conditions") }
            return .bool
        case .list(let elements):
            var joined: ValueType?
            for element in elements {
                var type = try type(of: element.value)
                if element.isOptional { type = try optionalContent(type, at: element.value.location) }
                joined = types.joined(joined, type)
            }
            return .list(joined ?? types.open("E"))
        case .map(let entries): return try map(entries)
        case .message(let name, let fields): return try message(name, fields, at: node.location)
        case .comprehension(let comprehension): return try self.comprehension(comprehension)
        case .bind(let name, let value, let body):
            let valueType = try type(of: value)
            return try inScope([(name, valueType)], body)
        case .block(let values, let body):
            let depth = locals.count
            defer { locals.removeLast(locals.count - depth) }
            for (index, value) in values.enumerated() {
                locals.append(("@index\(index)", try type(of: value)))
            }
            return try type(of: body)
        }
    }

    private static func type(of literal: Value) -> ValueType {
        switch literal {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        default: .dyn
        }
    }

    mutating func inScope(
        _ variables: [(String, ValueType)], _ body: SyntaxNode
    ) throws(ExpressionError) -> ValueType {
        for (name, type) in variables { locals.append((name, type)) }
        defer { locals.removeLast(variables.count) }
        return try type(of: body)
    }

    func local(_ name: String) -> ValueType? { locals.last { $0.name == name }?.type }

    mutating func require(_ type: ValueType, _ node: SyntaxNode, _ rule: String) throws(ExpressionError) {
        let actual = try self.type(of: node)
        guard types.fits(actual, type) else {
            throw ExpressionError(
                .noMatchingOverload, "\(rule): this is \(shown(actual)), not \(type).", at: node.location)
        }
    }

    func shown(_ type: ValueType) -> String { types.resolved(type, closing: true).description }

    // MARK: Names and fields

    private func identifier(_ name: String, at location: SourceLocation) throws(ExpressionError) -> ValueType {
        if let type = local(name) { return type }
        switch environment.resolve(name) {
        case .variable(_, let type), .constant(_, let type): return type
        case nil:
            let known = locals.map(\.name) + Array(environment.variables.keys)
            throw ExpressionError(
                .undeclaredReference, "There is no \"\(name)\" here.\(Suggestion.text(for: name, among: known))",
                at: location)
        }
    }

    private mutating func select(
        _ node: SyntaxNode, _ operand: SyntaxNode, _ field: String, _ access: SyntaxNode.Access
    ) throws(ExpressionError) -> ValueType {
        if let name = node.qualifiedName, !hasLocalRoot(name), let found = environment.resolve(name) {
            switch found {
            case .variable(_, let type), .constant(_, let type): return type
            }
        }
        let type = types.resolved(try self.type(of: operand))
        let found = try fieldType(field, of: type, at: node.location)
        switch access {
        case .test: return .bool
        case .plain: return found
        case .optional: if case .optional = found { return found } else { return .optional(found) }
        }
    }

    func hasLocalRoot(_ qualifiedName: String) -> Bool {
        guard !qualifiedName.hasPrefix(".") else { return false }
        return local(String(qualifiedName.prefix { $0 != "." })) != nil
    }

    private mutating func fieldType(
        _ field: String, of type: ValueType, at location: SourceLocation
    ) throws(ExpressionError) -> ValueType {
        switch type {
        case .dyn: return .dyn
        case .map(_, let value): return value
        case .record(let fields):
            if let found = fields[field] { return found }
            throw ExpressionError(
                .undeclaredField,
                "There is no field \"\(field)\".\(Suggestion.text(for: field, among: Array(fields.keys)))", at: location
            )
        case .optional(let inner):
            let found = try fieldType(field, of: types.resolved(inner), at: location)
            if case .optional = found { return found } else { return .optional(found) }
        case .parameter:
            _ = types.fits(.dyn, type)
            return .dyn
        default:
            throw ExpressionError(
                .noMatchingOverload, "A value of type \(shown(type)) has no fields such as \"\(field)\".", at: location)
        }
    }

    /// The type of `record["name"]`, where the name is written out.
    mutating func recordField(_ operand: ValueType, _ index: SyntaxNode) throws(ExpressionError) -> ValueType? {
        guard case .record = types.resolved(operand), case .literal(.string(let name)) = index.kind else { return nil }
        return try fieldType(name, of: types.resolved(operand), at: index.location)
    }

    func optionalContent(_ type: ValueType, at location: SourceLocation) throws(ExpressionError) -> ValueType {
        switch types.resolved(type) {
        case .optional(let inner): return inner
        case .dyn, .parameter: return .dyn
        default:
            throw ExpressionError(
                .noMatchingOverload, "After ? an optional value is needed, not \(shown(type)).", at: location)
        }
    }

    // MARK: Maps and messages

    private mutating func map(_ entries: [SyntaxNode.Entry]) throws(ExpressionError) -> ValueType {
        var key: ValueType?
        var value: ValueType?
        for entry in entries {
            let keyType = try type(of: entry.key)
            switch types.resolved(keyType) {
            case .bool, .int, .uint, .string, .dyn, .parameter, .wrapper: break
            default:
                throw ExpressionError(
                    .unsupportedKey, "A map's key is a bool, an int, a uint or a string, not \(shown(keyType)).",
                    at: entry.key.location)
            }
            key = types.joined(key, keyType)
            var valueType = try type(of: entry.value)
            if entry.isOptional { valueType = try optionalContent(valueType, at: entry.value.location) }
            value = types.joined(value, valueType)
        }
        return .map(key: key ?? types.open("K"), value: value ?? types.open("V"))
    }

    private mutating func message(
        _ name: String, _ fields: [SyntaxNode.Field], at location: SourceLocation
    ) throws(ExpressionError) -> ValueType {
        guard let message = environment.message(named: name) else {
            throw ExpressionError(.undeclaredReference, "There is no message type \"\(name)\".", at: location)
        }
        for field in fields {
            guard let expected = message.fields[field.name] else {
                throw ExpressionError(
                    .undeclaredField,
                    "\(name) has no field \"\(field.name)\"."
                        + Suggestion.text(for: field.name, among: Array(message.fields.keys)), at: field.location)
            }
            var actual = try type(of: field.value)
            if field.isOptional { actual = try optionalContent(actual, at: field.value.location) }
            guard types.fits(actual, expected) else {
                throw ExpressionError(
                    .noMatchingOverload, "The field \"\(field.name)\" is \(expected), not \(shown(actual)).",
                    at: field.value.location)
            }
        }
        return message.result
    }
}
