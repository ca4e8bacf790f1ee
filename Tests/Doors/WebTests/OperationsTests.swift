import Foundation
import StrictJSON
import Testing

@testable import Web

/// What whoever watches over a server sees.
@Suite("Health, readiness and metrics")
struct OperationsTests {
    @Test("are answered, counted by route, and hold no value that was asked about")
    func figures() async throws {
        try await RunningServer.run { server in
            #expect(try await server.client.json(.get, "/healthz").json == ["status": "ok"])
            #expect(try await server.client.json(.get, "/readyz").json == ["status": "ready"])
            _ = try await server.token(RunningServer.agent)
            _ = try await server.client.json(
                .post, "/api/v1/staff/sessions", ["name": "planted.name", "password": "planted-password"])
            _ = try await server.client.json(.get, "/planted-path?planted=query")
            let answer = try await server.client.send(.get, "/metrics")
            #expect(answer.status == 200)
            let text = answer.text
            for line in [
                "sijill_http_requests_total{method=\"POST\",route=\"/api/v1/staff/sessions\",status=\"201\"} 1",
                "sijill_http_requests_total{method=\"POST\",route=\"/api/v1/staff/sessions\",status=\"401\"} 1",
                "sijill_http_request_seconds_count{route=\"/api/v1/staff/sessions\"} 2",
                "sijill_http_request_seconds_bucket{route=\"/api/v1/staff/sessions\",le=\"+Inf\"} 2",
                "sijill_store_up{store=\"population\"} 1", "sijill_log_lag_seconds", "process_open_fds",
                "process_resident_memory_bytes", "sijill_store_sessions{store=\"social\",kind=\"size\"}",
            ] { #expect(text.contains(line), "\(line)") }
            #expect(!text.contains("planted"))
            // Each line is a comment, or a name with labels and a number.
            let form = /(#.*|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? -?[0-9.e+-]+)/
            for line in text.split(separator: "\n") { #expect(line.wholeMatch(of: form) != nil, "\(line)") }
        }
    }

    @Test("metrics are told to this machine only, not through a proxy on it, unless they are public")
    func metricsAreNotForAll() async throws {
        let passedOn = [("X-Forwarded-For", "203.0.113.9")]
        try await RunningServer.run { server in
            let answer = try await server.client.send(.get, "/metrics", headers: passedOn)
            #expect(answer.status == 403)
        }
        try await RunningServer.run(configure: { $0.areMetricsPublic = true }) { server in
            let answer = try await server.client.send(.get, "/metrics", headers: passedOn)
            #expect(answer.status == 200)
        }
    }

    @Test("a writing request that is repeated gets the same answer, and its key serves no other request")
    func keys() async throws {
        try await RunningServer.run { server in
            func signIn(_ name: String, _ key: String) async throws -> Answer {
                try await server.client.json(
                    .post, "/api/v1/staff/sessions",
                    ["name": .string(name), "password": .string(RunningServer.agent.password)],
                    headers: [("Idempotency-Key", key)])
            }
            let first = try await signIn(RunningServer.agent.name, "k1")
            let again = try await signIn(RunningServer.agent.name, "k1")
            #expect(first.status == 201 && again.status == 201)
            #expect(first.json == again.json && first.json["token"] != nil)
            // Spelt otherwise it is the same person, and another request.
            let other = try await signIn(RunningServer.agent.name.uppercased(), "k1")
            #expect(other.status == 422)
            #expect(other.json["error"]?["code"] == "keyReused")
            let token = try #require(first.json["token"]?.string)
            for _ in 1...2 {
                #expect(try await server.client.json(.delete, "/api/v1/staff/sessions", token: token).status == 204)
            }
        }
    }
}
