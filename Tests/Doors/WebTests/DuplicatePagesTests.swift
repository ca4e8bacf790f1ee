import Agency
import PopulationRegister
import RecordStore
import StrictJSON
import Testing

@testable import Web

@Suite("Somebody who comes a second time, over HTTP and in the pages")
struct DuplicatePagesTests {
    private static func witnessed(_ person: InventedPerson, birth: String, numbers: [String]) -> JSONValue {
        guard
            case .object(var document) = person.application(
                sex: "male", birthDate: birth, commune: "01.511.01.0")
        else { return [:] }
        document["documents"] = nil
        document["phone"] = nil
        document["witnesses"] = .array(numbers.map { ["civilNumber": .string($0)] })
        return .object(document)
    }

    private static func enrol(
        _ person: InventedPerson, sex: String, birth: String, _ server: RunningServer, _ agent: String,
        _ reviewer: String
    ) async throws -> String {
        let applied = try await server.client.json(
            .post, "/api/v1/applications",
            person.application(sex: sex, birthDate: birth, commune: "01.511.01.0"), token: agent)
        let id = try #require(applied.json["application"]?.string)
        let accepted = try await server.client.json(
            .post, "/api/v1/applications/\(id)/decision", ["decision": "accept"], token: reviewer)
        return try #require(accepted.json["civilNumber"]?.string)
    }

    @Test("the answer names the likeness and why, reviewers compare in both scripts, and two of them decide")
    func story() async throws {
        try await RunningServer.run { server in
            let (agent, reviewer) = (
                try await server.token(RunningServer.agent), try await server.token(RunningServer.reviewer)
            )
            let numbers = [
                try await Self.enrol(
                    InventedPerson(0, isFemale: true), sex: "female", birth: "1975-02-03", server, agent, reviewer),
                try await Self.enrol(
                    InventedPerson(1, isFemale: false), sex: "male", birth: "1971-08-30", server, agent, reviewer),
            ]
            let again = try await server.client.json(
                .post, "/api/v1/applications",
                Self.witnessed(InventedPerson(1, isFemale: false), birth: "1971", numbers: numbers), token: agent,
                language: "fr")
            #expect(again.status == 201 && again.json["path"]?.string == "clerical")
            let id = try #require(again.json["application"]?.string)
            let candidate = try #require(again.json["candidates"]?[0])
            let file = try #require(candidate["file"]?.string)
            let given = candidate["reasons"]?.array?.first { $0["field"]?.string == "given" }
            #expect(given?["level"]?.string == "equal" && given?["label"]?.string == "Prénom")

            let refused = try await server.client.json(
                .post, "/api/v1/applications/\(id)/decision", ["decision": "accept"], token: reviewer)
            #expect(refused.status == 409 && refused.json["error"]?["code"]?.string == "duplicatesOpen")

            let receipt = try await server.browser(RunningServer.agent, "ar").get("/applications/\(id)/receipt")
            #expect(receipt.text.contains(try server.words("duplicates.found", "ar")))
            #expect(!receipt.text.contains(InventedPerson(1, isFemale: false).arabicFamily))
            let forbidden = try await server.browser(RunningServer.agent, "ar").get("/review/\(id)/candidates")
            #expect(forbidden.status == 403)

            let browser = try await server.browser(RunningServer.reviewer, "ar")
            let page = try await browser.get("/review/\(id)/candidates")
            #expect(page.status == 200 && page.text.contains("dir=\"rtl\"") && page.text.contains("<mark>"))
            #expect(page.text.contains("إدريس") && page.text.contains("Idriss") && !page.text.contains("<script"))
            let without = try await browser.post(
                "/review/\(id)/candidates", from: page, [("candidate", file), ("opinion", "same"), ("reason", "")])
            #expect(without.status == 422)
            let first = try await browser.post(
                "/review/\(id)/candidates", from: page, [("candidate", file), ("opinion", "same"), ("reason", "vu")])
            #expect(first.status == 200)
            let other = try await server.token(RunningServer.both)
            let blind = try await server.client.json(.get, "/api/v1/applications/\(id)/candidates", token: other)
            #expect(blind.json["candidates"]?[0]?["voteCount"]?.integer == 1)
            #expect(blind.json["candidates"]?[0]?["votes"]?.array?.isEmpty == true)
            let second = try await server.client.json(
                .post, "/api/v1/applications/\(id)/candidates/decision",
                ["candidate": .string(file), "decision": "same", "reason": "vu aussi"], token: other)
            #expect(second.json["outcome"]?.string == "same" && second.json["state"]?.string == "duplicate")
        }
    }

    @Test("letters that differ are marked, and nothing else")
    func letters() {
        let compared = LetterDifferences("Alaoui", "El Alaoui")
        #expect(compared.one == [.init(text: "Alaoui", isDifferent: false)])
        #expect(
            compared.other.filter(\.isDifferent).map(\.text).joined().count == 3
                && compared.other.map(\.text).joined() == "El Alaoui")
        #expect(LetterDifferences("", "").one.isEmpty)
    }
}

extension RunningServer {
    func words(_ key: String, _ language: String) throws -> String {
        try #require(try TextCatalogue.load(languages: [language], folder: Place.country)[language]).text(key)
    }
}
