import Quantities
import RecordStore
import Storage
import Synchronization
import TestSupport
import Testing
import Vault

/// The line to the server is cut around a COMMIT: the act must be there once, and its first answer must be given.
@Suite("A lost answer to COMMIT", .enabled(if: TestServer.isAvailable))
struct LostAnswerTests {
    let proxy: CuttingProxy
    let store: PostgreSQLStore
    let records: RecordStore

    init() async throws {
        let server = try #require(TestServer.shared)
        let database = try await server.newDatabase("lost")
        proxy = try CuttingProxy(to: server)
        store = PostgreSQLStore(
            try PostgreSQLAddress(url: "postgresql:///\(database)?host=\(proxy.folder)&user=sijill"),
            limits: PostgreSQLStore.Limits(connections: 2))
        records = try await RecordStore(
            name: "records", store: store, vault: StoreVault(TestRecords.master, store: "records"),
            migrations: [Migration(2, "note", creates: [TestRecords.note])], surroundings: .fixed())
    }

    func count(_ table: String) async throws -> Int64 {
        try await store.read {
            try $0.query(Statement("count", "SELECT COUNT(*) AS total FROM \(table)"), [])[0].integer("total")
        }
    }

    static let fates: [[CuttingProxy.Cut]] = [
        [.afterCommit], [.beforeCommit], [.beforeCommit, .afterCommit], [.beforeCommit, .beforeCommit, .beforeCommit],
    ]

    @Test("the act is there once, with one leaf, and its caller gets the answer that was kept", arguments: fates)
    func actIsThereOnce(fates: [CuttingProxy.Cut]) async throws {
        for fate in fates { proxy.cut(fate) }
        let runs = Mutex(0)
        let answer = try await records.perform("note.add", access: Staff.agent) { transaction in
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            try TestRecords.insert("p", "run \(run)", in: transaction)
            return "run \(run)"
        }
        #expect(try await count("note") == 1)
        #expect(try await count("audit_leaf") == 1)
        #expect(runs.withLock { $0 } == fates.filter { $0 == .beforeCommit }.count + 1)
        let kept = try await records.perform("note.read", access: Staff.agent) { transaction in
            try transaction.open(
                String.self, from: try #require(try transaction.row(TestRecords.note, key: [.text("p")])),
                subject: "person/p", table: TestRecords.note, row: "p", field: "content")
        }
        #expect(kept == answer)
        try await store.close()
    }

    @Test("a request with an idempotency key has one effect and one answer", arguments: fates)
    func requestHasOneEffect(fates: [CuttingProxy.Cut]) async throws {
        for fate in fates { proxy.cut(fate) }
        var answers: Set<String> = []
        for _ in 0..<3 {
            answers.insert(
                try await records.perform("note.add", access: Staff.agent, idempotencyKey: "key") { transaction in
                    let id = transaction.newIdentifier()
                    try TestRecords.insert(id, "words", in: transaction)
                    return id
                })
        }
        #expect(answers.count == 1)
        #expect(try await count("note") == 1)
        try await store.close()
    }
}
