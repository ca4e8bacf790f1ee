public import Rules

/// A plan as one statement of SQL over two tables of whole numbers, with every score, contribution, decision and amount.
///
/// The tables are `household_facts` (`household`, and a column for each of the plan's, named by its path) and
/// `member_facts` (`household`, `position` from 0, and the members' columns); all columns are 64-bit whole numbers as a
/// frame holds them. The steps become columns of common table expressions, alternately of members and of households.
/// Exact like the other evaluators as long as no step leaves 64 bits: PostgreSQL refuses one that does, SQLite would turn
/// to floating point, so load only what `ColumnEvaluator` has proved.
public struct QueryText: Sendable {
    public enum Dialect: String, Sendable, CaseIterable { case sqlite, postgresql }

    let plan: LawPlan
    let dialect: Dialect
    /// The stage at whose end a step's value is known.
    private let stages: [Int]
    /// Steps that are columns of their own.
    private let isColumn: [Bool]
    private let needed: [LawPlan.Place]
    /// What the statement yields: name and step.
    public let results: [(name: String, place: LawPlan.Place)]

    public init(_ plan: LawPlan, dialect: Dialect) {
        self.plan = plan
        self.dialect = dialect
        var results: [(name: String, place: LawPlan.Place)] = [("score", plan.score), ("isCovered", plan.isCovered)]
        for formula in plan.formulas {
            results.append((formula.id, formula.condition))
            for term in formula.terms { results.append(("\(formula.id).\(term.code)", term.contribution)) }
        }
        for programme in plan.programmes {
            for reason in programme.reasons { results.append(("\(programme.id).\(reason.code)", reason.holds)) }
            results.append(("\(programme.id).eligible", programme.eligible))
            if let amount = programme.amount { results.append(("\(programme.id).amount", amount)) }
        }
        self.results = results
        needed = ColumnEvaluator.needed(results.map(\.place), plan)
        (stages, isColumn) = Self.stages(plan, needed, Set(results.map(\.place)))
    }

    private static func stages(
        _ plan: LawPlan, _ needed: [LawPlan.Place], _ results: Set<LawPlan.Place>
    ) -> ([Int], [Bool]) {
        var uses = [Int](repeating: 0, count: plan.steps.count)
        var isDivided = [Bool](repeating: false, count: plan.steps.count)
        for place in needed {
            for input in plan.steps[place].inputs { uses[input] += 1 }
            if case .quotient(let a, let b) = plan.steps[place] { (isDivided[a], isDivided[b]) = (true, true) }
        }
        var stages = [Int](repeating: 0, count: plan.steps.count)
        var isColumn = [Bool](repeating: false, count: plan.steps.count)
        for place in needed {
            let stage = plan.steps[place].inputs.map { stages[$0] }.max() ?? 0
            switch plan.steps[place] {
            case .constant, .household, .member: stages[place] = 0
            case .sum, .first, .rank:
                isColumn[place] = true
                stages[place] = stage + 1
            default:
                isColumn[place] = uses[place] > 1 || isDivided[place] || results.contains(place)
                stages[place] = isColumn[place] ? stage + 1 : stage
            }
        }
        return (stages, isColumn)
    }

    /// The statement; one row a household, ordered by household.
    public var select: String {
        var parts = [
            "h0 AS (SELECT h.* FROM household_facts h)", "m0 AS (SELECT m.* FROM member_facts m)",
        ]
        let last = needed.map { stages[$0] }.max() ?? 0
        for stage in stride(from: 1, through: last, by: 1) {
            let new = needed.filter { isColumn[$0] && stages[$0] == stage }
            parts.append(members(stage, new.filter { plan.isOfMembers[$0] }))
            parts.append(households(stage, new.filter { !plan.isOfMembers[$0] }))
        }
        let columns = results.map { "\(text($0.place)) AS \"\($0.name)\"" }.joined(separator: ",\n  ")
        return
            "WITH \(parts.joined(separator: ",\n"))\nSELECT h.household,\n  \(columns)\nFROM h\(last) h ORDER BY h.household"
    }

    private func members(_ stage: Int, _ new: [LawPlan.Place]) -> String {
        let columns = new.map { ", \(definition($0)) AS s\($0)" }.joined()
        return "m\(stage) AS MATERIALIZED (SELECT m.*\(columns) FROM m\(stage - 1) m "
            + "JOIN h\(stage - 1) h ON h.household = m.household)"
    }

    private func households(_ stage: Int, _ new: [LawPlan.Place]) -> String {
        var (columns, totals) = ("", "")
        for place in new {
            switch plan.steps[place] {
            case .sum(let filter, let value):
                totals +=
                    ", \(whole("SUM(CASE WHEN \(text(filter)) = 1 THEN \(text(value)) ELSE \(literal(0)) END)")) AS s\(place)"
                columns += ", COALESCE(a.s\(place), \(literal(0))) AS s\(place)"
            case .first(let filter, let value):
                // Place and value in one number, so that the least of them is the first member's.
                totals +=
                    ", MIN(CASE WHEN \(text(filter)) = 1 THEN m.position * \(literal(1 << 32)) + "
                    + "\(text(value)) + \(literal(1 << 31)) END) AS s\(place)"
                columns +=
                    ", COALESCE(a.s\(place) % \(literal(1 << 32)) - \(literal(1 << 31)), \(literal(0))) AS s\(place)"
            default: columns += ", \(definition(place)) AS s\(place)"
            }
        }
        let from = "FROM h\(stage - 1) h"
        guard !totals.isEmpty else { return "h\(stage) AS MATERIALIZED (SELECT h.*\(columns) \(from))" }
        return "h\(stage) AS MATERIALIZED (SELECT h.*\(columns) \(from) LEFT JOIN (SELECT m.household\(totals) "
            + "FROM m\(stage - 1) m JOIN h\(stage - 1) h ON h.household = m.household GROUP BY m.household) a "
            + "ON a.household = h.household)"
    }

    /// A step where it is read: its column, or its definition.
    private func text(_ place: LawPlan.Place) -> String {
        guard isColumn[place] else { return definition(place) }
        return plan.isOfMembers[place] ? "m.s\(place)" : "h.s\(place)"
    }

    private func definition(_ place: LawPlan.Place) -> String {
        func condition(_ text: String) -> String { "CASE WHEN \(text) THEN \(literal(1)) ELSE \(literal(0)) END" }
        switch plan.steps[place] {
        case .constant(let value): return literal(value)
        case .household(let column): return "h.\"\(plan.columns[column].name)\""
        case .member(let column): return "m.\"\(plan.columns[column].name)\""
        case .add:
            return "("
                + chain(place) { if case .add(let a, let b) = $0 { (a, b) } else { nil } }.joined(separator: " + ")
                + ")"
        case .subtract(let a, let b): return "(\(text(a)) - \(text(b)))"
        case .multiply(let a, let b): return "(\(text(a)) * \(text(b)))"
        case .quotient(let a, let b):
            let (x, y) = (text(a), text(b))
            return "(\(x) / \(y) + CASE WHEN 2 * ABS(\(x) % \(y)) > \(y) "
                + "OR (2 * ABS(\(x) % \(y)) = \(y) AND (\(x) / \(y)) % 2 <> 0) "
                + "THEN CASE WHEN \(x) < 0 THEN -1 ELSE 1 END ELSE 0 END)"
        case .less(let a, let b): return condition("\(text(a)) < \(text(b))")
        case .lessOrEqual(let a, let b): return condition("\(text(a)) <= \(text(b))")
        case .equal(let a, let b): return condition("\(text(a)) = \(text(b))")
        case .and:
            let terms = chain(place) { if case .and(let a, let b) = $0 { (a, b) } else { nil } }
            return condition(terms.map { "\($0) = 1" }.joined(separator: " AND "))
        case .or:
            let terms = chain(place) { if case .or(let a, let b) = $0 { (a, b) } else { nil } }
            return condition(terms.map { "\($0) = 1" }.joined(separator: " OR "))
        case .not(let a): return "(1 - \(text(a)))"
        case .age(let a): return "((\(literal(plan.packedDate + 100_000_000)) - \(text(a))) / 10000 - 10000)"
        case .dayNumber(let a):
            // The year begins in March; see LawPlan.dayNumber.
            let x = text(a)
            let early = "(CASE WHEN \(x) / 100 % 100 <= 2 THEN 1 ELSE 0 END)"
            let (y, m) = ("(\(x) / 10000 - \(early))", "(\(x) / 100 % 100 + 12 * \(early) - 3)")
            return "(365 * \(y) + \(y) / 4 - \(y) / 100 + \(y) / 400 + (153 * \(m) + 2) / 5 + \(x) % 100 - 719469)"
        case .choose(let condition, let a, let b):
            var cases = "WHEN \(text(condition)) = 1 THEN \(text(a))"
            var rest = b
            while !isColumn[rest], case .choose(let condition, let a, let b) = plan.steps[rest] {
                cases += " WHEN \(text(condition)) = 1 THEN \(text(a))"
                rest = b
            }
            return "CASE \(cases) ELSE \(text(rest)) END"
        case .rank(let filter, let order):
            let keys = (order.map(text) + ["m.position"]).joined(separator: ", ")
            return "(\(whole("ROW_NUMBER() OVER (PARTITION BY m.household, \(text(filter)) ORDER BY \(keys))")) - 1)"
        case .sum, .first: return "h.s\(place)"
        }
    }

    /// The terms of a sum or a chain of conditions, so that engines with a shallow parser can read it.
    private func chain(
        _ place: LawPlan.Place, _ parts: (LawPlan.Step) -> (LawPlan.Place, LawPlan.Place)?
    ) -> [String] {
        var terms: [String] = []
        var place = place
        while let (left, right) = parts(plan.steps[place]) {
            terms.insert(text(right), at: 0)
            place = left
            if isColumn[left] || parts(plan.steps[left]) == nil {
                terms.insert(text(left), at: 0)
                break
            }
        }
        return terms
    }

    /// A literal of 64 bits: PostgreSQL would take a small one for 32 bits and refuse the product.
    private func literal(_ value: Int64) -> String {
        dialect == .postgresql ? "CAST(\(value) AS BIGINT)" : "\(value)"
    }

    private func whole(_ text: String) -> String { dialect == .postgresql ? "CAST(\(text) AS BIGINT)" : text }

    /// The two tables that the statement reads.
    public var tables: String {
        func table(_ name: String, _ keys: String, ofMembers: Bool) -> String {
            let columns = plan.columns.filter { $0.ofMembers == ofMembers }.map { ", \"\($0.name)\" BIGINT NOT NULL" }
            return "CREATE TABLE \(name) (\(keys)\(columns.joined()));"
        }
        return table("household_facts", "household BIGINT PRIMARY KEY", ofMembers: false) + "\n"
            + table(
                "member_facts", "household BIGINT NOT NULL, position BIGINT NOT NULL", ofMembers: true)
    }
}
