import Foundation
import Installation
import PopulationRegister
import RecordStore
import SocialRegister
import Storage
import StrictJSON
import TestSupport
import Testing

enum Citus {
    static let dsn = ProcessInfo.processInfo.environment["SIJILL_TEST_CITUS_DSN"]
}

/// The whole program on a Citus cluster that `SIJILL_TEST_CITUS_DSN` names, as a user who may make databases and
/// extensions. Its databases `sijill_test_…` are removed first.
@Suite(
    "On a Citus cluster",
    .enabled(if: Citus.dsn != nil, "SIJILL_TEST_CITUS_DSN names no cluster: nothing of this suite has been tried"),
    .serialized)
struct CitusTests {
    static func address(_ store: String) throws -> PostgreSQLAddress {
        try PostgreSQLAddress(url: try #require(Citus.dsn)).with(database: "sijill_test_\(store)")
    }

    /// Three databases with their tables, spread as `sijill store distribute --print` says.
    static func makeStores() async throws -> [PostgreSQLStore] {
        let server = PostgreSQLServer(try PostgreSQLAddress(url: try #require(Citus.dsn)))
        var stores: [PostgreSQLStore] = []
        for (index, name) in StoreLocation.names.enumerated() {
            try await server.dropDatabase("sijill_test_\(name)")
            _ = try await server.createDatabase("sijill_test_\(name)")
            let store = PostgreSQLStore(try address(name))
            try await store.write { _ = try $0.execute(Statement("extension", "CREATE EXTENSION citus"), []) }
            try await store.migrate(Installation.migrations[index])
            for call in Distribution(Installation.tables[index]).calls(shards: 4) {
                try await store.write { _ = try $0.query(Statement("distribute", String(call.dropLast())), []) }
            }
            stores.append(store)
        }
        return stores
    }

    @Test("every table is spread by its family's key, or stands on every machine")
    func distribution() async throws {
        for (store, tables) in zip(try await Self.makeStores(), Installation.tables) {
            let kinds = Statement(
                "test",
                "SELECT table_name::text AS name, citus_table_type AS kind, distribution_column AS place FROM citus_tables"
            )
            let rows = try await store.read { try $0.query(kinds, []) }
            let found = try Dictionary(
                uniqueKeysWithValues: rows.map {
                    (try $0.text("name"), "\(try $0.text("kind")) \(try $0.text("place"))")
                })
            for table in tables {
                #expect(
                    found[table.name] == table.family.key.map { "distributed \($0)" } ?? "reference <none>",
                    "\(table.name)")
            }
            try await store.close()
        }
    }

    @Test("every statement is planned, and all but the fan-outs on one machine", arguments: 0..<3)
    func plans(index: Int) async throws {
        let store = try await Self.makeStores()[index]
        for statement in CatalogueTests.statements(of: index) {
            let arguments = CatalogueTests.arguments(statement)
            if !statement.name.hasSuffix(".insert") {
                try await store.write { _ = try $0.execute(statement, arguments) }
            }
            // A plan of one machine has one task; locks and inserts are planned as they are sent.
            guard statement.isSelect, !statement.sql.hasSuffix(Statement.rowLock), !statement.isFanOut else { continue }
            let explained = Statement("explain.\(statement.name)", "EXPLAIN (COSTS OFF) \(statement.sql)")
            let lines = try await store.write { transaction in
                try transaction.query(explained, arguments).map { try $0.text("QUERY PLAN") }
            }
            let tasks = lines.compactMap { $0.firstMatch(of: /Task Count: (\d+)/).flatMap { Int($0.1) } }
            #expect(tasks.allSatisfy { $0 == 1 }, "\(statement.name): \(tasks)")
        }
        try await store.close()
    }

    @Test("a person is enrolled, a household declared, jobs are done, and what is kept verifies")
    func registers() async throws {
        for store in try await Self.makeStores() { try await store.close() }
        let folder = try TemporaryFolder()
        let location = StoreLocation.servers(
            StoreLocation.Servers(
                population: try Self.address("population"), social: try Self.address("social"),
                log: try Self.address("log"), keys: "\(folder.path)/keys"))
        let installation = try await Installation.open(
            at: location, jurisdiction: TestInstallation.jurisdiction, surroundings: .fixed(FixedClock(), seed: 1))
        var numbers: [String] = []
        for index in 0..<3 {
            let content = try ApplicationContent(
                Samples.application(index), rules: installation.jurisdiction.population, today: try installation.today()
            )
            let receipt = try await installation.population.apply(
                content, access: Staff.agent, idempotencyKey: IdempotencyKey("apply-\(index)"))
            let outcome = try await installation.population.review(
                receipt.application, .accept, access: Staff.reviewer)
            numbers.append(try #require(outcome.civilNumber))
        }
        let declared = try await installation.social.declare(
            try HouseholdDeclaration(Samples.declaration(numbers)), today: try installation.today(),
            access: Staff.households)
        let view = try await installation.social.household(number: declared.householdNumber, access: Staff.households)
        #expect(view.declarationNumber == 1)
        try await installation.scheduleDailyJobs()
        #expect(try await installation.jobRunner().drain() == 2)
        try await installation.sequencer.drain()
        let report = try await installation.verifier.verify()
        #expect(report.isSound && report.pending == 0, "\(report.findings)")
        #expect(try await installation.integrityProblems().isEmpty)
        try await installation.close()
    }

    @Test("a table that is full and spread gets a column and an index")
    func changing() async throws {
        let server = PostgreSQLServer(try PostgreSQLAddress(url: try #require(Citus.dsn)))
        try await server.dropDatabase("sijill_test_changing")
        _ = try await server.createDatabase("sijill_test_changing")
        let store = PostgreSQLStore(try Self.address("changing"))
        try await store.write { _ = try $0.execute(Statement("extension", "CREATE EXTENSION citus"), []) }
        try await store.migrate(ChangedTables.firstMigrations)
        for call in Distribution([ChangedTables.first]).calls(shards: 4) {
            try await store.write { _ = try $0.query(Statement("distribute", String(call.dropLast())), []) }
        }
        try await store.write { transaction in
            try transaction.copyIn(ChangedTables.first, (0..<100).map { ChangedTables.old("p\($0)", $0) })
        }
        try await store.migrate(ChangedTables.migrations)
        let rows = try await store.read { transaction in
            try transaction.query(ChangedTables.note.selectAll, []).map { $0.values(of: ChangedTables.note) }
        }
        #expect(Set(rows) == Set((0..<100).map { ChangedTables.seen("p\($0)", $0) }))
        try await store.close()
    }
}
