import Foundation
import Installation
import PopulationRegister
import RecordStore
import Storage
import StrictJSON
import TestMaterial
import TestSupport
import Testing

/// Three databases under users of their own, as the page on PostgreSQL tells to make them.
@Suite("A user for each database", .enabled(if: TestServer.isAvailable))
struct SeparateUsersTests {
    /// The SQL that the page tells to carry out: for the owners, and for the users of a server.
    static let sql: [String] = {
        let page = PackageFolder.root.appending(path: "Documentation/Operations/PostgreSQL.md")
        let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "```sql\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }()

    static func address(_ server: TestServer, _ user: String, _ store: String) throws -> PostgreSQLAddress {
        try PostgreSQLAddress(url: "postgresql:///sijill_\(store)?host=\(server.socketFolder)&user=\(user)_\(store)")
    }

    static func location(_ server: TestServer, _ user: String, _ folder: TemporaryFolder) throws -> StoreLocation {
        .servers(
            StoreLocation.Servers(
                population: try address(server, user, "population"), social: try address(server, user, "social"),
                log: try address(server, user, "log"), keys: "\(folder.path)/keys"))
    }

    @Test("is all that a server needs: each reaches its own database, and changes neither schema nor leaves nor log")
    func separateUsers() async throws {
        let server = try TestServer()
        // Waits until the server answers.
        _ = try await server.newDatabase()
        let folder = try TemporaryFolder()
        try #require(Self.sql.count == 2)
        #expect(try server.psql(Self.sql[0]))
        let owners = try Self.location(server, "sijill", folder)
        _ = try await Installation.migrate(at: owners)
        #expect(try server.psql(Self.sql[1]))
        let installation = try await Installation.open(
            at: try Self.location(server, "server", folder), jurisdiction: TestInstallation.jurisdiction)
        let content = try ApplicationContent(
            Samples.application(0), rules: installation.jurisdiction.population, today: try installation.today())
        let receipt = try await installation.population.apply(content, access: Staff.agent)
        _ = try await installation.population.review(receipt.application, .accept, access: Staff.reviewer)
        _ = try await installation.jobRunner().drain(dueOnly: true)
        try await installation.scheduleDailyJobs()
        try await installation.sequencer.drain()
        #expect(try await installation.verifier.verify().isSound)
        try await installation.close()

        // From one database there is no way to another, and none to change what is never changed.
        for (own, other) in [("population", "social"), ("social", "log"), ("log", "population")] {
            let stranger = PostgreSQLStore(
                try PostgreSQLAddress(
                    url: "postgresql:///sijill_\(other)?host=\(server.socketFolder)&user=server_\(own)"),
                limits: PostgreSQLStore.Limits(connections: 1, patienceSeconds: 0))
            let error = await #expect(throws: StorageError.self) { _ = try await stranger.appliedMigrations() }
            #expect(error?.code == .unavailable)
            try await stranger.close()
        }
        let refused = [
            ("population", "DELETE FROM audit_leaf"), ("population", "UPDATE audit_subject SET subject_id = 'x'"),
            ("population", "DROP TABLE person"), ("population", "CREATE TABLE more (id TEXT)"),
            ("social", "UPDATE audit_leaf SET content = code"), ("social", "DELETE FROM schema_migration"),
            ("log", "DELETE FROM log_entry"), ("log", "UPDATE log_checkpoint SET note = 'x'"),
        ]
        for (store, sql) in refused {
            let opened = PostgreSQLStore(try Self.address(server, "server", store))
            let error = await #expect(throws: StorageError.self, "\(sql)") {
                try await opened.write { _ = try $0.execute(Statement("test", sql), []) }
            }
            #expect(error?.message.contains("lacks a right") == true, "\(sql): \(error?.message ?? "")")
            try await opened.close()
        }
    }
}
