import Agency
import StrictJSON
import Testing

@testable import Web

@Suite("Who may do what")
struct PolicyTests {
    static let own = "0193b3a0-0000-7000-8000-000000000001"
    static let visitors: [(name: String, visitor: Web.Visitor)] = [
        ("anonymous", .anonymous), ("agent", .staff(id: "a", roles: [.agent])),
        ("reviewer", .staff(id: "b", roles: [.reviewer])), ("resident", .resident(personID: own)),
        ("other resident", .resident(personID: "0193b3a0-0000-7000-8000-000000000002")),
        ("staff without a role", .staff(id: "c", roles: [])),
    ]

    /// Each action with everybody who may.
    static let table: [(Web.Action, Set<String>)] = [
        (.enterApplication, ["agent"]),
        (.readApplication(id: own), ["agent", "reviewer", "resident"]),
        (.listApplications, ["reviewer"]),
        (.listCorrections, ["agent"]),
        (.decideApplication, ["reviewer"]),
        (.readCandidates, ["agent", "reviewer"]),
        (.takeFingers, ["agent"]), (.readFingers, ["agent", "reviewer"]), (.verifyFinger, ["agent", "reviewer"]),
        (.correctApplication(id: own), ["agent", "resident"]),
        (.withdrawApplication(id: own), ["agent", "resident"]),
        (.declareHousehold, ["agent"]),
        (.readHousehold, ["agent", "reviewer"]),
        (.readOwnRecord(personID: own), ["resident"]),
        (.seeStaffHome, ["agent", "reviewer"]),
        (.seeOutbox(isDemonstration: true), Set(visitors.map(\.name))),
        (.seeOutbox(isDemonstration: false), []),
    ]

    @Test("each action, over everybody", arguments: table)
    func actions(action: Web.Action, allowed: Set<String>) {
        for (name, visitor) in Self.visitors {
            #expect(Policy.allows(visitor, action) == allowed.contains(name), "\(name)")
        }
    }

    @Test("over HTTP, a role that may not is told so, and nobody is asked to sign in")
    func overHTTP() async throws {
        let routes: [(Client.Method, String, Set<String>)] = [
            (.post, "/api/v1/applications", ["agent"]), (.get, "/api/v1/applications", ["reviewer"]),
            (.post, "/api/v1/applications/\(HostileTests.unknownID)/decision", ["reviewer"]),
            (.get, "/api/v1/applications/\(HostileTests.unknownID)/candidates", ["agent", "reviewer"]),
            (.post, "/api/v1/applications/\(HostileTests.unknownID)/candidates/decision", ["reviewer"]),
            (.get, "/api/v1/applications/\(HostileTests.unknownID)/fingers", ["agent", "reviewer"]),
            (.post, "/api/v1/applications/\(HostileTests.unknownID)/fingers", ["agent"]),
            (.post, "/api/v1/applications/\(HostileTests.unknownID)/fingers/search", ["agent", "reviewer"]),
            (.get, "/api/v1/applications/\(HostileTests.unknownID)/identity-cases", ["agent", "reviewer"]),
            (.post, "/api/v1/applications/\(HostileTests.unknownID)/identity-cases/decision", ["reviewer"]),
            (.post, "/api/v1/applications/\(HostileTests.unknownID)/unmerge", ["reviewer"]),
            (.post, "/api/v1/merges", ["reviewer"]), (.post, "/api/v1/verifications", ["agent", "reviewer"]),
            (.post, "/api/v1/households", ["agent"]), (.post, "/api/v1/households/read", ["agent", "reviewer"]),
            (.get, "/api/v1/resident/record", []),
        ]
        try await RunningServer.run { server in
            let tokens = [
                "agent": try await server.token(RunningServer.agent),
                "reviewer": try await server.token(RunningServer.reviewer),
            ]
            for (method, path, allowed) in routes {
                let nobody = try await server.client.json(method, path, method == .post ? [:] : nil)
                #expect(nobody.status == 401)
                for (role, token) in tokens {
                    let answer = try await server.client.json(method, path, method == .post ? [:] : nil, token: token)
                    #expect((answer.status == 403) == !allowed.contains(role), "\(role) at \(path): \(answer.status)")
                }
            }
        }
    }
}
