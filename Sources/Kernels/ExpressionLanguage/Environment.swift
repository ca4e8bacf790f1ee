/// What an expression may name: variables with their types, functions, the container of its names, and its limits.
///
/// A value type: `declaring` returns a changed copy, and expressions keep the environment they were made in.
public struct Environment: Sendable {
    /// The offset from UTC, in seconds east, of a named time zone at an instant; nil for an unknown name.
    public typealias TimeZoneLookup = @Sendable (_ name: String, _ secondsSinceEpoch: Int64) -> Int?

    public private(set) var variables: [String: ValueType] = [:]
    /// The namespace in which names are looked up first, such as `a.b`: `x` is `a.b.x`, then `a.x`, then `x`.
    public var container: String
    public var limits: EvaluationLimits
    /// Without it only UTC and offsets such as `+01:00` are known as time zones.
    public var timeZone: TimeZoneLookup?
    /// Whether expressions are type-checked; without the check, faults show at evaluation.
    public var checksTypes = true

    private(set) var functions: [String: [Function]] = [:]

    /// No variables and no functions but the operators and those of `libraries`.
    public init(
        libraries: [FunctionLibrary], container: String = "", limits: EvaluationLimits = EvaluationLimits(),
        timeZone: TimeZoneLookup? = nil
    ) {
        self.container = container
        self.limits = limits
        self.timeZone = timeZone
        for library in [FunctionLibrary.operators] + libraries { add(library) }
    }

    /// The language with all its extensions and the exact numbers and dates of this system.
    public static let standard = Environment(libraries: FunctionLibrary.all)

    /// With one more variable, or with another type for it.
    public func declaring(_ name: String, as type: ValueType) -> Environment {
        var copy = self
        copy.variables[name] = type
        return copy
    }

    /// With the functions of one more library; its forms are tried after those of the same name.
    public func adding(_ library: FunctionLibrary) -> Environment {
        var copy = self
        copy.add(library)
        return copy
    }

    private mutating func add(_ library: FunctionLibrary) {
        for function in library.functions { functions[function.name, default: []].append(function) }
    }
}

/// Bounds that keep a hostile or mistaken expression from exhausting stack, time or memory.
public struct EvaluationLimits: Hashable, Sendable {
    /// How deep an expression may be nested; beyond it `tooDeep`.
    public var depth: Int
    /// How many steps one evaluation may take; beyond it `costExceeded`. A call and a turn of a loop are a step each,
    /// and so is every element or 16 bytes that a function makes.
    public var steps: Int

    public init(depth: Int = 200, steps: Int = 2_000_000) {
        self.depth = depth
        self.steps = steps
    }
}

// MARK: Names

extension Environment {
    enum ResolvedName {
        case variable(String, ValueType)
        case constant(Value, ValueType)
    }

    /// The names that a written name may mean, the innermost namespace first.
    func candidates(for name: String) -> [String] {
        if name.hasPrefix(".") { return [String(name.dropFirst())] }
        guard !container.isEmpty else { return [name] }
        var spaces = container.split(separator: ".")
        var candidates: [String] = []
        while !spaces.isEmpty {
            candidates.append(spaces.joined(separator: ".") + "." + name)
            spaces.removeLast()
        }
        return candidates + [name]
    }

    func resolve(_ name: String) -> ResolvedName? {
        for candidate in candidates(for: name) {
            if let type = variables[candidate] { return .variable(candidate, type) }
            if let type = WellKnownTypes.denoted[candidate] {
                return .constant(.type(type.runtimeName ?? candidate), .type(type))
            }
            if candidate == "google.protobuf.NullValue.NULL_VALUE" { return .constant(.int(0), .int) }
        }
        return nil
    }

    /// The functions called by a plain name, with the full name found.
    func functions(called name: String) -> (name: String, forms: [Function])? {
        for candidate in candidates(for: name) {
            if let forms = functions[candidate]?.filter({ !$0.isMember }), !forms.isEmpty { return (candidate, forms) }
        }
        return nil
    }
}
