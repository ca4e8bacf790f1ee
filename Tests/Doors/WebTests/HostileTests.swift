import Foundation
import HTTPTypes
import StrictJSON
import Testing

@testable import Web

@Suite("Hostile input is refused with a code of the list, in the caller's language")
struct HostileTests {
    struct Attack: Sendable {
        let name: String
        let body: [UInt8]
        var contentType = "application/json"
        var expected: [ErrorCode] = []
    }

    static let unknownID = "0193b3a0-0000-7000-8000-000000000000"

    static let attacks: [Attack] = [
        Attack(name: "cut off", body: Array(#"{"a":"#.utf8), expected: [.malformedJSON]),
        Attack(name: "nothing", body: [], expected: [.malformedJSON]),
        Attack(name: "two names alike", body: Array(#"{"a":1,"a":2}"#.utf8), expected: [.duplicateKey]),
        Attack(
            name: "no UTF-8", body: Array(#"{"a":""#.utf8) + [0xC3, 0x28, 0xFF] + Array(#""}"#.utf8),
            expected: [.invalidUTF8]),
        Attack(name: "half a surrogate", body: Array(#"{"a":"\ud800"}"#.utf8), expected: [.invalidUTF8]),
        Attack(name: "a list", body: Array("[]".utf8), expected: [.invalidFields]),
        Attack(name: "a number", body: Array("7".utf8), expected: [.invalidFields]),
        Attack(name: "too deep", body: Array(String(repeating: "[", count: 5000).utf8), expected: [.tooDeep]),
        Attack(name: "unknown fields", body: Array(#"{"constructor":{"a":null}}"#.utf8), expected: [.invalidFields]),
        Attack(
            name: "wrong types",
            body: Array(
                #"{"number":1,"name":[],"password":{},"civilNumber":true,"code":1e400,"decision":0,"reason":[],"facts":7}"#
                    .utf8
            ), expected: [.malformedJSON, .invalidFields]),
        Attack(
            name: "fields beyond measure",
            body: Array(longFields.utf8), expected: [.invalidFields, .malformedNumber]),
        Attack(
            name: "ten megabytes", body: [UInt8](repeating: UInt8(ascii: "x"), count: 10_000_000),
            expected: [.bodyTooLarge]),
        Attack(name: "another type", body: Array("<a/>".utf8), contentType: "text/xml", expected: [.wrongContentType]),
    ]

    static let longFields: String = {
        let long = String(repeating: "س", count: 50_000)
        let names = ["number", "name", "password", "civilNumber", "code", "decision", "reason", "declarant"]
        return "{" + names.map { "\"\($0)\":\"\(long)\"" }.joined(separator: ",") + "}"
    }()

    /// Routes that read a JSON body, and who may reach them.
    static let routes: [(path: String, isStaffs: Bool)] = [
        ("/api/v1/staff/sessions", false), ("/api/v1/applications", true),
        ("/api/v1/applications/\(unknownID)/decision", true), ("/api/v1/applications/\(unknownID)/correction", true),
        ("/api/v1/applications/\(unknownID)/withdrawal", true), ("/api/v1/civil-numbers/check", false),
        ("/api/v1/households", true), ("/api/v1/households/read", true), ("/api/v1/resident/codes", false),
        ("/api/v1/resident/sessions", false),
    ]

    static func check(_ answer: Answer, _ expected: [ErrorCode], _ language: String, _ what: String) throws {
        #expect((400..<500).contains(answer.status), "\(what): \(answer.status)")
        let name = answer.json["error"]?["code"]?.string ?? ""
        let code = try #require(ErrorCode(rawValue: name), "\(what): \(name) is not on the list")
        #expect(answer.status == code.status.code, "\(what)")
        if !expected.isEmpty { #expect(expected.contains(code), "\(what): \(code)") }
        let texts = try TextCatalogue.load(languages: [language], folder: Place.country)
        #expect(answer.json["error"]?["message"]?.string == texts[language]?.text("error.\(name)"), "\(what)")
        for problem in answer.json["error"]?["problems"]?.array ?? [] {
            let message = try #require(problem["message"]?.string)
            #expect(!message.isEmpty)
            if language == "ar" {
                #expect(message.unicodeScalars.contains { (0x600...0x6FF).contains($0.value) }, "\(what)")
            }
        }
    }

    @Test("every route that reads JSON refuses every attack", arguments: ["ar", "fr"])
    func bodies(language: String) async throws {
        try await RunningServer.run(configure: { $0.signInAttempts = 1000 }) { server in
            let token = try await server.token(RunningServer.both)
            for route in Self.routes {
                for attack in Self.attacks {
                    var headers = [("Content-Type", attack.contentType), ("Accept-Language", language)]
                    if route.isStaffs { headers.append(("Authorization", "Bearer \(token)")) }
                    let answer = try await server.client.send(.post, route.path, headers: headers, body: attack.body)
                    try Self.check(answer, attack.expected, language, "\(attack.name) at \(route.path)")
                }
            }
            #expect(!server.log.lines.contains { $0.hasPrefix("error") || $0.hasPrefix("critical") })
        }
    }

    @Test("addresses, methods, queries and headers that make no sense are refused")
    func addresses() async throws {
        let attacks: [(Client.Method, String, [(String, String)], ErrorCode)] = [
            (.get, "/api/v1/nowhere", [], .notFound), (.get, "/api/v1/%zz", [], .malformedPath),
            (.get, "/api/v1/%", [], .malformedPath), (.get, "/api/v1/applications/%ff%fe", [], .malformedPath),
            (.get, "/api/v1/applications/%00", [], .malformedPath),
            (.put, "/api/v1/applications", [], .methodNotAllowed),
            (.delete, "/api/v1/households", [], .methodNotAllowed),
            (.get, "/api/v1/households", [], .methodNotAllowed), (.post, "/api/v1/health", [], .methodNotAllowed),
            (.get, "/api/v1/log/proof", [], .malformedQuery),
            (.get, "/api/v1/log/proof?leaf=%E0%80", [], .malformedQuery),
            (.get, "/api/v1/log/proof?leaf=nothing", [], .leafPending),
            (.get, "/api/v1/log/consistency?old=1&new=-1", [], .malformedQuery),
            (.get, "/api/v1/log/consistency?old=99999999999999999999&new=3", [], .malformedQuery),
            (.get, "/api/v1/log/consistency?old=9&new=1000000", [], .proofImpossible),
            (.get, "/api/v1/resident/record", [], .signInNeeded),
            (
                .get, "/api/v1/resident/record", [("Authorization", "Bearer " + String(repeating: "0", count: 64))],
                .sessionExpired
            ),
            (.get, "/api/v1/resident/record", [("Authorization", "Bearer x")], .sessionExpired),
            (.get, "/api/v1/applications/\(Self.unknownID)", [], .signInNeeded),
            (.get, "/api/v1/applications/..%2f..%2fetc", [], .noSuchApplication),
            (.delete, "/api/v1/staff/sessions", [], .signInNeeded),
        ]
        try await RunningServer.run { server in
            for (method, path, headers, code) in attacks {
                for language in ["ar", "fr"] {
                    let answer = try await server.client.send(
                        method, path, headers: headers + [("Accept-Language", language)])
                    try Self.check(answer, [code], language, "\(method.rawValue) \(path)")
                }
            }
        }
    }

    @Test("forms that this door did not give are refused, and none is a fault of the server")
    func forms() async throws {
        let form = "application/x-www-form-urlencoded"
        let bodies: [(String, [UInt8], String, Int)] = [
            ("no token", Array("name=a&password=b".utf8), form, 403),
            ("a wrong token", Array("formToken=00ff&name=a".utf8), form, 403),
            ("bad percent-encoding", Array("name=%zz".utf8), form, 400),
            ("no UTF-8", Array("name=%ff%fe".utf8), form, 400),
            ("raw bytes", [0xFF, 0xFE, 0x00], form, 400),
            ("a name twice", Array("name=a&name=b".utf8), form, 400),
            ("ten megabytes", [UInt8](repeating: UInt8(ascii: "a"), count: 10_000_000), form, 413),
            ("another type", Array("{}".utf8), "application/json", 415),
        ]
        let paths = [
            "/staff/sign-in", "/resident/sign-in", "/resident/code", "/status", "/sign-out",
        ]
        try await RunningServer.run { server in
            for path in paths {
                for (name, body, type, status) in bodies {
                    let answer = try await server.client.send(
                        .post, path, headers: [("Content-Type", type), ("Accept-Language", "fr")], body: body)
                    #expect(answer.status == status, "\(name) at \(path): \(answer.status)")
                    #expect(answer.text.contains("lang=\"fr\""))
                }
                let foreign = try await server.client.send(
                    .post, path, headers: [("Content-Type", form), ("Origin", "https://elsewhere.example")],
                    body: Array("a=b".utf8))
                #expect(foreign.status == 403)
                let crossSite = try await server.client.send(
                    .post, path, headers: [("Content-Type", form), ("Sec-Fetch-Site", "cross-site")],
                    body: Array("a=b".utf8))
                #expect(crossSite.status == 403)
            }
            for path in ["/review/x", "/nowhere", "/%zz", "/language/xx", "/applications/1/receipt"] {
                let answer = try await server.client.send(.get, path)
                #expect((300..<500).contains(answer.status), "\(path): \(answer.status)")
                #expect(answer.header("content-security-policy")?.contains("frame-ancestors 'none'") == true)
                #expect(answer.header("x-content-type-options") == "nosniff")
            }
        }
    }

    @Test("a form's answers beyond measure come back with problems at their fields")
    func longAnswers() async throws {
        try await RunningServer.run { server in
            let browser = try await server.browser(RunningServer.agent, "fr")
            let long = String(repeating: "x", count: 30_000)
            let page = try await browser.get("/applications/new")
            for fields in [
                [
                    ("names.arabic.given", long), ("sex", "other"), ("birth.date.year", "12x"),
                    ("residence.commune", "<script>"),
                ],
                [("document", "{"), ("step", "send")], [("document", "[]"), ("step", "send")], [("step", "check")],
                [("document", "{}"), ("step", "edit"), ("language", "zz")],
            ] {
                let answer = try await browser.post("/applications/new", from: page, fields)
                #expect((200..<500).contains(answer.status), "\(answer.status)")
                let isEscaped = !answer.text.contains("<script>")
                #expect(isEscaped)
            }
            for query in [
                "?members=0&milieu=urban", "?members=x", "?members=999999999999999999999&milieu=rural", "?milieu=moon",
            ] {
                let answer = try await browser.get("/households/new\(query)")
                #expect(answer.status == 422, "\(query)")
            }
            let start = try await browser.get("/households/new?members=3&milieu=urban")
            #expect(start.status == 200)
            let answer = try await browser.post(
                "/households/new", from: start,
                [("members", "3"), ("milieu", "urban"), ("step", "check"), ("facts.dwelling.rooms", long)])
            #expect(answer.status == 422)
            let leadsBack = answer.text.contains("href=\"#facts-dwelling-rooms\"")
            #expect(leadsBack)
        }
    }

    @Test("after too many wrong passwords a name waits, and so does a number")
    func throttling() async throws {
        try await RunningServer.run(configure: { $0.signInAttempts = 3 }) { server in
            var last: Answer?
            for _ in 0..<4 {
                last = try await server.client.json(
                    .post, "/api/v1/staff/sessions", ["name": "agent.salma", "password": "not the password"])
            }
            #expect(last?.status == 429)
            let right = try await server.client.json(
                .post, "/api/v1/staff/sessions",
                ["name": .string(RunningServer.agent.name), "password": .string(RunningServer.agent.password)])
            #expect(right.status == 429)
        }
    }
}
