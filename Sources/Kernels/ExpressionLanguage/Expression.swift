/// An expression that was read, checked and planned once, and can be evaluated any number of times, also concurrently.
public struct Expression: Sendable {
    public let source: String
    /// The type found by the check; `dyn` where the environment does not check.
    public let resultType: ValueType
    package let syntax: SyntaxNode
    let environment: Environment
    private let step: Planner.Step
    private let places: [String]
    private let localCount: Int

    /// Reads, checks and plans.
    ///
    /// Throws `syntax` and `tooDeep` for a text that is no expression, and where the environment checks types,
    /// `undeclaredReference`, `undeclaredField`, `noMatchingOverload` and `unsupportedKey`.
    public init(_ source: String, in environment: Environment) throws(ExpressionError) {
        self.source = source
        self.environment = environment
        syntax = try Parser.parse(source, depthLimit: environment.limits.depth)
        resultType = environment.checksTypes ? try Checker.check(syntax, in: environment) : .dyn
        var planner = Planner(environment: environment)
        step = try planner.step(syntax)
        places = planner.variables
        localCount = planner.localCount
    }

    /// The declared variables that the expression reads.
    public var variables: Set<String> { Set(places) }

    /// The value for these variables.
    ///
    /// Throws `unboundVariable`, `noSuchKey`, `noMatchingOverload`, `invalidArgument`, `divisionByZero`, `outOfRange`,
    /// `unsupportedKey`, `duplicateKey`, `undeclaredReference` or `costExceeded`.
    public func evaluate(_ bindings: Bindings) throws(ExpressionError) -> Value {
        let context = EvaluationContext(
            variables: places.map { bindings[$0] }, locals: localCount, limits: environment.limits,
            timeZone: environment.timeZone)
        return try step(context)
    }
}

/// The values of variables, by name.
public struct Bindings: Sendable, ExpressibleByDictionaryLiteral {
    private var values: [String: Value]

    public init(_ values: [String: Value] = [:]) { self.values = values }

    /// Of a name written twice, the last counts.
    public init(dictionaryLiteral elements: (String, Value)...) {
        values = Dictionary(elements) { _, last in last }
    }

    public subscript(name: String) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }
}
