import Foundation
import InventedFingers
import StrictJSON
import TestMaterial
import Testing

@testable import Web

/// A caller who does not know whether a request was heard sends it again.
@Suite("A request that is sent again")
struct RepeatedRequestTests {
    /// One request after the other, each that writes through the interface.
    static func story(_ server: RunningServer) async throws -> [(
        path: String, body: JSONValue, other: JSONValue, token: String
    )] {
        let (agent, reviewer) = (
            try await server.token(RunningServer.agent), try await server.token(RunningServer.reviewer)
        )
        func application(_ index: Int) -> JSONValue {
            InventedPerson(index, isFemale: true).application(
                sex: "female", birthDate: "1975-02-0\(index + 1)", commune: "01.511.01.0")
        }
        var ids: [String] = []
        for index in 0..<3 {
            let answer = try await server.client.json(
                .post, "/api/v1/applications", application(index), token: agent)
            ids.append(try #require(answer.json["application"]?.string))
        }
        let image = Data(InventedFinger.pgm(try InventedFinger.image(2, impression: 1))).base64EncodedString()
        let base = "/api/v1/applications"
        return [
            (base, application(5), application(6), agent),
            (
                "\(base)/\(ids[0])/fingers", ["position": 2, "image": .string(image), "dpi": 500], ["position": 3],
                agent
            ),
            (
                "\(base)/\(ids[1])/fingers", ["position": 1, "exception": "missing"],
                ["position": 2, "exception": "missing"], agent
            ),
            ("\(base)/\(ids[1])/decision", ["decision": "accept"], ["decision": "refuse", "reason": "x"], reviewer),
            ("\(base)/\(ids[2])/withdrawal", ["reason": "a"], ["reason": "b"], agent),
            ("/api/v1/staff/sessions", ["name": "agent.salma", "password": "correct horse agent"], ["name": "x"], ""),
        ]
    }

    @Test("has one effect and one answer, also at the same moment; another under its key is refused")
    func interface() async throws {
        try await RunningServer.run { server in
            for (number, step) in try await Self.story(server).enumerated() {
                let key = [("Idempotency-Key", "story-\(number)")]
                let token = step.token.isEmpty ? nil : step.token
                // What is not asked rightly leaves nothing under its key.
                let malformed = try await server.client.json(
                    .post, step.path, ["nonsense": 1], token: token, headers: key)
                #expect(malformed.status == 422, "\(step.path)")
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for _ in 0..<6 {
                        group.addTask {
                            try await server.client.json(.post, step.path, step.body, token: token, headers: key)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let texts = Set(answers.map { "\($0.status) \($0.text)" })
                #expect(texts.count == 1 && [200, 201].contains(answers[0].status), "\(step.path): \(texts)")
                let other = try await server.client.json(.post, step.path, step.other, token: token, headers: key)
                #expect(other.status == 422, "\(step.path)")
                let again = try await server.client.json(.post, step.path, step.body, token: token, headers: key)
                #expect(texts.contains("\(again.status) \(again.text)"), "\(step.path)")
            }
            let wrong = try await server.client.json(
                .post, "/api/v1/staff/sessions", [:], headers: [("Idempotency-Key", "a b")])
            #expect(wrong.json["error"]?["code"]?.string == "malformedIdempotencyKey")
        }
    }

    @Test("by the fingers' page is one impression")
    func fingersPage() async throws {
        try await RunningServer.run { server in
            let agent = try await server.token(RunningServer.agent)
            let applied = try await server.client.json(
                .post, "/api/v1/applications",
                InventedPerson(1, isFemale: true).application(
                    sex: "female", birthDate: "1975-02-03", commune: "01.511.01.0"), token: agent)
            let id = try #require(applied.json["application"]?.string)
            let path = "/applications/\(id)/fingers"
            let centre = try await server.browser(RunningServer.agent, "fr")
            let page = try await centre.get(path)
            let key = try #require(page.text.firstMatch(of: /name="key" value="([^"]+-take-2)"/).map { String($0.1) })
            let fields = [("position", "2"), ("dpi", "500"), ("act", "take"), ("key", key)]
            let file = ("image", "finger.png", try InventedFinger.png(3, impression: 1))
            for _ in 0..<3 {
                let shown = try await centre.upload(path, from: page, fields, file: file)
                #expect(shown.status == 200)
            }
            // Another picture under the same key is another request.
            let other = try await centre.upload(
                path, from: page, fields, file: ("image", "finger.png", try InventedFinger.png(3, impression: 2)))
            #expect(other.status == 422)
            let sheet = try await server.client.json(.get, "/api/v1/applications/\(id)/fingers", token: agent)
            let finger = sheet.json["fingers"]?.array?.first { $0["position"]?.integer == 2 }
            #expect(finger?["attempts"]?.integer == 1)
        }
    }

    /// Forms that write nothing, and sign-ins: a second session or code harms nobody, and no secret is kept to be told again.
    static let without: Set<String> = ["form", "status", "signIn", "residentSignIn", "residentCode", "layout"]

    @Test("by a page carries its key: every form that writes has one")
    func forms() throws {
        let folder = Place.root.appending(path: "Sources/Doors/Web/Templates").path
        var seen = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".mustache") {
            let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            let template = name.replacing(".mustache", with: "")
            for form in text.components(separatedBy: "<form ").dropFirst() where form.hasPrefix("method=\"post\"") {
                let body = form.components(separatedBy: "</form>")[0]
                seen += 1
                let isKeyed = body.contains("name=\"key\"") || template == "check" && body.contains("page.hidden")
                #expect(isKeyed != Self.without.contains(template), "\(name)")
            }
        }
        #expect(seen > 8)
    }
}
