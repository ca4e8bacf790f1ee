/// One form of a function: its name, the types it takes, the type it yields, and what it does.
///
/// A name may have several forms; at evaluation the first whose parameter types take the values is called, so the body
/// can rely on the types. A namespaced function has its whole name (`math.abs`).
public struct Function: Sendable {
    public typealias Body = @Sendable ([Value], EvaluationContext) throws(ExpressionError) -> Value

    public let name: String
    /// Called as `value.name(…)`, with the value as the first parameter.
    public let isMember: Bool
    public let parameters: [ValueType]
    public let result: ValueType
    let body: Body

    public init(
        _ name: String, isMember: Bool = false, _ parameters: [ValueType], _ result: ValueType, body: @escaping Body
    ) {
        self.name = name
        self.isMember = isMember
        self.parameters = parameters
        self.result = result
        self.body = body
    }

    static func member(
        _ name: String, _ parameters: [ValueType], _ result: ValueType, body: @escaping Body
    ) -> Function {
        Function(name, isMember: true, parameters, result, body: body)
    }

    func accepts(_ values: [Value]) -> Bool {
        var index = 0
        while index < parameters.count {
            if !parameters[index].accepts(values[index]) { return false }
            index += 1
        }
        return true
    }
}

/// Functions that belong together and are offered together.
public struct FunctionLibrary: Sendable {
    public let functions: [Function]

    public init(_ functions: [Function]) { self.functions = functions }

    /// Every library of this module except the operators, which are always there.
    public static let all: [FunctionLibrary] = [
        conversions, strings, texts, formatting, times, math, lists, sets, optionals, encoders, exact, dates,
        daySteps,
    ]
}

/// The state of one evaluation, as far as a function may use it: what it costs, and the time zones.
public final class EvaluationContext {
    var variables: [Value?]
    var locals: [Value?]
    private var stepsLeft: Int
    private let timeZone: Environment.TimeZoneLookup?

    init(variables: [Value?], locals: Int, limits: EvaluationLimits, timeZone: Environment.TimeZoneLookup?) {
        self.variables = variables
        self.locals = [Value?](repeating: nil, count: locals)
        stepsLeft = limits.steps
        self.timeZone = timeZone
    }

    /// Counts work to come: one step for each element or 16 bytes that will be made.
    ///
    /// Throws `costExceeded` when the evaluation has used up its steps; call it before the work.
    public func charge(_ steps: Int) throws(ExpressionError) {
        stepsLeft -= min(steps, stepsLeft + 1)
        guard stepsLeft >= 0 else {
            throw ExpressionError(.costExceeded, "The evaluation takes too many steps; shorten its lists or loops.")
        }
    }

    /// The offset from UTC in seconds; throws `invalidArgument` for an unknown zone.
    func offset(of zone: String, at instant: Timestamp) throws(ExpressionError) -> Int {
        if let fixed = TimeZoneOffset.fixed(zone) { return fixed }
        guard let offset = timeZone?(zone, instant.seconds), offset.magnitude <= 86_400 else {
            throw ExpressionError(
                .invalidArgument, "This time zone is not known here; use UTC or an offset such as +01:00.")
        }
        return offset
    }
}

extension Value {
    // For the bodies of functions, whose parameter types are already checked.
    var asString: String {
        get throws(ExpressionError) { if case .string(let value) = self { value } else { throw .noOverload } }
    }
    var asInt: Int64 {
        get throws(ExpressionError) { if case .int(let value) = self { value } else { throw .noOverload } }
    }
    var asUInt: UInt64 {
        get throws(ExpressionError) { if case .uint(let value) = self { value } else { throw .noOverload } }
    }
    var asDouble: Double {
        get throws(ExpressionError) { if case .double(let value) = self { value } else { throw .noOverload } }
    }
    var asBytes: [UInt8] {
        get throws(ExpressionError) { if case .bytes(let value) = self { value } else { throw .noOverload } }
    }
    var asList: [Value] {
        get throws(ExpressionError) { if case .list(let value) = self { value } else { throw .noOverload } }
    }
    var asTimestamp: Timestamp {
        get throws(ExpressionError) { if case .timestamp(let value) = self { value } else { throw .noOverload } }
    }
    var asDuration: Duration {
        get throws(ExpressionError) { if case .duration(let value) = self { value } else { throw .noOverload } }
    }
    var asOptional: Value? {
        get throws(ExpressionError) { if case .optional(let value) = self { value } else { throw .noOverload } }
    }
}
