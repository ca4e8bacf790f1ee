import Foundation
import Rules
import StrictJSON
import Testing
import Yams

@Suite("Cases that a lawyer can read")
struct CasesTests {
    @Test("Every case of the folder Cases has its result", arguments: ["score", "directAid", "healthInsurance"])
    func cases(file: String) throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/\(file).yaml")
        let cases = json(try #require(try Yams.compose(yaml: try String(contentsOf: path, encoding: .utf8))))
        let book = try Law.book.get()
        for story in try #require(cases.array) {
            let name = try #require(story["name"]?.string)
            var changes: [String: JSONValue] = [:]
            for (path, value) in story["changes"]?.object ?? [:] { changes[path] = value }
            let members = try story["members"]?.array.map { try $0.map(person) }
            let result = try book.assess(try book.facts(from: household(changes, members: members))).json
            if let score = story["score"] { #expect(result["score"] == score, "\(name)") }
            for (code, value) in story["contributions"]?.object ?? [:] {
                #expect(result["contributions"]?[code] == value, "\(name): \(code)")
            }
            for (programme, decision) in story["decisions"]?.object ?? [:] {
                #expect(result["decisions"]?[programme] == decision, "\(name): \(programme)")
            }
        }
    }

    private func person(_ story: JSONValue) throws -> JSONValue {
        var changes: [String: JSONValue] = [:]
        for (name, value) in try #require(story.object) { changes[name] = value }
        return member(
            try #require(story["ref"]?.string), try #require(story["relationship"]?.string),
            try #require(story["birthDate"]?.string), changes)
    }

    /// Plain whole numbers, true and false are what they look like, everything else is text.
    private func json(_ node: Node) -> JSONValue {
        switch node {
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, value) in mapping { object[key.string ?? ""] = json(value) }
            return .object(object)
        case .sequence(let sequence): return .array(sequence.map(json))
        case .scalar(let scalar):
            guard scalar.style == .plain else { return .string(scalar.string) }
            if scalar.string == "true" || scalar.string == "false" { return .bool(scalar.string == "true") }
            return Int64(scalar.string).map(JSONValue.integer) ?? .string(scalar.string)
        case .alias: return .null
        }
    }
}
