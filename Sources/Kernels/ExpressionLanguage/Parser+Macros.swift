extension Parser {
    /// A call after a dot: a macro over a list, map or optional, a macro of the namespace `cel`, or a plain call.
    func expandMember(
        _ name: String, target: SyntaxNode, _ arguments: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> SyntaxNode {
        if case .identifier(let space) = target.kind {
            if space == "cel", let node = try expandCel(name, arguments, at: location) { return node }
            if space == "math", name == "greatest" || name == "least" {
                return try extreme(name, target, arguments, at: location)
            }
        }
        guard let shape = Self.shape(of: name, arguments.count) else {
            return try node(.call(name, target: target, arguments), at: location)
        }
        var variables: [String] = []
        for argument in arguments.prefix(shape.variables) {
            guard let variable = argument.variableName else {
                throw ExpressionError(
                    .syntax, "\(name) needs a plain name for its variable here.", at: argument.location)
            }
            guard !variables.contains(variable) else {
                throw ExpressionError(.syntax, "\(name) needs two different names.", at: argument.location)
            }
            variables.append(variable)
        }
        let comprehension = Comprehension(
            kind: shape.kind, range: target, variables: variables,
            filter: shape.hasFilter ? arguments[shape.variables] : nil, body: arguments[arguments.count - 1])
        return try node(.comprehension(comprehension), at: location)
    }

    private struct Shape {
        let kind: Comprehension.Kind
        let variables: Int
        var hasFilter = false
    }

    private static func shape(of name: String, _ count: Int) -> Shape? {
        switch (name, count) {
        case ("all", 2), ("all", 3): Shape(kind: .all, variables: count - 1)
        case ("exists", 2), ("exists", 3): Shape(kind: .exists, variables: count - 1)
        case ("exists_one", 2), ("existsOne", 2), ("exists_one", 3), ("existsOne", 3):
            Shape(kind: .existsOne, variables: count - 1)
        case ("filter", 2): Shape(kind: .filter, variables: 1)
        case ("map", 2): Shape(kind: .map, variables: 1)
        case ("map", 3): Shape(kind: .map, variables: 1, hasFilter: true)
        case ("transformList", 3): Shape(kind: .transformList, variables: 2)
        case ("transformList", 4): Shape(kind: .transformList, variables: 2, hasFilter: true)
        case ("transformMap", 3): Shape(kind: .transformMap, variables: 2)
        case ("transformMap", 4): Shape(kind: .transformMap, variables: 2, hasFilter: true)
        case ("transformMapEntry", 3): Shape(kind: .transformMapEntry, variables: 2)
        case ("transformMapEntry", 4): Shape(kind: .transformMapEntry, variables: 2, hasFilter: true)
        case ("sortBy", 2): Shape(kind: .sortBy, variables: 1)
        case ("optMap", 2): Shape(kind: .optMap, variables: 1)
        case ("optFlatMap", 2): Shape(kind: .optFlatMap, variables: 1)
        default: nil
        }
    }

    /// A call of a plain name: the macro `has`, or a function.
    func expandGlobal(
        _ name: String, _ arguments: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> SyntaxNode {
        guard name == "has", arguments.count == 1 else {
            return try node(.call(name, target: nil, arguments), at: location)
        }
        guard case .select(let operand, let field, let access) = arguments[0].kind, access != .test else {
            throw ExpressionError(.syntax, "has() takes a field, such as has(a.b).", at: arguments[0].location)
        }
        return try node(.select(operand, field: field, .test), at: location)
    }

    private func expandCel(
        _ name: String, _ arguments: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> SyntaxNode? {
        switch (name, arguments.count) {
        case ("bind", 3):
            guard let variable = arguments[0].variableName else {
                throw ExpressionError(.syntax, "cel.bind needs a plain name first.", at: arguments[0].location)
            }
            return try node(.bind(name: variable, arguments[1], body: arguments[2]), at: location)
        case ("block", 2):
            guard case .list(let elements) = arguments[0].kind, !elements.contains(where: \.isOptional) else {
                throw ExpressionError(.syntax, "cel.block needs a list of expressions first.", at: location)
            }
            return try node(.block(elements.map(\.value), body: arguments[1]), at: location)
        case ("index", 1):
            return try node(.identifier("@index\(try Self.numbers(name, arguments)[0])"), at: location)
        case ("iterVar", 2), ("accuVar", 2):
            let numbers = try Self.numbers(name, arguments)
            return try node(.identifier("@\(name):\(numbers[0]):\(numbers[1])"), at: location)
        default: return nil
        }
    }

    private static func numbers(_ name: String, _ arguments: [SyntaxNode]) throws(ExpressionError) -> [Int64] {
        var numbers: [Int64] = []
        for argument in arguments {
            guard case .literal(.int(let number)) = argument.kind, number >= 0 else {
                throw ExpressionError(.syntax, "cel.\(name) takes whole numbers from 0.", at: argument.location)
            }
            numbers.append(number)
        }
        return numbers
    }

    /// Three numbers and more become one list; literals that are no numbers are refused at once.
    private func extreme(
        _ name: String, _ target: SyntaxNode, _ arguments: [SyntaxNode], at location: SourceLocation
    ) throws(ExpressionError) -> SyntaxNode {
        guard !arguments.isEmpty else {
            throw ExpressionError(.syntax, "math.\(name) needs at least one number.", at: location)
        }
        for argument in arguments {
            switch argument.kind {
            case .literal(.int), .literal(.uint), .literal(.double): continue
            case .list where arguments.count == 1: continue
            case .literal, .list, .map, .message:
                throw ExpressionError(.syntax, "math.\(name) takes numbers only.", at: argument.location)
            default: continue
            }
        }
        guard arguments.count > 2 else { return try node(.call(name, target: target, arguments), at: location) }
        let elements = arguments.map { SyntaxNode.Element(value: $0, isOptional: false) }
        return try node(.call(name, target: target, [try node(.list(elements), at: location)]), at: location)
    }
}

extension SyntaxNode {
    /// The name that a macro may bind: a simple identifier without a dot.
    fileprivate var variableName: String? {
        if case .identifier(let name) = kind, !name.hasPrefix(".") { name } else { nil }
    }
}
