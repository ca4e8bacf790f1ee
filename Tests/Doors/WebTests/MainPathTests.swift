import Foundation
import Installation
import StrictJSON
import Testing

@testable import Web

@Suite("The main path, over HTTP")
struct MainPathTests {
    static let households = 20

    @Test("From application to number, household, score, decisions and the resident's page, twenty times")
    func mainPath() async throws {
        guard let facts = Place.sharedLines("data/households/facts.jsonl", Self.households),
            let expected = Place.sharedLines("data/households/expected.jsonl", Self.households)
        else { return }
        try await RunningServer.run { server in
            let agent = try await server.token(RunningServer.agent)
            let reviewer = try await server.token(RunningServer.reviewer)
            var people: [InventedPerson] = []
            var numbers: [String] = []
            for (declared, wanted) in zip(facts, expected) {
                let path = Path(server: server, agent: agent, reviewer: reviewer)
                let enrolled = try await path.enrol(declared, from: people.count)
                people += enrolled.map(\.person)
                numbers += enrolled.map(\.number)
                let receipt = try await path.declare(declared, enrolled)
                #expect(receipt["score"] == wanted["score"])
                #expect(receipt["contributions"] == wanted["contributions"])
                #expect(receipt["decisions"] == wanted["decisions"])
                let household = try #require(receipt["householdNumber"]?.string)
                numbers.append(household)
                try await path.visit(enrolled[0], household: household, wanted: wanted)
            }
            let lines = server.log.lines
            #expect(lines.contains { $0.contains("route") })
            for value in Set(people.flatMap(\.personal) + numbers) {
                #expect(!lines.contains { $0.contains(value) }, "a personal value is in the log")
            }
        }
    }
}

/// The steps of one household.
struct Path {
    struct Enrolled: Sendable {
        let person: InventedPerson
        let number: String
        let isAdult: Bool
    }

    let server: RunningServer
    let agent: String
    let reviewer: String

    func enrol(_ declared: JSONValue, from first: Int) async throws -> [Enrolled] {
        let commune = try #require(declared["commune"]?.string)
        var enrolled: [Enrolled] = []
        for (index, member) in (declared["members"]?.array ?? []).enumerated() {
            let sex = try #require(member["sex"]?.string)
            let birth = try #require(member["birthDate"]?.string)
            let person = InventedPerson(first + index, isFemale: sex == "female")
            let applied = try await server.client.json(
                .post, "/api/v1/applications", person.application(sex: sex, birthDate: birth, commune: commune),
                token: agent, headers: [("Idempotency-Key", "apply-\(first + index)")])
            try #require(applied.status == 201, "\(applied.text)")
            let id = try #require(applied.json["application"]?.string)
            let decided = try await server.client.json(
                .post, "/api/v1/applications/\(id)/decision", ["decision": "accept"], token: reviewer)
            try #require(decided.status == 200, "\(decided.text)")
            enrolled.append(
                Enrolled(
                    person: person, number: try #require(decided.json["civilNumber"]?.string), isAdult: birth < "2005"))
        }
        return enrolled
    }

    func declare(_ declared: JSONValue, _ members: [Enrolled]) async throws -> JSONValue {
        var facts = try #require(declared.object)
        facts["members"] = .array(
            zip(declared["members"]?.array ?? [], members).map { member, enrolled in
                var member = member.object ?? JSONObject()
                // Both are in the population register.
                member["sex"] = nil
                member["birthDate"] = nil
                member["civilNumber"] = .string(enrolled.number)
                return .object(member)
            })
        let adult = members.first { $0.isAdult }
        let declarant = try #require(adult)
        let document: JSONValue = ["declarant": .string(declarant.number), "facts": .object(facts)]
        let key = [("Idempotency-Key", "declare-\(declarant.number)")]
        let answer = try await server.client.json(
            .post, "/api/v1/households", document, token: agent, headers: key)
        try #require(answer.status == 201, "\(answer.text)")
        let again = try await server.client.json(.post, "/api/v1/households", document, token: agent, headers: key)
        #expect(again.json == answer.json)
        return answer.json
    }

    /// The resident signs in on the pages and reads in Arabic.
    func visit(_ resident: Enrolled, household: String, wanted: JSONValue) async throws {
        let browser = PlainBrowser(server.client, language: "ar")
        let door = try await browser.get("/resident/sign-in")
        let asked = try await browser.post("/resident/sign-in", from: door, [("civilNumber", resident.number)])
        #expect(asked.status == 200)
        let outbox = try await server.client.json(.get, "/api/v1/demonstration/outbox")
        let code = try #require(outbox.json["messages"]?[0]?["code"]?.string)
        let page = try await browser.post(
            "/resident/code", from: asked, [("civilNumber", resident.number), ("code", code)])
        #expect(page.status == 200)
        #expect(page.header("content-language") == "ar")
        #expect(page.header("cache-control") == "no-store")
        let text = page.text
        let score = (wanted["score"]?.string ?? "?").replacing(".", with: ",")
        let parts = ["<html lang=\"ar\" dir=\"rtl\">", resident.number, household, resident.person.arabicGiven, score]
        for part in parts {
            let isShown = text.contains(part)
            #expect(isShown)
        }
        try await compareWithRecord(text, resident, wanted)
    }

    private func compareWithRecord(_ page: String, _ resident: Enrolled, _ wanted: JSONValue) async throws {
        _ = try await server.client.json(.post, "/api/v1/resident/codes", ["civilNumber": .string(resident.number)])
        let outbox = try await server.client.json(.get, "/api/v1/demonstration/outbox")
        let code = try #require(outbox.json["messages"]?[0]?["code"])
        let session = try await server.client.json(
            .post, "/api/v1/resident/sessions", ["civilNumber": .string(resident.number), "code": code])
        let token = try #require(session.json["token"]?.string)
        let record = try await server.client.json(
            .get, "/api/v1/resident/record?language=ar", token: token)
        #expect(record.json["household"]?["decisions"] == wanted["decisions"])
        let terms = try #require(record.json["household"]?["explanation"]?["terms"]?.array)
        #expect(terms.count == (wanted["contributions"]?.object?.count ?? 0) + 1)
        for term in terms {
            let code = try #require(term["code"]?.string)
            let isIdle = term["contribution"]?.string == "0.0000000000"
            for name in isIdle ? ["label", "sentence", "source"] : ["label", "sentence", "source", "effect"] {
                let words = try #require(term[name]?.string)
                let isShown = page.contains(Self.escaped(words))
                #expect(isShown, "the page lacks the \(name) of \(code)")
            }
            if code != "region" { #expect(term["contribution"] == wanted["contributions"]?[code]) }
        }
        for decision in record.json["household"]?["explanation"]?["decisions"]?.array ?? [] {
            let words =
                [decision["headline"], decision["limit"], decision["position"]] + (decision["reasons"]?.array ?? [])
            for sentence in words.compactMap({ $0?.string }) {
                let isShown = page.contains(Self.escaped(sentence))
                #expect(isShown, "the page lacks a sentence of a decision")
            }
        }
        let acts = Set((record.json["accesses"]?.array ?? []).compactMap { $0["act"]?.string })
        #expect(acts.isSuperset(of: ["application.submit", "application.review", "household.declare", "person.read"]))
        for access in record.json["accesses"]?.array ?? [] {
            #expect(access["words"]?["act"]?.string?.contains("act.") == false)
        }
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
