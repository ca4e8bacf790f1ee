import ExpressionLanguage

/// Named intermediate results, each over the facts, the parameters and the definitions above it.
struct Definitions: Sendable {
    struct Definition: Sendable {
        let name: String
        let expression: RuleExpression
        let meaning: [String: String]
        /// The facts the result is made of, such as `members` for a list of some of them.
        let standsFor: [String]?
    }

    private(set) var byName: [String: Definition] = [:]
    /// Sees facts, parameters and all definitions so far.
    private(set) var environment: Environment
    private let facts: Set<String>
    private var choices: Set<String>

    /// The variables of `environment` are the facts.
    init(environment: Environment, choices: Set<String>) {
        self.environment = environment
        facts = Set(environment.variables.keys)
        self.choices = choices
    }

    /// Declares a name that is bound from outside, such as a parameter.
    mutating func declare(_ name: String, as type: ValueType, at node: LawNode) throws(LawError) {
        guard environment.variables[name] == nil else {
            throw node.error(
                .duplicateName, "The name \"\(name)\" is taken by a fact or another definition; change it.")
        }
        environment = environment.declaring(name, as: type)
    }

    /// Further codes of choices that expressions may name.
    mutating func addChoices(_ codes: Set<String>) { choices.formUnion(codes) }

    /// Reads `name: {is, meaning, standsFor}` entries in their order, of one file or several.
    mutating func add(_ nodes: [LawNode], languages: [String]) throws(LawError) {
        let circles = try checkCycles(nodes)
        var members: [(name: String, node: LawNode)] = []
        for node in nodes { members += try node.members() }
        for (name, entry) in members {
            try entry.allow(only: ["is", "meaning", "standsFor"])
            guard !circles.contains(name) else {
                try declare(name, as: .dyn, at: entry)
                continue
            }
            let expression = try compile(try entry.member("is"), yielding: [])
            let standsFor = try entry.optional("standsFor")?.text()
            let definition = Definition(
                name: name, expression: expression, meaning: try entry.member("meaning").labels(languages),
                standsFor: standsFor.map(Self.components))
            try declare(name, as: expression.expression.resultType, at: entry)
            byName[name] = definition
        }
    }

    func compile(_ node: LawNode, yielding types: [ValueType]) throws(LawError) -> RuleExpression {
        try RuleExpression(node, in: environment, yielding: types, choices: choices)
    }

    /// The facts that an expression reads, also through definitions: `assets.cars`, `members[].birthDate`.
    ///
    /// A whole that is read besides its parts is left out.
    func factPaths(_ expression: RuleExpression) -> [String] {
        var paths: [[String]] = []
        collect(expression, into: &paths)
        let needed = paths.filter { path in
            !paths.contains { $0.count > path.count && $0.starts(with: path) }
        }
        return needed.map(Self.joined)
    }

    /// Every name an expression reads, also through definitions.
    func names(behind expression: RuleExpression) -> Set<String> {
        var names: Set<String> = []
        var open = expression.names
        while let name = open.popLast() {
            guard names.insert(name).inserted, let definition = byName[name] else { continue }
            open += definition.expression.names
        }
        return names
    }

    private func collect(_ expression: RuleExpression, into paths: inout [[String]]) {
        for path in expression.expression.referencedPaths {
            guard let first = path.first else { continue }
            guard let definition = byName[first] else {
                if facts.contains(first), !paths.contains(path) { paths.append(path) }
                continue
            }
            if let facts = definition.standsFor, path.count > 1 {
                let whole = facts + path.dropFirst()
                if !paths.contains(whole) { paths.append(whole) }
            }
            collect(definition.expression, into: &paths)
        }
    }

    /// `members[]` as `members`, `[]`.
    private static func components(_ path: String) -> [String] {
        path.split(separator: ".").flatMap { part in
            part.hasSuffix("[]") ? [String(part.dropLast(2)), "[]"] : [String(part)]
        }
    }

    private static func joined(_ path: [String]) -> String {
        path.reduce("") { $1 == "[]" || $0.isEmpty ? $0 + $1 : "\($0).\($1)" }
    }
}
