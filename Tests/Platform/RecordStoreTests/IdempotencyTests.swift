import RecordStore
import Storage
import TestSupport
import Testing

/// Requests that are sent again, on each engine.
@Suite("A request that is repeated")
struct IdempotencyTests {
    static func add(_ two: TwoStores, _ id: String, _ key: IdempotencyKey) async throws -> String {
        try await two.first.perform("note.add", access: Staff.agent, idempotencyKey: key) { transaction in
            try TwoStores.insert(id, in: transaction)
            return id
        }
    }

    @Test("gets the same answer for the same request and is refused for another", arguments: TwoStores.engines)
    func sameAndOther(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        let key = IdempotencyKey("k", request: Array("a".utf8))
        #expect(try await Self.add(two, "p1", key) == "p1")
        #expect(try await Self.add(two, "p2", key) == "p1")
        let error = await #expect(throws: RecordError.self) {
            try await Self.add(two, "p3", IdempotencyKey("k", request: Array("b".utf8)))
        }
        #expect(error?.code == .keyReused)
        #expect(try await two.effects() == 1)
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }

    @Test("is a new request once the answer is too old to be kept", arguments: TwoStores.engines)
    func dated(engine: TwoStores.Engine) async throws {
        let two = try await TwoStores(engine)
        #expect(try await Self.add(two, "p1", "k") == "p1")
        two.clock.advance(seconds: IdempotencyKey.keptSeconds - 1)
        #expect(try await Self.add(two, "p2", "k") == "p1")
        two.clock.advance(seconds: 1)
        #expect(try await Self.add(two, "p2", "k") == "p2")
        #expect(try await Self.add(two, "p3", "k") == "p2")
        #expect(try await two.effects() == 2)
        #expect(try await two.findings().isEmpty)
        try await two.close()
    }
}
