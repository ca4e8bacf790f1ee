import Foundation
import Installation
import Storage
import TestMaterial
import TestSupport
import Testing

@Suite("The catalogues of the program")
struct CatalogueTests {
    static let catalogues = Installation.catalogues

    @Test("keep every rule of the lint")
    func areClean() {
        let findings = StatementLint(Self.catalogues).findings()
        #expect(findings.isEmpty, "\(findings)")
    }

    /// The first argument of each call of `type` in the sources, where it is a literal, and how many calls there are.
    static func names(ofCalls type: String) -> [(file: String, name: String?)] {
        PackageFolder.swiftFiles("Sources").flatMap { path, text in
            text.matches(of: /\b(Statement|Table)\(\s*(?:"([^"]*)")?/).compactMap { match in
                match.output.1 == type ? (path, match.output.2.map(String.init)) : nil
            }
        }
    }

    @Test("hold every statement that stands in the sources")
    func holdEveryStatement() {
        let known = Set(Self.catalogues.flatMap(\.statements).map(\.name))
        // Tables write their own statements, and what an engine needs for its sessions and schema names no row.
        let calls = Self.names(ofCalls: "Statement").filter { !$0.file.contains("Platform/Storage/") }
        #expect(calls.count > 10)
        for call in calls {
            #expect(call.name.map { known.contains($0) } == true, "\(call.file): \(call.name ?? "no literal name")")
        }
    }

    @Test("hold every table that stands in the sources")
    func holdEveryTable() {
        let known = Set(Self.catalogues.flatMap(\.tables).map(\.name))
        let calls = Self.names(ofCalls: "Table")
        #expect(calls.count > 20)
        for call in calls {
            #expect(call.name.map { known.contains($0) } == true, "\(call.file): \(call.name ?? "no literal name")")
        }
    }

    /// The statements that are sent to one of the three stores, in the order of their names.
    static func statements(of index: Int) -> [Statement] {
        let known = Set(Installation.tables[index].map(\.name))
        return catalogues.filter { $0.tables.allSatisfy { known.contains($0.name) } }.flatMap(\.statements)
    }

    static func arguments(_ statement: Statement) -> [SQLValue] {
        Array(repeating: .integer(1), count: statement.sql.filter { $0 == "?" }.count)
    }

    @Test("are each sent to one store or another")
    func eachHasAStore() {
        let sent = Set((0..<StoreLocation.names.count).flatMap { Self.statements(of: $0).map(\.name) })
        #expect(Set(Self.catalogues.flatMap(\.statements).map(\.name)) == sent)
    }

    @Test("are prepared by the embedded engine, every statement of them", arguments: 0..<3)
    func prepareOnTheEngine(index: Int) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: "\(folder.path)/all.sqlite")
        try await store.migrate(Installation.migrations[index])
        for statement in Self.statements(of: index) {
            let arguments = Self.arguments(statement)
            let isRead = statement.isSelect && !statement.sql.hasSuffix(Statement.rowLock)
            if isRead {
                _ = try await store.read { try $0.query(statement, arguments) }
            } else if !statement.name.hasSuffix(".insert") {
                _ = try await store.write { try $0.execute(statement, arguments) }
            }
        }
        try await store.close()
    }

    @Test("are prepared by PostgreSQL, every statement of them", .enabled(if: TestServer.isAvailable), arguments: 0..<3)
    func prepareOnPostgreSQL(index: Int) async throws {
        let server = try #require(TestServer.shared)
        let store = PostgreSQLStore(try server.address(try await server.newDatabase("catalogue")))
        try await store.migrate(Installation.migrations[index])
        for statement in Self.statements(of: index) where !statement.name.hasSuffix(".insert") {
            try await store.write { _ = try $0.execute(statement, Self.arguments(statement)) }
        }
        try await store.close()
    }

    @Test("the calls that spread the tables name each table once, with its family's key, co-located with its family")
    func distributionNamesEachTable() {
        for tables in Installation.tables {
            let calls = Distribution(tables).calls()
            #expect(calls.count == tables.count)
            for table in tables {
                let call = calls.filter { $0.contains("('\(table.name)'") }
                #expect(call.count == 1)
                guard let key = table.family.key else {
                    #expect(call == ["SELECT create_reference_table('\(table.name)');"])
                    continue
                }
                let first = tables.first { $0.family == table.family }?.name
                let colocated = first == table.name ? "none" : first ?? ""
                #expect(
                    call == [
                        "SELECT create_distributed_table('\(table.name)', '\(key)', colocate_with => '\(colocated)');"
                    ])
            }
        }
    }

    @Test("only Storage speaks to the engine")
    func onlyStorageImportsTheEngine() {
        for (path, text) in PackageFolder.swiftFiles("Sources") where !path.contains("/Platform/Storage/") {
            #expect(
                !text.contains("import GRDB") && !text.contains("import CLibPQ") && !text.contains("sqlite3_"),
                "\(path)")
        }
    }
}
