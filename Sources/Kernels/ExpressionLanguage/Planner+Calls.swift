extension Planner {
    /// All terms are tried before an error counts: one that decides the result absorbs the errors of the others.
    func logical(isAnd: Bool, _ steps: [Step], at location: SourceLocation) -> Step {
        { (context) throws(ExpressionError) in
            var failure: ExpressionError?
            for step in steps {
                do throws(ExpressionError) {
                    let value = try step(context)
                    guard case .bool(let flag) = value else { throw ExpressionError.noOverload.placed(at: location) }
                    if flag != isAnd { return .bool(flag) }
                } catch {
                    // Exhausted limits are no answer of a term, so they are never absorbed.
                    if error.code == .costExceeded { throw error }
                    failure = failure ?? error
                }
            }
            if let failure { throw failure }
            return .bool(isAnd)
        }
    }

    mutating func call(
        _ name: String, _ target: SyntaxNode?, _ arguments: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> Step {
        if let target {
            if let space = target.qualifiedName, !hasLocalRoot(space),
                let found = environment.functions(called: "\(space).\(name)")
            {
                return try dispatch(found.forms, arguments, name, at: location)
            }
            if name == "matches", let step = try matches(target, arguments, at: location) { return step }
            let forms = environment.functions[name]?.filter(\.isMember) ?? []
            return try dispatch(forms, [target] + arguments, name, at: location)
        }
        if name == "_?_:_" { return try conditional(arguments, at: location) }
        if let binary = Operators.binary[name] { return try self.binary(binary, arguments, at: location) }
        if name == "matches", arguments.count == 2,
            let step = try matches(arguments[0], [arguments[1]], at: location)
        {
            return step
        }
        return try dispatch(environment.functions(called: name)?.forms ?? [], arguments, name, at: location)
    }

    private mutating func conditional(
        _ parts: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> Step {
        let condition = try step(parts[0])
        let yes = try step(parts[1])
        let no = try step(parts[2])
        return { (context) throws(ExpressionError) in
            guard case .bool(let flag) = try condition(context) else {
                throw ExpressionError.noOverload.placed(at: location)
            }
            return try flag ? yes(context) : no(context)
        }
    }

    private mutating func binary(
        _ body: @escaping Operators.Binary, _ operands: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> Step {
        let left = try step(operands[0])
        let right = try step(operands[1])
        return { (context) throws(ExpressionError) in
            let a = try left(context)
            let b = try right(context)
            do throws(ExpressionError) {
                try context.charge(1)
                return try body(a, b, context)
            } catch { throw error.placed(at: location) }
        }
    }

    /// A pattern that is written out is compiled once, when the expression is made.
    private mutating func matches(
        _ text: SyntaxNode, _ arguments: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> Step? {
        guard arguments.count == 1, case .literal(.string(let source)) = arguments[0].kind,
            let pattern = try? Pattern(source)
        else { return nil }
        let textStep = try step(text)
        return { (context) throws(ExpressionError) in
            guard case .string(let text) = try textStep(context) else {
                throw ExpressionError.noOverload.placed(at: location)
            }
            do throws(ExpressionError) { return .bool(try pattern.matches(text, context)) } catch {
                throw error.placed(at: location)
            }
        }
    }

    private mutating func dispatch(
        _ forms: [Function], _ arguments: [SyntaxNode], _ name: String, at location: SourceLocation
    ) throws(ExpressionError) -> Step {
        var planned: [Step] = []
        for argument in arguments { planned.append(try step(argument)) }
        let steps = planned
        let fitting = forms.filter { $0.parameters.count == arguments.count }
        let noForm = ExpressionError(
            .noMatchingOverload, "\(name) does not take values of these types; check its arguments.", at: location)
        return { (context) throws(ExpressionError) in
            var values: [Value] = []
            values.reserveCapacity(steps.count)
            for step in steps { values.append(try step(context)) }
            do throws(ExpressionError) {
                try context.charge(1)
                for form in fitting where form.accepts(values) { return try form.body(values, context) }
            } catch { throw error.placed(at: location) }
            throw noForm
        }
    }
}
