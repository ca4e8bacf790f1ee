import ExpressionLanguage
import Testing

@Suite("The facts that an expression reads")
struct PathTests {
    @Test(
        "paths lead from a variable to what is read",
        arguments: [
            ("assets.cars > 0", ["assets.cars"]),
            ("dwelling.rooms + dwelling['kitchens']", ["dwelling.kitchens", "dwelling.rooms"]),
            ("members.exists(m, m.activity == 'x')", ["members.[].activity"]),
            ("members.filter(m, m.age > 17).map(a, a.income)", ["members.[].age", "members.[].income"]),
            ("size(members)", ["members"]),
            ("members.exists(m, true)", ["members"]),
            ("members.transformList(i, m, m.age + i)", ["members.[].age"]),
            ("cel.bind(d, dwelling, d.rooms > 1)", ["dwelling.rooms"]),
            ("has(assets.cars) ? assets.?tractors.orValue(0) : 0", ["assets.cars", "assets.tractors"]),
            ("members[0].age", ["members.[].age"]),
            ("members.map(m, m.children.map(c, c.age)).size() + 1", ["members.[].children.[].age"]),
            ("[1, 2].exists(m, m == 1)", []),
        ])
    func paths(source: String, expected: [String]) throws {
        let environment = ["assets", "dwelling", "members"].reduce(Environment.standard) {
            $0.declaring($1, as: .dyn)
        }
        let expression = try Expression(source, in: environment)
        #expect(expression.referencedPaths.map { $0.joined(separator: ".") } == expected)
    }

    @Test("only the variables in use are listed")
    func variables() throws {
        let environment = Environment.standard.declaring("a", as: .int).declaring("b", as: .int)
        #expect(try Expression("[1].map(b, b + a)", in: environment).variables == ["a"])
    }
}
