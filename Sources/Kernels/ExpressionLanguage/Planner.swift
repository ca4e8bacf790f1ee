/// Turns a parsed expression into one closure, with variables and macro variables resolved to places.
struct Planner {
    /// Evaluates a part of the expression.
    typealias Step = @Sendable (EvaluationContext) throws(ExpressionError) -> Value

    let environment: Environment
    /// The declared variables that the expression reads, by place.
    private(set) var variables: [String] = []
    private(set) var localCount = 0
    private var scope: [Local] = []

    private struct Local {
        let name: String
        let place: Int
        /// Of a binding: computed when first needed.
        let value: Step?
    }

    init(environment: Environment) { self.environment = environment }

    mutating func step(_ node: SyntaxNode) throws(ExpressionError) -> Step {
        switch node.kind {
        case .literal(let value): return { _ in value }
        case .identifier(let name): return identifier(name, at: node.location)
        case .select(let operand, let field, let access): return try select(node, operand, field, access)
        case .call(let name, let target, let arguments): return try call(name, target, arguments, at: node.location)
        case .logical(let isAnd, let terms):
            var steps: [Step] = []
            for term in terms { steps.append(try step(term)) }
            return logical(isAnd: isAnd, steps, at: node.location)
        case .list(let elements): return try list(elements)
        case .map(let entries): return try map(entries, at: node.location)
        case .message(let name, let fields): return try message(name, fields, at: node.location)
        case .comprehension(let loop): return try comprehension(loop, at: node.location)
        case .bind(let name, let value, let body):
            return try bind(name, value, body)
        case .block(let values, let body): return try block(values, body)
        }
    }

    /// Puts a name into scope and says its place; `leaveScope` takes it out again.
    mutating func enterScope(_ name: String, value: Step?) -> Int {
        scope.append(Local(name: name, place: scope.count, value: value))
        localCount = max(localCount, scope.count)
        return scope.count - 1
    }

    mutating func leaveScope(_ count: Int) { scope.removeLast(count) }

    private mutating func bind(
        _ name: String, _ value: SyntaxNode, _ body: SyntaxNode
    ) throws(ExpressionError) -> Step {
        let place = enterScope(name, value: try step(value))
        defer { leaveScope(1) }
        let bodyStep = try step(body)
        return { (context) throws(ExpressionError) in
            context.locals[place] = nil
            return try bodyStep(context)
        }
    }

    private mutating func block(_ values: [SyntaxNode], _ body: SyntaxNode) throws(ExpressionError) -> Step {
        var entered: [Int] = []
        defer { leaveScope(entered.count) }
        for (index, value) in values.enumerated() {
            entered.append(enterScope("@index\(index)", value: try step(value)))
        }
        let bodyStep = try step(body)
        let places = entered
        return { (context) throws(ExpressionError) in
            for place in places { context.locals[place] = nil }
            return try bodyStep(context)
        }
    }

    // MARK: Names

    private mutating func identifier(_ name: String, at location: SourceLocation) -> Step {
        if let local = scope.last(where: { $0.name == name }) {
            let place = local.place
            guard let value = local.value else {
                return { (context) throws(ExpressionError) in context.locals[place] ?? .null }
            }
            return { (context) throws(ExpressionError) in
                if let known = context.locals[place] { return known }
                let found = try value(context)
                context.locals[place] = found
                return found
            }
        }
        if let found = environment.resolve(name) { return global(found, at: location) }
        let error = ExpressionError(.undeclaredReference, "There is no \"\(name)\" here.", at: location)
        return { (_) throws(ExpressionError) in throw error }
    }

    private mutating func global(_ found: Environment.ResolvedName, at location: SourceLocation) -> Step {
        switch found {
        case .constant(let value, _): return { _ in value }
        case .variable(let name, _):
            let place = variables.firstIndex(of: name) ?? variables.count
            if place == variables.count { variables.append(name) }
            let error = ExpressionError(
                .unboundVariable, "The variable \"\(name)\" has no value; bind one.", at: location)
            return { (context) throws(ExpressionError) in
                guard let value = context.variables[place] else { throw error }
                return value
            }
        }
    }

    func hasLocalRoot(_ qualifiedName: String) -> Bool {
        guard !qualifiedName.hasPrefix(".") else { return false }
        let root = qualifiedName.prefix { $0 != "." }
        return scope.contains { $0.name == root }
    }

    private mutating func select(
        _ node: SyntaxNode, _ operand: SyntaxNode, _ field: String, _ access: SyntaxNode.Access
    ) throws(ExpressionError) -> Step {
        if let name = node.qualifiedName, !hasLocalRoot(name), let found = environment.resolve(name) {
            return global(found, at: node.location)
        }
        let operandStep = try step(operand)
        let location = node.location
        switch access {
        case .plain:
            return { (context) throws(ExpressionError) in
                let value = try operandStep(context)
                if case .map(let map) = value, let found = map[field] { return found }
                do throws(ExpressionError) { return try Access.field(field, of: value) } catch {
                    throw error.placed(at: location)
                }
            }
        case .optional:
            return { (context) throws(ExpressionError) in
                let value = try operandStep(context)
                do throws(ExpressionError) { return try Access.optionalField(field, of: value) } catch {
                    throw error.placed(at: location)
                }
            }
        case .test:
            return { (context) throws(ExpressionError) in
                let value = try operandStep(context)
                do throws(ExpressionError) { return .bool(try Access.hasField(field, of: value)) } catch {
                    throw error.placed(at: location)
                }
            }
        }
    }

    // MARK: Lists, maps, messages

    private mutating func list(_ elements: [SyntaxNode.Element]) throws(ExpressionError) -> Step {
        var steps: [(step: Step, isOptional: Bool)] = []
        for element in elements { steps.append((try step(element.value), element.isOptional)) }
        let planned = steps
        return { (context) throws(ExpressionError) in
            try context.charge(planned.count)
            var values: [Value] = []
            values.reserveCapacity(planned.count)
            for (step, isOptional) in planned {
                let value = try step(context)
                guard isOptional else {
                    values.append(value)
                    continue
                }
                if let present = try value.asOptional { values.append(present) }
            }
            return .list(values)
        }
    }

    private mutating func map(
        _ entries: [SyntaxNode.Entry], at location: SourceLocation
    ) throws(ExpressionError) -> Step {
        var steps: [(key: Step, value: Step, isOptional: Bool)] = []
        for entry in entries { steps.append((try step(entry.key), try step(entry.value), entry.isOptional)) }
        let planned = steps
        return { (context) throws(ExpressionError) in
            try context.charge(planned.count)
            var values: [(key: Value, value: Value)] = []
            for (keyStep, valueStep, isOptional) in planned {
                let key = try keyStep(context)
                let value = try valueStep(context)
                guard isOptional else {
                    values.append((key, value))
                    continue
                }
                if let present = try value.asOptional { values.append((key, present)) }
            }
            do throws(ExpressionError) { return .map(try ValueMap(values)) } catch { throw error.placed(at: location) }
        }
    }

    private mutating func message(
        _ name: String, _ fields: [SyntaxNode.Field], at location: SourceLocation
    ) throws(ExpressionError) -> Step {
        guard let message = environment.message(named: name) else {
            let error = ExpressionError(
                .undeclaredReference, "There is no message type \"\(name)\".", at: location)
            return { (_) throws(ExpressionError) in throw error }
        }
        var steps: [(name: String, step: Step, isOptional: Bool)] = []
        for field in fields {
            guard message.fields[field.name] != nil, !steps.contains(where: { $0.name == field.name }) else {
                throw ExpressionError(
                    .undeclaredField, "\(name) has no field \"\(field.name)\", or it is set twice.", at: field.location)
            }
            steps.append((field.name, try step(field.value), field.isOptional))
        }
        let planned = steps
        return { (context) throws(ExpressionError) in
            var values: [String: Value] = [:]
            for (name, step, isOptional) in planned {
                let value = try step(context)
                values[name] = isOptional ? try value.asOptional : value
            }
            do throws(ExpressionError) { return try message.make(values) } catch { throw error.placed(at: location) }
        }
    }
}
