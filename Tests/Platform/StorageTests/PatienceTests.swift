import Foundation
import Storage
import TestSupport
import Testing

/// A request does not wait for a database longer than its patience.
@Suite("The patience of a request", .enabled(if: TestServer.isAvailable))
struct PatienceTests {
    /// A port that takes connections and never says a word, as behind a broken line.
    final class SilentPort: Sendable {
        let port: Int
        private let descriptor: Int32

        init() throws {
            let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = bind(made, $0, length)
                    _ = listen(made, 16)
                    _ = getsockname(made, $0, &length)
                }
            }
            descriptor = made
            port = Int(UInt16(bigEndian: address.sin_port))
        }

        deinit { close(descriptor) }
    }

    /// What `work` throws under a patience.
    static func refusal(
        _ seconds: Double, _ work: @Sendable () async throws -> Void
    ) async -> StorageError? {
        await #expect(throws: StorageError.self) {
            try await Patience.$current.withValue(Patience(.seconds(seconds))) { try await work() }
        }
    }

    @Test("ends the wait for a server that is not there, for one that is silent, and for a session that is not free")
    func unreachable() async throws {
        let silent = try SilentPort()
        for url in [
            "postgresql:///a?host=/tmp/sijill-nobody-listens-here", "postgresql://127.0.0.1:\(silent.port)/a",
        ] {
            let store = PostgreSQLStore(
                try PostgreSQLAddress(url: url), limits: PostgreSQLStore.Limits(connections: 1, patienceSeconds: 3600))
            // Its limits alone would go on for an hour.
            for work in 1...2 {
                let error = await Self.refusal(0.3) {
                    if work == 1 { _ = try await store.appliedMigrations() } else { try await store.write { _ in } }
                }
                #expect(error?.code == .unavailable || error?.code == .busy, "\(String(describing: error))")
            }
        }
    }

    @Test("ends a statement, after which the session is free and nothing was written")
    func statementEnded() async throws {
        let server = try #require(TestServer.shared)
        let store = PostgreSQLStore(
            try server.address(try await server.newDatabase()), limits: PostgreSQLStore.Limits(connections: 1))
        try await store.migrate(TestTables.migrations)
        let error = await Self.refusal(0.3) {
            try await store.write { transaction in
                try transaction.execute(TestTables.note.insert, TestTables.values("p", 1))
                _ = try transaction.query(PostgreSQLStoreTests.sleep, [])
            }
        }
        #expect(error?.code == .unavailable)
        #expect(try await store.read { try $0.query(TestTables.note.selectAll, []).count } == 0)
        let statistics = store.statistics
        #expect(statistics.failures == 1 && statistics.reads >= 1 && statistics.sessions == 1)
        try await store.close()
    }

    @Test("is spent by all transactions of a request together, and by nothing else")
    func spent() async throws {
        let server = try #require(TestServer.shared)
        let store = PostgreSQLStore(
            try server.address(try await server.newDatabase()), limits: PostgreSQLStore.Limits(connections: 1))
        let nap = Statement("nap", "SELECT pg_sleep(0.4) IS NULL AS slept")
        let error = await Self.refusal(1.5) {
            try await Task.sleep(for: .milliseconds(1600))
            for _ in 1...20 { try await store.read { _ = try $0.query(nap, []) } }
        }
        #expect(error?.code == .unavailable || error?.code == .busy)
        #expect(store.statistics.reads >= 1)
        try await store.close()
    }
}
