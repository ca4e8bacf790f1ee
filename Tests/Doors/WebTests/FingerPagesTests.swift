import Agency
import BiometricFormats
import Foundation
import InventedFingers
import PopulationRegister
import RecordStore
import StrictJSON
import Testing

@testable import Web

@Suite("Fingers over HTTP and in the pages")
struct FingerPagesTests {
    private static func apply(_ index: Int, _ server: RunningServer, _ agent: String) async throws -> String {
        let person = InventedPerson(index, isFemale: true)
        let applied = try await server.client.json(
            .post, "/api/v1/applications",
            person.application(sex: "female", birthDate: "19\(70 + index)-02-03", commune: "01.511.01.0"), token: agent)
        return try #require(applied.json["application"]?.string)
    }

    private static func capture(_ position: Int64, _ finger: UInt64, _ impression: UInt64) throws -> JSONValue {
        let image = Data(InventedFinger.pgm(try InventedFinger.image(finger, impression: impression)))
        return ["position": .integer(position), "image": .string(image.base64EncodedString()), "dpi": 500]
    }

    @Test("an agent takes fingers, the search finds the second file, reviewers decide, a number is verified")
    func interface() async throws {
        try await RunningServer.run { server in
            let (agent, reviewer, other) = (
                try await server.token(RunningServer.agent), try await server.token(RunningServer.reviewer),
                try await server.token(RunningServer.both)
            )
            func post(_ path: String, _ body: JSONValue?, _ token: String) async throws -> Answer {
                try await server.client.json(.post, "/api/v1\(path)", body ?? [:], token: token)
            }
            let first = try await Self.apply(0, server, agent)
            let taken = try await post("/applications/\(first)/fingers", try Self.capture(2, 1, 1), agent)
            #expect(taken.status == 201 && taken.json["attempt"]?.integer == 1)
            #expect((0...100).contains(taken.json["quality"]?.integer ?? -1))
            let again = try await post("/applications/\(first)/fingers", try Self.capture(2, 1, 1), agent)
            #expect(again.status == 409 && again.json["error"]?["code"]?.string == "imageReplayed")
            let keyed = try await server.client.json(
                .post, "/api/v1/applications/\(first)/fingers", try Self.capture(7, 2, 1), token: agent,
                headers: [("Idempotency-Key", "k-7")])
            let repeated = try await server.client.json(
                .post, "/api/v1/applications/\(first)/fingers", try Self.capture(7, 2, 1), token: agent,
                headers: [("Idempotency-Key", "k-7")])
            #expect(keyed.status == 201 && repeated.status == 201 && keyed.text == repeated.text)
            let missing = try await post(
                "/applications/\(first)/fingers", ["position": 1, "exception": "missing"], agent)
            #expect(missing.status == 201)
            for (body, path) in [
                (["position": 11, "exception": "missing"], "position"),
                (["position": 1, "exception": "gone"], "exception"),
                (["position": 1, "image": "###"], "image"), (["position": 1, "image": "QUJD", "dpi": 12], "dpi"),
            ] as [(JSONValue, String)] {
                let refused = try await post("/applications/\(first)/fingers", body, agent)
                #expect(refused.status == 422 && refused.json["error"]?["problems"]?[0]?["path"]?.string == path)
            }
            let unread = try await post("/applications/\(first)/fingers", ["position": 1, "image": "QUJD"], agent)
            #expect(unread.status == 422 && unread.json["error"]?["code"]?.string == "unreadableImage")
            let early = try await post("/applications/\(first)/decision", ["decision": "accept"], reviewer)
            #expect(early.status == 409 && early.json["error"]?["code"]?.string == "printsOpen")
            let clear = try await post("/applications/\(first)/fingers/search", nil, agent)
            #expect(clear.json["state"]?.string == "clear" && clear.json["found"]?.integer == 0)
            let accepted = try await post("/applications/\(first)/decision", ["decision": "accept"], reviewer)
            let number = try #require(accepted.json["civilNumber"]?.string)

            let second = try await Self.apply(3, server, agent)
            _ = try await post("/applications/\(second)/fingers", try Self.capture(2, 1, 2), agent)
            let found = try await post("/applications/\(second)/fingers/search", nil, agent)
            #expect(found.json["state"]?.string == "found")
            let sheet = try await server.client.json(.get, "/api/v1/applications/\(second)/fingers", token: agent)
            #expect(sheet.json["search"]?.string == "found" && sheet.json["searchNeeded"]?.bool == false)
            let cases = try await server.client.json(
                .get, "/api/v1/applications/\(second)/identity-cases", token: reviewer)
            #expect(cases.json["cases"]?[0]?["candidate"]?.string == first)
            #expect(cases.json["cases"]?[0]?["kind"]?.string == "prints")
            let decision: JSONValue = ["candidate": .string(first), "decision": "same", "reason": "vu"]
            let one = try await post("/applications/\(second)/identity-cases/decision", decision, reviewer)
            #expect(one.json["outcome"]?.string == "open" && one.json["missing"]?.integer == 1)
            let blind = try await server.client.json(
                .get, "/api/v1/applications/\(second)/identity-cases", token: other)
            #expect(blind.json["cases"]?[0]?["voteCount"]?.integer == 1)
            #expect(blind.json["cases"]?[0]?["votes"]?.array?.isEmpty == true)
            let two = try await post("/applications/\(second)/identity-cases/decision", decision, other)
            #expect(two.json["state"]?.string == "duplicate")

            guard case .object(var probe) = try Self.capture(2, 1, 3) else { return }
            probe["civilNumber"] = .string(number)
            let own = try await post("/verifications", .object(probe), agent)
            #expect(own.json["verified"]?.bool == true && (own.json["score"]?.double ?? 0) >= 40)
            probe["image"] = try Self.capture(2, 2, 4)["image"]
            let stranger = try await post("/verifications", .object(probe), agent)
            #expect(stranger.json["verified"]?.bool == false)
        }
    }

    @Test("the centre's page takes a file, shows quality at once, and the reviewer's page shows both prints")
    func pages() async throws {
        try await RunningServer.run { server in
            let agent = try await server.token(RunningServer.agent)
            let (first, second) = (try await Self.apply(1, server, agent), try await Self.apply(4, server, agent))
            let centre = try await server.browser(RunningServer.agent, "fr")
            for (id, impression) in [(first, UInt64(1)), (second, 2)] {
                let path = "/applications/\(id)/fingers"
                let page = try await centre.get(path)
                #expect(page.status == 200 && page.text.contains("Index droit") && !page.text.contains("<script"))
                let shown = try await centre.upload(
                    path, from: page, [("position", "2"), ("dpi", "500"), ("act", "take")],
                    file: ("image", "finger.png", try InventedFinger.png(3, impression: impression)))
                #expect(shown.status == 200 && shown.text.contains(" sur 100"))
                let empty = try await centre.upload(
                    path, from: page, [("position", "3"), ("dpi", "500"), ("act", "take")], file: ("image", "", []))
                #expect(empty.status == 422 && empty.text.contains("Choisissez l’image du doigt."))
                let excepted = try await centre.upload(
                    path, from: page,
                    [("position", "1"), ("exception", "bandaged"), ("reason", ""), ("act", "except")],
                    file: nil)
                #expect(excepted.status == 200 && excepted.text.contains("Doigt bandé"))
                let searched = try await centre.upload(path, from: page, [("act", "search")], file: nil)
                #expect(
                    searched.text.contains(try server.words("printSearch.\(id == first ? "clear" : "found")", "fr")))
            }
            let reviewer = try await server.browser(RunningServer.reviewer, "ar")
            let overview = try await reviewer.get("/review/\(second)")
            #expect(overview.text.contains("/review/\(second)/prints"))
            let page = try await reviewer.get("/review/\(second)/prints")
            #expect(page.text.contains("<svg") && page.text.components(separatedBy: "data:image/png").count == 3)
            #expect(page.header("content-security-policy")?.contains("img-src 'self' data:") == true)
            let without = try await reviewer.post(
                "/review/\(second)/prints", from: page, [("candidate", first), ("opinion", "same"), ("reason", "")])
            #expect(without.status == 422)
            let decided = try await reviewer.post(
                "/review/\(second)/prints", from: page, [("candidate", first), ("opinion", "same"), ("reason", "vu")])
            #expect(decided.status == 200)
            let forbidden = try await centre.get("/review/\(second)/prints")
            #expect(forbidden.status == 403)
            let verification = try await centre.get("/verification")
            let answered = try await centre.upload(
                "/verification", from: verification, [("civilNumber", "123"), ("position", "2"), ("dpi", "500")],
                file: ("image", "finger.png", try InventedFinger.png(3, impression: 9)))
            #expect(answered.status == 422)
            let joining = try await reviewer.get("/joining")
            let refused = try await reviewer.post(
                "/joining", from: joining, [("civilNumber", "1"), ("into", "2"), ("reason", "x")])
            #expect(joining.status == 200 && refused.status == 422)
        }
    }

    @Test(
        "a form with files that is cut or wrong is refused",
        arguments: [
            "", "--b", "--b\r\n", "--b\r\n\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ny\r\n--b--",
        ])
    func wrongUploads(text: String) {
        #expect(throws: WebError.self) { try UploadBody(Array(text.utf8), boundary: "b") }
    }

    @Test("fields and files of a form are told apart, byte for byte")
    func upload() throws {
        let head = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\né\r\n--b\r\n"
        let file = "content-disposition: form-data; name=\"f\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n"
        let bytes = (0...255).map { UInt8($0) } + [13, 10, 45, 45]
        let upload = try UploadBody(
            Array((head + file).utf8) + bytes + Array("\r\n--b--\r\n".utf8), boundary: "b")
        #expect(upload.form["a"] == "é" && upload.files == ["f": bytes])
        #expect(UploadBody.boundary("multipart/form-data; boundary=\"x y\"; charset=utf-8") == "xy")
        #expect(UploadBody.boundary("multipart/form-data") == nil)
    }
}
