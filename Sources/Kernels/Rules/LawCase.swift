public import Quantities
public import StrictJSON

/// One case of the law's own tests, as a lawyer reads it: facts, day, and what the law must answer.
public struct LawCase: Hashable, Sendable {
    public let file: String
    public let line: Int
    public let programme: String
    public let name: String
    public let date: CivilDate
    /// Why the answer is what it is.
    public let reason: String
    /// Changes to the household of `cases/household.yaml`, by path such as `dwelling.rooms`; nil for a programme that
    /// does not look at the household.
    let changes: [String: JSONValue]?
    let members: [JSONValue]?
    let application: JSONValue?
    let expected: JSONObject
}

/// The household that cases change: `cases/household.yaml`.
struct CaseHousehold: Sendable {
    let facts: JSONValue
    /// What a member is unless a case says otherwise.
    let member: JSONObject
}

extension LawCase {
    /// Reads the folder `cases/`: one file a programme.
    static func read(_ library: inout LawLibrary) throws(LawError) -> (CaseHousehold?, [LawCase]) {
        var household: CaseHousehold?
        var cases: [LawCase] = []
        for root in try library.takeAny(in: "cases/") {
            if root.file == "cases/household.yaml" {
                try root.allow(only: ["household", "member"])
                household = CaseHousehold(
                    facts: try root.member("household").json(),
                    member: try root.member("member").json().object ?? [:])
                continue
            }
            try root.allow(only: ["programme", "cases"])
            let programme = try root.member("programme").text()
            for node in try root.member("cases").elements() { cases.append(try LawCase(node, programme)) }
        }
        return (household, cases)
    }

    private init(_ node: LawNode, _ programme: String) throws(LawError) {
        try node.allow(only: ["name", "date", "facts", "members", "application", "expected", "reason"])
        file = node.file
        line = node.line ?? 1
        self.programme = programme
        name = try node.member("name").text()
        date = try node.member("date").date()
        reason = try node.member("reason").text()
        members = try node.optional("members")?.json().array.map { $0 }
        var changes: [String: JSONValue] = [:]
        for (path, value) in try node.optional("facts")?.members() ?? [] { changes[path] = try value.json() }
        self.changes = try node.optional("facts") == nil && members == nil ? nil : changes
        application = try node.optional("application")?.json()
        guard let expected = try node.member("expected").json().object else {
            throw try node.member("expected").error(.wrongType, "Named results are expected here, such as eligible.")
        }
        self.expected = expected
    }
}

extension LawBook {
    /// Runs one case. nil where the answer is as expected.
    ///
    /// `expected` may hold `score`, `contributions.CODE`, `eligible`, `reasons`, the amount's member, `provisional` (the
    /// ids of the unconfirmed numbers that decided), and `refused: notInForce`.
    public func failure(of test: LawCase) -> LawError? {
        func failed(_ message: String) -> LawError {
            LawError(.caseFailed, file: test.file, field: test.name, line: test.line, message)
        }
        do {
            let facts = try household(of: test)
            var found = JSONObject()
            if test.programme == "score" {
                guard let facts else { return failed("A case of the score needs facts; add them.") }
                let score = try assess(facts).score
                found["score"] = .string(score.value.description)
                found["provisional"] = Self.provisional(score.terms.map(\.coefficient))
                for term in score.terms { found["contributions.\(term.code)"] = .string(term.contribution.description) }
            } else {
                let ruling = try rule(test.programme, facts: facts, application: test.application, on: test.date)
                found = ruling.json.object ?? [:]
                found["provisional"] = Self.provisional(ruling.parameters)
                if test.expected["score"] != nil, let facts {
                    found["score"] = .string(try assess(facts).score.value.description)
                }
            }
            for (name, value) in test.expected where found[name] != value {
                return failed(
                    "\(name) is \(found[name]?.serialized() ?? "not there"), expected \(value.serialized()). "
                        + "Correct the rule or the case; its reason: \(test.reason)")
            }
            return nil
        } catch let error as LawError {
            if test.expected["refused"]?.string == error.code.rawValue { return nil }
            return failed("\(error)")
        } catch let error as FactsRefusal {
            if test.expected["refused"]?.string == "facts" { return nil }
            return failed("The case's facts are refused: \(error)")
        } catch {
            return failed("The case could not be run.")
        }
    }

    private static func provisional(_ parameters: [ParameterValue]) -> JSONValue {
        .array(Set(parameters.filter { $0.status == .provisional }.map(\.id)).sorted().map(JSONValue.string))
    }

    private func household(of test: LawCase) throws -> Facts? {
        guard let changes = test.changes else { return nil }
        guard let base = caseHousehold, var object = base.facts.object else {
            throw LawError(.missingFile, file: "cases/household.yaml", "Cases change this household; add the file.")
        }
        object[parts.schema.date] = .string(test.date.description)
        if let members = test.members {
            object["members"] = .array(
                members.map { member in
                    var whole = base.member
                    for (name, value) in member.object ?? [:] { whole[name] = value }
                    return .object(whole)
                })
        }
        for (path, value) in changes {
            object = Self.changed(object, path.split(separator: ".").map(String.init)[...], value)
        }
        return try facts(from: .object(object))
    }

    static func changed(_ object: JSONObject, _ path: ArraySlice<String>, _ value: JSONValue) -> JSONObject {
        var object = object
        guard let first = path.first else { return object }
        if path.count == 1 {
            object[first] = value
        } else {
            object[first] = .object(changed(object[first]?.object ?? [:], path.dropFirst(), value))
        }
        return object
    }
}

extension LawNode {
    /// Plain whole numbers, true, false and null are what they look like; everything else is text.
    func json() throws(LawError) -> JSONValue {
        if isMapping {
            var object = JSONObject()
            for (name, node) in try members() { object[name] = try node.json() }
            return .object(object)
        }
        if isText {
            guard isPlain else { return .string(scalar) }
            switch scalar {
            case "true": return .bool(true)
            case "false": return .bool(false)
            case "null", "~", "": return .null
            default: return Int64(scalar).map(JSONValue.integer) ?? .string(scalar)
            }
        }
        var elements: [JSONValue] = []
        for node in try self.elements() { elements.append(try node.json()) }
        return .array(elements)
    }
}
