extension Expression {
    /// The facts that the expression reads, each as the way to it from a variable, sorted.
    ///
    /// `["assets", "cars"]` for `assets.cars`; `["members", "[]", "activity"]` for `members.exists(m, m.activity == 'x')`:
    /// a macro's variable stands for the elements of its list, `[]`. A field of a read path is read too, so
    /// `["assets"]` alone means that `assets` is used as a whole.
    public var referencedPaths: [[String]] {
        var collector = PathCollector(environment: environment)
        collector.visit(syntax)
        return collector.paths.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

private struct PathCollector {
    let environment: Environment
    var paths: Set<[String]> = []
    /// What the variables of macros stand for; nil where that is no fact.
    private var scope: [(name: String, path: [String]?)] = []

    init(environment: Environment) { self.environment = environment }

    mutating func visit(_ node: SyntaxNode) {
        if let path = path(of: node) {
            paths.insert(path)
            visitIndices(node)
            return
        }
        switch node.kind {
        case .literal, .identifier: break
        case .select(let operand, _, _): visit(operand)
        case .call(_, let target, let arguments):
            if let target { visit(target) }
            for argument in arguments { visit(argument) }
        case .logical(_, let terms): for term in terms { visit(term) }
        case .list(let elements): for element in elements { visit(element.value) }
        case .map(let entries):
            for entry in entries {
                visit(entry.key)
                visit(entry.value)
            }
        case .message(_, let fields): for field in fields { visit(field.value) }
        case .comprehension(let loop): visit(loop)
        case .bind(let name, let value, let body): bound([(name, value)], body)
        case .block(let values, let body):
            bound(values.enumerated().map { ("@index\($0.offset)", $0.element) }, body)
        }
    }

    private mutating func bound(_ values: [(String, SyntaxNode)], _ body: SyntaxNode) {
        let depth = scope.count
        for (name, value) in values {
            let path = path(of: value)
            if path == nil { visit(value) } else { visitIndices(value) }
            scope.append((name, path))
        }
        visit(body)
        scope.removeLast(scope.count - depth)
    }

    private mutating func visit(_ loop: Comprehension) {
        let range = path(of: loop.range)
        if range == nil { visit(loop.range) } else { visitIndices(loop.range) }
        let element = range.map { loop.kind == .optMap || loop.kind == .optFlatMap ? $0 : $0 + ["[]"] }
        if loop.variables.count == 2 { scope.append((loop.variables[0], nil)) }
        scope.append((loop.variables[loop.variables.count - 1], element))
        let before = paths
        for part in loop.parts { visit(part) }
        scope.removeLast(loop.variables.count)
        guard let range else { return }
        let isRead = paths.subtracting(before).contains { $0.starts(with: range) }
        if !isRead, !before.contains(where: { $0.starts(with: range) }) { paths.insert(range) }
    }

    /// Visits the loops and the computed indices inside a path.
    private mutating func visitIndices(_ node: SyntaxNode) {
        switch node.kind {
        case .select(let operand, _, _): visitIndices(operand)
        case .call("_[_]", nil, let parts), .call("_[?_]", nil, let parts):
            visitIndices(parts[0])
            visit(parts[1])
        case .comprehension(let loop): visit(loop)
        default: break
        }
    }

    /// The way from a variable to what the node yields, nil where it is computed.
    private func path(of node: SyntaxNode) -> [String]? {
        if let name = node.qualifiedName {
            let root = String(name.prefix { $0 != "." })
            if name.hasPrefix(".") || !scope.contains(where: { $0.name == root }) {
                switch environment.resolve(name) {
                case .variable(let variable, _): return [variable]
                case .constant: return nil
                case nil: break
                }
            }
        }
        switch node.kind {
        case .identifier(let name): return scope.last { $0.name == name }?.path
        case .select(let operand, let field, _): return path(of: operand).map { $0 + [field] }
        case .call("_[_]", nil, let parts), .call("_[?_]", nil, let parts):
            guard let base = path(of: parts[0]) else { return nil }
            if case .literal(.string(let field)) = parts[1].kind { return base + [field] }
            return base + ["[]"]
        case .comprehension(let loop) where loop.kind == .filter || loop.kind == .sortBy: return path(of: loop.range)
        default: return nil
        }
    }
}
