import Foundation
import GRDB
import Installation
import RecordStore
import Storage
import TestSupport
import Testing

/// Every table of every database, changed behind the program's back.
@Suite("What was changed behind the program's back", .serialized)
struct TamperingTests {
    /// A raw connection to a copy of the filled store.
    struct Intruder {
        let test: TestInstallation
        let queue: DatabaseQueue
        let table: Storage.Table
        let store: String

        /// One copy for all: each test puts back what it changed, and finds the copy sound at its end.
        private static let copy = Task { try await FilledStore.made.value.open() }

        init(_ placed: PlacedTable) async throws {
            test = try await Self.copy.value
            var configuration = Configuration()
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
            queue = try DatabaseQueue(
                path: "\(test.storePath)/\(placed.store).sqlite", configuration: configuration)
            table = placed.table
            store = placed.store
        }

        typealias Values = [String: DatabaseValue]

        func rows() throws -> [Values] {
            let order = table.primaryKey.joined(separator: ", ")
            return try queue.read { database in
                try GRDB.Row.fetchAll(database, sql: "SELECT * FROM \(table.name) ORDER BY \(order)").map { row in
                    Dictionary(row.map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
                }
            }
        }

        func insert(_ row: Values) throws {
            let names = table.columns.map(\.name)
            try queue.write {
                try $0.execute(
                    sql: "INSERT INTO \(table.name) (\(names.joined(separator: ", "))) "
                        + "VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))",
                    arguments: StatementArguments(names.map { row[$0] ?? .null }))
            }
        }

        func delete(_ row: Values) throws {
            try queue.write {
                try $0.execute(
                    sql: "DELETE FROM \(table.name) WHERE "
                        + table.primaryKey.map { "\($0) = ?" }.joined(separator: " AND "),
                    arguments: StatementArguments(table.primaryKey.map { row[$0] ?? .null }))
            }
        }

        func findings() async throws -> [AuditReport.Finding] {
            try await test.installation.verifier.verify().findings
        }

        func isNamedFirst(_ findings: [AuditReport.Finding], _ kinds: Set<AuditReport.Kind>) -> Bool {
            guard let first = findings.first else { return false }
            return first.store == store && first.table == table.name && kinds.contains(first.kind)
        }

        /// Another value of the same type.
        static func changed(_ value: DatabaseValue, _ type: Storage.Table.ColumnType) -> DatabaseValue {
            switch (value.storage, type) {
            case (.string(let text), _): (text + "x").databaseValue
            case (.int64(let number), _): (number + 1000).databaseValue
            case (.blob(let bytes), _):
                (bytes.isEmpty ? Data([1]) : bytes.dropLast() + [bytes.last.map { $0 ^ 1 } ?? 0]).databaseValue
            case (_, .text): "x".databaseValue
            case (_, .integer): 1000.databaseValue
            case (_, .blob): Data([1]).databaseValue
            }
        }

        /// A value that the column does not hold, of a type that nobody wrote.
        static func strange(_ type: Storage.Table.ColumnType) -> DatabaseValue {
            switch type {
            case .text: Data([0xFF, 0xFE]).databaseValue
            case .integer: "many".databaseValue
            case .blob: "text".databaseValue
            }
        }
    }

    @Test("the untouched copy is sound, and no table of it is empty", arguments: PlacedTable.all)
    func copyIsSound(placed: PlacedTable) async throws {
        let intruder = try await Intruder(placed)
        #expect(try !intruder.rows().isEmpty)
        let findings = try await intruder.findings()
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test("one column of one row edited is found and named first", arguments: PlacedTable.all)
    func editedColumn(placed: PlacedTable) async throws {
        let intruder = try await Intruder(placed)
        let rows = try intruder.rows()
        for row in [rows[0], rows[rows.count / 2], rows[rows.count - 1]] {
            for column in placed.table.columns {
                let old = row[column.name] ?? .null
                for new in [Intruder.changed(old, column.type), Intruder.strange(column.type)] {
                    var changed = row
                    changed[column.name] = new
                    try intruder.delete(row)
                    try intruder.insert(changed)
                    let findings = try await intruder.findings()
                    let isKey = placed.table.primaryKey.contains(column.name)
                    #expect(
                        intruder.isNamedFirst(findings, isKey ? [.removed, .inserted] : [.edited]),
                        "\(column.name) := \(new.storage): \(findings.prefix(4))")
                    if isKey {
                        let kinds = Set(findings.filter { $0.table == placed.table.name }.map(\.kind))
                        #expect(kinds.isSuperset(of: [.removed, .inserted]), "\(column.name): \(findings.prefix(4))")
                    }
                    try intruder.delete(changed)
                    try intruder.insert(row)
                }
            }
        }
        #expect(try await intruder.findings().isEmpty)
    }

    @Test("one row deleted is found and named first", arguments: PlacedTable.all)
    func deletedRow(placed: PlacedTable) async throws {
        let intruder = try await Intruder(placed)
        for row in try intruder.rows() {
            try intruder.delete(row)
            let findings = try await intruder.findings()
            #expect(intruder.isNamedFirst(findings, [.removed]), "\(findings.prefix(4))")
            try intruder.insert(row)
        }
        #expect(try await intruder.findings().isEmpty)
    }

    @Test("a copy of a row inserted under another key is found and named first", arguments: PlacedTable.all)
    func insertedRow(placed: PlacedTable) async throws {
        let intruder = try await Intruder(placed)
        for row in try intruder.rows().prefix(5) {
            for name in placed.table.primaryKey {
                guard let column = placed.table.columns.first(where: { $0.name == name }) else { continue }
                var copy = row
                copy[name] = Intruder.changed(row[name] ?? .null, column.type)
                try intruder.insert(copy)
                let findings = try await intruder.findings()
                #expect(intruder.isNamedFirst(findings, [.inserted]), "\(name): \(findings.prefix(4))")
                try intruder.delete(copy)
            }
        }
        #expect(try await intruder.findings().isEmpty)
    }

    @Test("a row that the program removed and somebody put back is found")
    func broughtBackRow() async throws {
        let test = try await TestRecords()
        try await test.add("p1")
        let row = try #require(try await test.store.read { try $0.query(TestRecords.allNotes, []).first })
        try await test.remove("p1")
        try await test.sequencer.drain()
        try await test.store.write {
            try $0.enqueue(TestRecords.note.insert, TestRecords.note.columns.map { row[$0.name] })
        }
        let report = try await test.verifier.verify()
        #expect(report.findings.map(\.kind) == [.inserted])
        #expect(report.findings.first?.leafIndex == 1)
    }

    @Test("an older state of a row put back is found")
    func olderState() async throws {
        let test = try await TestRecords()
        try await test.add("p1")
        try await test.change("p1", to: "old")
        try await test.change("p1", to: "new state")
        try await test.sequencer.drain()
        try await tamper(test.store, "UPDATE note SET state = 'old'")
        let report = try await test.verifier.verify()
        #expect(report.findings.map(\.kind) == [.edited])
        #expect(report.findings.first?.row == "p1")
        #expect(report.findings.first?.leafIndex == 2)
    }

    @Test("a leaf rewritten together with its entry in the log is betrayed by the signed root")
    func leafAndEntryRewritten() async throws {
        let test = try await TestRecords()
        for index in 0..<6 { try await test.add("p\(index)") }
        try await test.sequencer.drain()
        try await tamper(
            test.store, "DELETE FROM audit_leaf WHERE leaf_id = (SELECT MIN(leaf_id) FROM audit_leaf)")
        try await tamper(
            test.logStore, "UPDATE log_entry SET leaf_hash = ? WHERE leaf_index = 0",
            .blob(Array(repeating: 0xAB, count: 32)))
        let report = try await test.verifier.verify()
        #expect(report.findings.first?.leafIndex == 0)
        #expect(report.findings.contains { $0.table == "log_entry" || $0.table == "audit_leaf" })
    }

    @Test("the whole log emptied is found")
    func emptiedLog() async throws {
        let test = try await TestRecords()
        for index in 0..<6 { try await test.add("p\(index)") }
        try await test.sequencer.drain()
        for table in ["log_entry", "log_place", "log_node", "log_checkpoint"] {
            try await tamper(test.logStore, "DELETE FROM \(table)")
        }
        #expect(try await !test.verifier.verify().isSound)
    }

    @Test("the newest entries cut off with their roots are found")
    func cutLog() async throws {
        let test = try await TestRecords()
        for index in 0..<6 {
            try await test.add("p\(index)")
            try await test.sequencer.drain()
        }
        try await tamper(test.logStore, "DELETE FROM log_entry WHERE leaf_index >= 4")
        try await tamper(test.logStore, "DELETE FROM log_place WHERE leaf_index >= 4")
        try await tamper(test.logStore, "DELETE FROM log_checkpoint WHERE size > 4")
        #expect(try await !test.verifier.verify().isSound)
    }

    /// Changes rows as somebody does who has the database's password.
    private func tamper(_ store: any Store, _ sql: String, _ arguments: SQLValue...) async throws {
        try await store.write { _ = try $0.execute(Statement("tamper", sql), arguments) }
    }
}
