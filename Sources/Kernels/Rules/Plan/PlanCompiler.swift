import ExpressionLanguage
import Quantities

/// Turns the law's expressions into the steps of a plan.
struct PlanCompiler {
    var plan: LawPlan
    let schema: FactsSchema
    /// The list of records over which loops run.
    let listName: String
    let memberFields: [FactsSchema.Field]
    /// Truths of households: where one holds, the household is not certain.
    var doubts: [LawPlan.Place] = []
    var prefixes: [LawPlan.Prefix] = []
    private var known: [String: PlanValue] = [:]
    private var definitions: [String: Definitions.Definition]
    /// The expression being compiled, for messages.
    private var current: RuleExpression?

    init(date: CivilDate, _ parts: LawParts) throws(LawError) {
        plan = LawPlan(date: date)
        schema = parts.schema
        definitions = parts.definitions.byName
        for field in schema.fields {
            if case .list(.record(let fields), _, _) = field.type {
                listName = field.name
                memberFields = fields
                return
            }
        }
        throw LawError(.unknownReference, file: "facts/household.yaml", "There is no list of members among the facts.")
    }

    mutating func bind(_ name: String, _ value: PlanValue) { known[name] = value }

    /// Names bound until now; hand it back to `restore` to forget later ones.
    func snapshot() -> ([String: PlanValue], [String: Definitions.Definition]) { (known, definitions) }

    mutating func restore(_ snapshot: ([String: PlanValue], [String: Definitions.Definition])) {
        (known, definitions) = snapshot
    }

    mutating func use(_ definitions: Definitions) { self.definitions = definitions.byName }

    mutating func value(_ expression: RuleExpression) throws(LawError) -> PlanValue {
        let outer = current
        current = expression
        defer { current = outer }
        return try value(expression.expression.syntax, [:])
    }

    mutating func truth(_ expression: RuleExpression) throws(LawError) -> LawPlan.Place {
        guard case .truth(let place) = try value(expression) else { throw unsupported() }
        return place
    }

    func unsupported() -> LawError {
        LawError(
            .invalidExpression, file: current?.file, field: current?.field, line: current?.line,
            "The expression cannot be computed over columns. Use numbers, choices, dates and loops over the members.")
    }

    typealias Local = [String: PlanValue]

    mutating func value(_ node: SyntaxNode, _ local: Local) throws(LawError) -> PlanValue {
        switch node.kind {
        case .literal(let literal): return try self.literal(literal)
        case .identifier(let name): return try self.name(name, local)
        case .select(let operand, let field, .plain): return try select(try value(operand, local), field)
        case .logical(let isAnd, let terms):
            var result = plan.number(isAnd ? 1 : 0)
            for term in terms {
                guard case .truth(let place) = try value(term, local) else { throw unsupported() }
                result = plan.place(isAnd ? .and(result, place) : .or(result, place))
            }
            return .truth(result)
        case .list(let elements):
            var texts: [String] = []
            for element in elements {
                guard case .text(let text) = try value(element.value, local) else { throw unsupported() }
                texts.append(text)
            }
            return .texts(texts)
        case .bind(let name, let bound, let body):
            var local = local
            local[name] = try value(bound, local)
            return try value(body, local)
        case .comprehension(let loop): return try self.loop(loop, local)
        case .call(let name, let target, let arguments):
            var values: [PlanValue] = []
            for argument in (target.map { [$0] } ?? []) + arguments { values.append(try value(argument, local)) }
            return try call(name, values)
        default: throw unsupported()
        }
    }

    private mutating func literal(_ value: Value) throws(LawError) -> PlanValue {
        switch value {
        case .int(let number): return .whole(plan.number(number))
        case .bool(let flag): return .truth(plan.number(flag ? 1 : 0))
        case .string(let text): return .text(text)
        case .null: return .null
        default: throw unsupported()
        }
    }

    private mutating func name(_ name: String, _ local: Local) throws(LawError) -> PlanValue {
        if let value = local[name] ?? known[name] { return value }
        if let definition = definitions[name] {
            let value = try value(definition.expression)
            known[name] = value
            return value
        }
        if name == schema.date { return .date(plan.number(plan.packedDate)) }
        if name == listName { return .stream(PlanStream(filter: plan.number(1))) }
        guard let field = schema.fields.first(where: { $0.name == name }) else { throw unsupported() }
        return try fact(field, name, ofMembers: false)
    }

    private mutating func select(_ value: PlanValue, _ name: String) throws(LawError) -> PlanValue {
        switch value {
        case .record(let fields, let path):
            guard let field = fields.first(where: { $0.name == name }) else { throw unsupported() }
            return try fact(field, "\(path).\(name)", ofMembers: false)
        case .member: return try member(name)
        case .first(let stream):
            guard stream.order.isEmpty, stream.element == nil else { throw unsupported() }
            doubts.append(plan.place(.equal(count(stream.filter), plan.number(0))))
            func first(_ place: LawPlan.Place) -> LawPlan.Place { plan.place(.first(filter: stream.filter, place)) }
            switch try member(name) {
            case .whole(let place): return .whole(first(place))
            case .truth(let place): return .truth(first(place))
            case .date(let place): return .date(first(place))
            case .choice(let place, let codes): return .choice(first(place), codes)
            default: throw unsupported()
            }
        default: throw unsupported()
        }
    }

    private mutating func member(_ name: String) throws(LawError) -> PlanValue {
        guard let field = memberFields.first(where: { $0.name == name }) else { throw unsupported() }
        return try fact(field, name, ofMembers: true)
    }

    private mutating func fact(_ field: FactsSchema.Field, _ path: String, ofMembers: Bool) throws(LawError)
        -> PlanValue
    {
        switch field.type {
        case .wholeNumber: return .whole(plan.column(path, ofMembers: ofMembers, .number))
        case .boolean: return .truth(plan.column(path, ofMembers: ofMembers, .yesNo))
        case .date: return .date(plan.column(path, ofMembers: ofMembers, .date))
        case .choice(let options):
            let codes = options.map(\.code)
            return .choice(plan.column(path, ofMembers: ofMembers, .choice(codes)), codes)
        case .record(let fields) where !ofMembers: return .record(fields, path: path)
        case .list(.wholeNumber, _, _) where !ofMembers: return .numbers(path: path)
        case .text where ofMembers: return .order(plan.column(path, ofMembers: true, .textOrder))
        default: throw unsupported()
        }
    }

    private mutating func loop(_ loop: Comprehension, _ local: Local) throws(LawError) -> PlanValue {
        guard case .stream(var stream) = try value(loop.range, local) else { throw unsupported() }
        var local = local
        if loop.variables.count == 2 {
            local[loop.variables[0]] = .whole(plan.place(.rank(filter: stream.filter, order: stream.order)))
        }
        local[loop.variables[loop.variables.count - 1]] = stream.element ?? .member
        if let filter = loop.filter {
            guard case .truth(let place) = try value(filter, local) else { throw unsupported() }
            stream.filter = plan.place(.and(stream.filter, place))
        }
        let body = try value(loop.body, local)
        switch (loop.kind, body) {
        case (.filter, .truth(let place)):
            stream.filter = plan.place(.and(stream.filter, place))
            return .stream(stream)
        case (.map, _), (.transformList, _):
            stream.element = body
            return .stream(stream)
        case (.sortBy, .date(let place)), (.sortBy, .order(let place)), (.sortBy, .whole(let place)):
            // A later sort is compared first; the earlier order decides between equals.
            stream.order.insert(place, at: 0)
            return .stream(stream)
        case (.exists, .truth(let place)):
            return .truth(plan.place(.less(plan.number(0), count(plan.place(.and(stream.filter, place))))))
        case (.existsOne, .truth(let place)):
            return .truth(plan.place(.equal(plan.number(1), count(plan.place(.and(stream.filter, place))))))
        case (.all, .truth(let place)):
            let fails = plan.place(.and(stream.filter, plan.place(.not(place))))
            return .truth(plan.place(.equal(plan.number(0), count(fails))))
        default: throw unsupported()
        }
    }

    mutating func count(_ filter: LawPlan.Place) -> LawPlan.Place { plan.place(.sum(filter: filter, plan.number(1))) }
}
