import Foundation
import Quantities
import StrictJSON
import SyntheticPopulation
import Testing

@testable import Installation

/// Enrols invented households one after the other, and remembers what the server acknowledged.
actor MainPath {
    struct Acknowledged: Sendable {
        var applications = 0
        var numbers = 0
        var households = 0
        var retries = 0
    }

    /// A request whose answer may have been lost: it is sent again with the same idempotency key.
    private struct Pending {
        let method: String
        let path: String
        let body: JSONValue
        let token: String
        let key: String
    }

    private(set) var acknowledged = Acknowledged()
    private let population: SyntheticPopulation
    private let today: CivilDate
    private let seed: UInt64
    private var nextHousehold: UInt64 = 0
    private var agent: String?
    private var reviewer: String?
    private var pending: Pending?
    private var unconfirmed: [(APIClient) async throws -> Void] = []

    init(jurisdiction: Jurisdiction, seed: UInt64) throws {
        population = try Demonstration.inventedPopulation(jurisdiction)
        today = try jurisdiction.date(
            Instant(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000)))
        self.seed = seed
    }

    /// Sessions outlive the server: whoever was signed in still is.
    func signInOnce(_ client: APIClient) async throws {
        if agent == nil { agent = try await Self.signIn("agent", client) }
        if reviewer == nil { reviewer = try await Self.signIn("reviewer", client) }
    }

    private static func signIn(_ name: String, _ client: APIClient) async throws -> String {
        let answer = try await client.call(
            "POST", "staff/sessions", ["name": .string(name), "password": "a long password"])
        return try #require(answer["token"]?.string)
    }

    /// Repeats the request that was under way, then asks for everything acknowledged since the last time.
    func confirmEverything(_ client: APIClient) async throws {
        if let lost = pending {
            acknowledged.retries += 1
            do {
                _ = try await client.call(lost.method, lost.path, lost.body, token: lost.token, key: lost.key)
            } catch APIClient.Failure.refused(409, let body) where body.contains("duplicatesOpen") {
                // As below: the person waits for an opinion.
            }
            pending = nil
            switch lost.path {
            case "applications": acknowledged.applications += 1
            case "households": acknowledged.households += 1
            case _ where lost.path.hasSuffix("/decision"): acknowledged.numbers += 1
            default: break
            }
        }
        for confirm in unconfirmed { try await confirm(client) }
        unconfirmed = []
    }

    /// Goes on until the server is gone.
    func work(_ client: APIClient) async {
        do {
            while true { try await enrolNext(client) }
        } catch APIClient.Failure.connectionLost {
            // Expected: the server was killed.
        } catch {
            Issue.record("the server refused a sound request: \(error)")
        }
    }

    /// Goes on until the server refuses, and says with what; nil when the connection is lost or after so many households.
    func workUntilRefused(_ client: APIClient, households: Int = 60) async -> (status: Int, body: String)? {
        do {
            for _ in 0..<households { try await enrolNext(client) }
            return nil
        } catch APIClient.Failure.refused(let status, let body) {
            return (status, body)
        } catch {
            return nil
        }
    }

    /// One household.
    func enrolOnce(_ client: APIClient) async throws { try await enrolNext(client) }

    private func send(
        _ method: String, _ path: String, _ body: JSONValue, token: String, client: APIClient
    ) async throws -> JSONValue {
        let request = Pending(method: method, path: path, body: body, token: token, key: UUID().uuidString)
        pending = request
        let answer = try await client.call(method, path, body, token: token, key: request.key)
        pending = nil
        return answer
    }

    private func enrolNext(_ client: APIClient) async throws {
        guard let agent, let reviewer else { return }
        let household = population.household(nextHousehold, seed: seed, asOf: today)
        nextHousehold += 1
        var numbers: [String] = []
        for person in household.persons {
            let receipt = try await send("POST", "applications", person.application, token: agent, client: client)
            let id = try #require(receipt["application"]?.string)
            acknowledged.applications += 1
            unconfirmed.append { client in
                let found = try await client.call("GET", "applications/\(id)", token: reviewer)
                #expect(found["receipt"] == receipt["receipt"])
            }
            let decided: JSONValue
            do {
                decided = try await send(
                    "POST", "applications/\(id)/decision", ["decision": "accept"], token: reviewer, client: client)
            } catch APIClient.Failure.refused(409, let body) where body.contains("duplicatesOpen") {
                // Among many invented persons some resemble one another; who waits for an opinion is left waiting.
                pending = nil
                return
            }
            let number = try #require(decided["civilNumber"]?.string)
            numbers.append(number)
            acknowledged.numbers += 1
            unconfirmed.append { client in
                let found = try await client.call("GET", "applications/\(id)", token: reviewer)
                #expect(found["state"] == "accepted")
                #expect(found["civilNumber"]?.string == number)
            }
        }
        let declaration = try Demonstration.declaration(of: household, numbers: numbers)
        let declared = try await send("POST", "households", declaration, token: agent, client: client)
        let householdNumber = try #require(declared["householdNumber"])
        acknowledged.households += 1
        unconfirmed.append { client in
            let found = try await client.call("POST", "households/read", ["number": householdNumber], token: agent)
            #expect(found["score"] == declared["score"])
            #expect(found["declarationNumber"] == 1)
        }
        try await visitAsResident(declaration, householdNumber, client)
    }

    private func visitAsResident(
        _ declaration: JSONValue, _ householdNumber: JSONValue, _ client: APIClient
    ) async throws {
        let number = try #require(declaration["declarant"])
        _ = try await client.call("POST", "resident/codes", ["civilNumber": number])
        let outbox = try await client.call("GET", "demonstration/outbox")
        let code = try #require(outbox["messages"]?.array?.first?["code"])
        let session = try await client.call("POST", "resident/sessions", ["civilNumber": number, "code": code])
        let token = try #require(session["token"]?.string)
        let record = try await client.call("GET", "resident/record", token: token)
        #expect(record["household"]?["householdNumber"] == householdNumber)
        unconfirmed.append { client in
            let again = try await client.call("GET", "resident/record", token: token)
            #expect(again["civilNumber"] == number)
            #expect((again["accesses"]?.array?.count ?? 0) > (record["accesses"]?.array?.count ?? 0))
        }
    }
}
