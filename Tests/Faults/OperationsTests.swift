import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import Installation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The program as whoever operates it sees it: how it stops, what it logs, what it says while the database is away.
@Suite("A server in operation", .serialized)
struct OperationsTests {
    private static func status(_ address: String, _ path: String) async -> (status: Int, retryAfter: String?) {
        guard let url = URL(string: address + path) else { return (0, nil) }
        var request = URLRequest(url: url)
        request.timeoutInterval = 30
        guard let answer = try? await URLSession.shared.data(for: request),
            let response = answer.1 as? HTTPURLResponse
        else { return (0, nil) }
        return (response.statusCode, response.value(forHTTPHeaderField: "Retry-After"))
    }

    private static let planted = ["planted-name", "planted-password-1", "planted-path", "planted-query", "4477889900"]

    @Test("it stops on SIGTERM with status 0, and its log is JSON lines that hold nothing of what was asked")
    func stopAndLog() async throws {
        let folder = try TemporaryFolder()
        let server = try await ServerProcess.start(
            ["--store", "\(folder.path)/store", "--log-format", "json", "--stop-seconds", "20"], logLevel: "info",
            log: "\(folder.path)/log")
        let client = APIClient(address: server.address)
        let added = try ServerProcess.run(
            ["staff", "add", Self.planted[0], "--role", "agent", "--store", "\(folder.path)/store"],
            input: "\(Self.planted[1])\n")
        #expect(added.status == 0)
        for password in [Self.planted[1], "not \(Self.planted[1])"] {
            _ = try? await client.call(
                "POST", "staff/sessions", ["name": .string(Self.planted[0]), "password": .string(password)])
        }
        _ = try? await client.call("POST", "resident/codes", ["civilNumber": .string(Self.planted[4])])
        _ = try? await client.call("GET", "\(Self.planted[2])?q=\(Self.planted[3])")
        // A sign-in takes long enough to be under way when the signal comes.
        let last = Task {
            try await client.call(
                "POST", "staff/sessions", ["name": .string(Self.planted[0]), "password": .string(Self.planted[1])])
        }
        try await Task.sleep(for: .milliseconds(60))
        #expect(server.terminate() == 0)
        // It was answered whole, or not taken any more.
        if let answer = try? await last.value { #expect(answer["token"] != nil) }
        let log = try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)
        let lines = log.split(separator: "\n").filter { $0.hasPrefix("{") }
        #expect(lines.contains { $0.contains("\"/api/v1/staff/sessions\"") })
        for line in lines { #expect(throws: Never.self) { try JSONValue(parsing: Array(line.utf8)) } }
        for value in Self.planted { #expect(!log.contains(value)) }
    }

    @Test(
        "while the database is away a request is refused within its patience, with when to come again, and readiness too",
        .enabled(if: TestServer.isAvailable))
    func databaseAway() async throws {
        let database = try TestServer()
        let keys = try TemporaryFolder()
        let store = ["--store", database.url("sijill"), "--keys", keys.path]
        try #require(try ServerProcess.run(["store", "create"] + store).status == 0)
        let server = try await ServerProcess.start(store + ["--patience-seconds", "2"])
        #expect(await Self.status(server.address, "/readyz").status == 200)
        database.stop(SIGKILL)
        for path in ["/api/v1/log/checkpoint", "/readyz"] {
            let answer = await Self.status(server.address, path)
            #expect(answer.status == 503 && answer.retryAfter != nil, "\(path): \(answer)")
        }
        #expect(await Self.status(server.address, "/healthz").status == 200)
        #expect(await Self.status(server.address, "/metrics").status == 200)
        try await database.restart()
        var isReady = false
        for _ in 1...100 where !isReady { isReady = await Self.status(server.address, "/readyz").status == 200 }
        #expect(isReady)
        #expect(server.terminate() == 0)
        database.stop(SIGQUIT)
    }

    @Test("jobs are listed for people, and one command does what is left and stops")
    func jobs() async throws {
        let folder = try TemporaryFolder()
        let store = ["--store", folder.path + "/store"]
        try #require(try ServerProcess.run(["store", "create"] + store).status == 0)
        let drained = try ServerProcess.run(["jobs", "drain"] + store)
        #expect(drained.status == 0 && drained.output == "{\"done\":2,\"failed\":0,\"dead\":0}\n", "\(drained.output)")
        let listed = try ServerProcess.run(["jobs", "list", "--text"] + store)
        #expect(listed.status == 0 && listed.output.hasPrefix("STORE"))
        #expect(try ServerProcess.run(["jobs", "show", "no-such-job"] + store).status == 1)
        #expect(try ServerProcess.run(["jobs", "resume"] + store).status != 0)
        #expect(try ServerProcess.run(["audit", "verify"] + store).status == 0)
    }
}
