internal import StrictJSON

extension ConformanceCase {
    /// Reads, checks (unless the case disables it) and evaluates the expression, and compares the result.
    ///
    /// Where an error is expected, an error of the evaluation or of the checker passes, whatever its message; a fault in
    /// reading the expression does not. Values must agree in type too (an int is no uint); NaN agrees with NaN, and the
    /// order of a map does not count. Skipped are the cases that need a protobuf message with a schema of its own.
    public func run(timeZone: Environment.TimeZoneLookup? = nil) -> Outcome {
        if case .unsupported(let reason) = expectation { return .failed(reason) }
        do throws(ConformanceFault) {
            var environment = try environment()
            environment.timeZone = timeZone
            let parsed: SyntaxNode
            do throws(ExpressionError) {
                parsed = try Parser.parse(expression, depthLimit: environment.limits.depth)
            } catch {
                if let name = Self.messageName(expression) { return .skipped(Self.needs(name)) }
                return .failed("not read: \(error)")
            }
            if let message = SchemaNeed(environment: environment).find(in: parsed) {
                return .skipped(Self.needs(message))
            }
            return try judge(environment)
        } catch {
            switch error {
            case .schema(let name): return .skipped(Self.needs(name))
            case .malformed(let what): return .failed("the case is malformed: \(what)")
            }
        }
    }

    private static func needs(_ name: String) -> String { "needs the protobuf message \(name)" }

    private static func messageName(_ source: String) -> String? {
        source.contains("TestAllTypes") ? "TestAllTypes" : nil
    }

    private func environment() throws(ConformanceFault) -> Environment {
        var environment = Environment.standard
        environment.container = container
        environment.checksTypes = !disablesCheck
        for declaration in typeEnvironment {
            let name = declaration["name"]?.string ?? ""
            if let type = declaration["ident"]?["type"] {
                environment = environment.declaring(name, as: try ConformanceCoding.type(type))
            } else if let overloads = declaration["function"]?["overloads"]?.array {
                environment = environment.adding(try ConformanceCoding.functions(name, overloads))
            }
        }
        for (name, _) in bindings where environment.variables[name] == nil {
            environment = environment.declaring(name, as: .dyn)
        }
        return environment
    }

    private func judge(_ environment: Environment) throws(ConformanceFault) -> Outcome {
        var values = Bindings()
        for (name, json) in bindings { values[name] = try ConformanceCoding.value(json["value"] ?? json) }
        let result: Value
        let type: ValueType
        do throws(ExpressionError) {
            let compiled = try Expression(expression, in: environment)
            type = compiled.resultType
            if isCheckOnly {
                result = .null
            } else {
                result = try compiled.evaluate(values)
            }
        } catch {
            if case .error = expectation, error.code != .syntax, error.code != .tooDeep { return .passed }
            return .failed("error: \(error)")
        }
        switch expectation {
        case .error: return .failed("an error was expected, the result is \(ConformanceCoding.shown(result))")
        case .yes: return compare(result, .bool(true))
        case .value(let json):
            return isCheckOnly ? .passed : compare(result, try ConformanceCoding.value(json))
        case .typed(let expected, let json):
            let deduced = try ConformanceCoding.type(json)
            guard deduced == type || disablesCheck else { return .failed("type \(type), expected \(deduced)") }
            guard let expected, !isCheckOnly else { return .passed }
            return compare(result, try ConformanceCoding.value(expected))
        case .unsupported(let reason): return .failed(reason)
        }
    }

    private func compare(_ result: Value, _ expected: Value) -> Outcome {
        ConformanceCoding.agree(result, expected)
            ? .passed
            : .failed("\(ConformanceCoding.shown(result)), expected \(ConformanceCoding.shown(expected))")
    }
}

/// Why a case cannot be run as it stands.
enum ConformanceFault: Error {
    /// Needs a message with a schema of its own.
    case schema(String)
    case malformed(String)
}

/// Finds the names of protobuf messages and enums of the suite in an expression.
private struct SchemaNeed {
    let environment: Environment

    func find(in node: SyntaxNode) -> String? {
        if let name = node.qualifiedName { return schemaName(name) ?? inner(node) }
        return inner(node)
    }

    private func inner(_ node: SyntaxNode) -> String? {
        switch node.kind {
        case .literal, .identifier: return nil
        case .select(let operand, _, _): return find(in: operand)
        case .call(let name, let target, let arguments):
            if let target, let space = target.qualifiedName {
                if space == "proto", name == "getExt" || name == "hasExt" { return "extension" }
                if let found = schemaName("\(space).\(name)") { return found }
            }
            return first(arguments + (target.map { [$0] } ?? []))
        case .logical(_, let terms): return first(terms)
        case .list(let elements): return first(elements.map(\.value))
        case .map(let entries): return first(entries.flatMap { [$0.key, $0.value] })
        case .message(let name, let fields):
            return environment.message(named: name) == nil ? name : first(fields.map(\.value))
        case .comprehension(let loop): return first([loop.range] + loop.parts)
        case .bind(_, let value, let body): return first([value, body])
        case .block(let values, let body): return first(values + [body])
        }
    }

    private func first(_ nodes: [SyntaxNode]) -> String? {
        for node in nodes { if let found = find(in: node) { return found } }
        return nil
    }

    private static let space = "cel.expr.conformance."

    private func schemaName(_ name: String) -> String? {
        if name.hasPrefix(Self.space) || name.hasPrefix("." + Self.space) { return name }
        let isInContainer = (environment.container + ".").hasPrefix(Self.space)
        let first = name.unicodeScalars.first ?? "_"
        guard isInContainer, first >= "A", first <= "Z", environment.resolve(name) == nil else { return nil }
        return name
    }
}
