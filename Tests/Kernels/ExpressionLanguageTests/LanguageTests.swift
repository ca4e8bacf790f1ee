import ExpressionLanguage
import StrictJSON
import Testing

/// What an expression yields in the standard environment with some variables.
func evaluate(
    _ source: String, _ facts: [String: Value] = [:], in environment: Environment = .standard
) throws(ExpressionError) -> Value {
    var environment = environment
    for name in facts.keys where environment.variables[name] == nil {
        environment = environment.declaring(name, as: .dyn)
    }
    return try Expression(source, in: environment).evaluate(Bindings(facts))
}

/// The error of reading, checking or evaluating an expression; nil where it yields a value.
func failure(
    _ source: String, _ facts: [String: Value] = [:], in environment: Environment = .standard
) -> ExpressionError? {
    do throws(ExpressionError) {
        _ = try evaluate(source, facts, in: environment)
        return nil
    } catch { return error }
}

@Suite("The expression language")
struct LanguageTests {
    @Test("facts of a household are read from JSON by name, place and loop")
    func facts() throws {
        let household: JSONValue = [
            "members": [["age": 34, "activity": "employed"], ["age": 6, "activity": "none"]],
            "dwelling": ["rooms": 3, "walls": "brick"],
        ]
        let facts = ["household": Value(household)]
        #expect(try evaluate("household.dwelling.rooms", facts) == .int(3))
        #expect(try evaluate("household.members.exists(m, m.activity == 'employed')", facts) == .bool(true))
        #expect(try evaluate("household.members.filter(m, m.age < 18).size()", facts) == .int(1))
        #expect(try evaluate("has(household.dwelling.roof)", facts) == .bool(false))
        #expect(try evaluate("household.dwelling.?roof.orValue('unknown')", facts) == .string("unknown"))
        #expect(try evaluate("household.dwelling", facts).json == household["dwelling"])
    }

    @Test("a misspelt field of a record is found before evaluation, with a proposal")
    func misspeltField() throws {
        let member = ValueType.record(["activity": .string, "age": .int])
        let environment = Environment.standard.declaring("members", as: .list(member))
        let error = try #require(failure("members.exists(m, m.actvity == 'x')", in: environment))
        #expect(error.code == .undeclaredField)
        #expect(error.message.contains("Did you mean \"activity\"?"))
        #expect(error.line == 1)
        #expect(error.column == 20)
        #expect(failure("members[0]['agge'] == 1", in: environment)?.code == .undeclaredField)
        #expect(failure("has(members[0].agee)", in: environment)?.code == .undeclaredField)
        #expect(try Expression("members.map(m, m.age)", in: environment).resultType == .list(.int))
    }

    @Test(
        "an ill-typed expression is refused before evaluation",
        arguments: [
            "1 + 'a'", "1 + 1u", "1 && true", "'a' ? 1 : 2", "true ? 1 : 'a'", "!1", "size(1)", "'a'.startsWith(1)",
            "[1].exists(x, x)", "{1.5: 2}", "1 == 'a'", "1 in ['a']", "rational('1') + 1.5", "[1, 2].join()",
            "1.filter(x, true)", "date('2024-01-01') + 1", "['a'].sum()",
        ])
    func illTyped(source: String) {
        let code = failure(source)?.code
        #expect(code == .noMatchingOverload || code == .unsupportedKey)
    }

    @Test("a name that is not declared is refused, with a proposal")
    func undeclared() throws {
        let environment = Environment.standard.declaring("income", as: .int)
        let error = try #require(failure("\n  incone > 3", in: environment))
        #expect(error.code == .undeclaredReference)
        #expect(error.message.contains("Did you mean \"income\"?"))
        #expect(error.line == 2)
        #expect(error.column == 3)
        #expect(failure("sizze([])")?.message.contains("Did you mean \"size\"?") == true)
    }

    @Test("a declared variable without a value is an error of the evaluation")
    func unbound() {
        let environment = Environment.standard.declaring("income", as: .int)
        #expect(failure("income > 3", in: environment)?.code == .unboundVariable)
    }

    @Test("errors tell where they happened")
    func places() throws {
        let error = try #require(failure("1 +\n  10 / zero", ["zero": .int(0)]))
        #expect(error.code == .divisionByZero)
        #expect(error.line == 2)
        #expect(error.column == 6)
        #expect(failure("1 + ")?.code == .syntax)
        #expect(failure("'abc")?.code == .syntax)
        #expect(failure("let + 1")?.code == .syntax)
    }

    @Test("a term that decides a condition absorbs the errors of the others, on either side")
    func absorption() throws {
        #expect(try evaluate("1 / 0 > 1 || true") == .bool(true))
        #expect(try evaluate("false && 1 / 0 > 1") == .bool(false))
        #expect(try evaluate("[0, 1].exists(x, 1 / x == 1)") == .bool(true))
        #expect(try evaluate("[0, 1].all(x, 1 / x == 2)") == .bool(false))
        #expect(failure("1 / 0 > 1 || false")?.code == .divisionByZero)
    }

    @Test("whole numbers never wrap around")
    func overflow() {
        for source in [
            "9223372036854775807 + 1", "-9223372036854775808 - 1", "9223372036854775807 * 2", "0u - 1u",
            "-9223372036854775808 / -1", "int(1e30)", "uint(-1)", "math.abs(-9223372036854775808)",
        ] { #expect(failure(source)?.code == .outOfRange, "\(source)") }
    }

    @Test("strings are compared by their scalars, never normalised")
    func scalars() throws {
        #expect(try evaluate("'\\u00e9' == 'e\\u0301'") == .bool(false))
        #expect(try evaluate("{'\\u00e9': 1, 'e\\u0301': 2}.size()") == .int(2))
        #expect(try evaluate("size('e\\u0301')") == .int(2))
    }

    @Test("numbers of different types are one key and one value")
    func numericKeys() throws {
        #expect(try evaluate("{1: 'a'}[dyn(1u)] + {1u: 'b'}[dyn(1.0)]") == .string("ab"))
        #expect(try evaluate("dyn(1) == 1.0 && dyn(2u) == 2") == .bool(true))
        #expect(failure("{1: 'a', 1u: 'b'}")?.code == .duplicateKey)
    }

    @Test("a binding is computed when it is needed, once")
    func bindings() throws {
        #expect(try evaluate("cel.bind(x, 1 / 0, true)") == .bool(true))
        #expect(try evaluate("[1, 2].map(i, cel.bind(x, i * 10, x + x))") == .list([.int(20), .int(40)]))
        #expect(try evaluate("cel.block([1, cel.index(0) + 1], cel.index(1) * 2)") == .int(4))
    }

    @Test("maps are transformed with key and value")
    func twoVariables() throws {
        #expect(try evaluate("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 10) == {'b': 20}") == .bool(true))
        #expect(try evaluate("['x', 'y'].transformMapEntry(i, v, {v: i}) == {'x': 0, 'y': 1}") == .bool(true))
        #expect(failure("['x', 'x'].transformMapEntry(i, v, {v: i})")?.code == .duplicateKey)
    }

    @Test("a sort keeps the order of equal keys and refuses mixed ones")
    func sorting() throws {
        let source = "[['b', 1], ['a', 1], ['c', 0]].sortBy(p, p[1]).map(p, p[0])"
        #expect(try evaluate(source) == .list([.string("c"), .string("b"), .string("a")]))
        #expect(failure("[dyn(1), dyn('a')].sort()")?.code == .noMatchingOverload)
        #expect(failure("[dyn([1]), dyn([2])].sort()")?.code == .noMatchingOverload)
    }

    @Test("times know UTC and offsets, and names only through the given look-up")
    func timeZones() throws {
        let source = "timestamp('2024-07-01T23:30:00Z').getHours('Here/There')"
        #expect(failure(source)?.code == .invalidArgument)
        var environment = Environment.standard
        environment.timeZone = { name, _ in name == "Here/There" ? 3600 : nil }
        #expect(try evaluate(source, in: environment) == .int(0))
        #expect(try evaluate("timestamp('2024-07-01T23:30:00Z').getHours('+01:00')") == .int(0))
    }

    @Test("a host adds a function of its own")
    func ownFunction() throws {
        let twice = Function("twice", [.int], .int) { (values, _) throws(ExpressionError) in
            guard let number = values[0].int else { throw ExpressionError(.invalidArgument, "No number.") }
            return .int(number * 2)
        }
        let environment = Environment.standard.adding(FunctionLibrary([twice]))
        #expect(try evaluate("twice(21)", in: environment) == .int(42))
        #expect(failure("twice('a')", in: environment)?.code == .noMatchingOverload)
    }
}
