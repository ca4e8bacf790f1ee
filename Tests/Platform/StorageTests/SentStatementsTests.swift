import Foundation
import Installation
import Storage
import TestMaterial
import Testing

/// Nothing is sent to an engine that is not on a list: the catalogues, or the one below.
@Suite("What the program sends to its engines")
struct SentStatementsTests {
    /// Where a text begins that an engine could be sent, and what stands right before it.
    static func texts(in source: String) -> [(text: String, before: String)] {
        let verbs = [
            "SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "CREATE", "ALTER", "DROP", "PRAGMA", "SET", "BEGIN",
            "COMMIT", "ROLLBACK", "DECLARE", "FETCH", "CLOSE", "COPY", "WITH", "VACUUM", "ATTACH", "REINDEX", "ANALYZE",
            "LOCK TABLE", "TRUNCATE", "GRANT", "SAVEPOINT", "RELEASE", "EXPLAIN", "REPLACE INTO", "CALL", "LISTEN",
            "NOTIFY", "VALUES",
        ]
        guard let pattern = try? Regex("\"(?:\"\"\\s*)?((?:\(verbs.joined(separator: "|")))(?: [^\"\\n]*|(?=\")))")
        else {
            return []
        }
        return source.matches(of: pattern).map { match in
            (
                String(match.output[1].substring ?? "").trimmingCharacters(in: .whitespaces),
                String(source[..<match.range.lowerBound].suffix(120))
            )
        }
    }

    /// By how a text begins: which file of the storage layer sends it, and why it is in no catalogue.
    static let engine: [(file: String, text: String, why: String)] = [
        ("Distribution", "SELECT create_reference_table", "printed for whoever administers a cluster, never sent"),
        ("Distribution", "SELECT create_distributed_table", "printed, never sent"),
        ("Migration", "CREATE TABLE", "written from the description that the lint checks"),
        ("Migration", "ALTER TABLE", "the same"),
        ("Migration", "CREATE INDEX", "the same"),
        ("Migration", "DROP INDEX", "the same"),
        ("PostgreSQL/PostgreSQLConnection+Copy", "COPY \\(table.name)", "the insert of a table, for many rows"),
        ("PostgreSQL/PostgreSQLConnection+Copy", "COPY (SELECT", "the table's selectAll"),
        ("PostgreSQL/PostgreSQLConnection", "SET statement_timeout", "of the session"),
        ("PostgreSQL/PostgreSQLConnection", "SET lock_timeout", "of the session"),
        ("PostgreSQL/PostgreSQLConnection", "SET idle_in_transaction_session_timeout", "of the session"),
        ("PostgreSQL/PostgreSQLConnection", "SELECT set_config('synchronous_commit'", "of the session"),
        ("PostgreSQL/PostgreSQLConnection", "ROLLBACK", "of the session"),
        ("PostgreSQL/PostgreSQLServer", "CREATE DATABASE", "sijill store create, outside of any store"),
        ("PostgreSQL/PostgreSQLServer", "DROP DATABASE", "tests"),
        ("PostgreSQL/PostgreSQLStore+Migrating", "SELECT pg_try_advisory", "the lock of migrations"),
        ("PostgreSQL/PostgreSQLStore+Migrating", "SET LOCAL statement_timeout", "a migration may take long"),
        ("PostgreSQL/PostgreSQLStore+Migrating", "SET LOCAL lock_timeout", "and holds nobody up"),
        ("PostgreSQL/PostgreSQLStore+Migrating", "SET statement_timeout", "an index may take long"),
        ("PostgreSQL/PostgreSQLStore+Migrating", "SET lock_timeout", "the same"),
        ("PostgreSQL/PostgreSQLStore+Migrating", "DROP INDEX CONCURRENTLY", "what a migration left or removes"),
        ("PostgreSQL/PostgreSQLStore+Migrating", "SELECT i.indisvalid", "whether an index was built to its end"),
        ("PostgreSQL/PostgreSQLConnection+Scan", "COPY (SELECT", "verification: a table, whole, in no order"),
        ("PostgreSQL/PostgreSQLConnection+Scan", "SET LOCAL statement_timeout", "the same, which may take long"),
        ("PostgreSQL/PostgreSQLStore+Schema", "SELECT COUNT(ctid)", "sijill store check: every page of a table"),
        ("PostgreSQL/PostgreSQLStore+Schema", "SELECT bt_index_check", "sijill store check: every page of an index"),
        ("PostgreSQL/PostgreSQLStore+Schema", "SELECT extname FROM pg_extension", "sijill store check"),
        ("PostgreSQL/PostgreSQLStore+Schema", "SELECT indexname AS name FROM pg_indexes", "sijill store check"),
        ("PostgreSQL/PostgreSQLStore+Schema", "SELECT tablename AS name FROM pg_tables", "sijill store check"),
        ("PostgreSQL/PostgreSQLStore+Schema", "SELECT name FROM pg_settings", "sijill store check"),
        ("PostgreSQL/PostgreSQLStore+Schema", "SELECT COUNT(*) AS total FROM pg_tables", "whether the store is new"),
        ("PostgreSQL/PostgreSQLStore+Schema", "SELECT name, setting FROM pg_settings", "sijill store check"),
        ("PostgreSQL/PostgreSQLStore", "BEGIN ISOLATION LEVEL", "of the transaction"),
        ("PostgreSQL/PostgreSQLTransaction", "DECLARE", "a cursor over a statement of a catalogue"),
        ("PostgreSQL/PostgreSQLTransaction", "FETCH", "the same"),
        ("PostgreSQL/PostgreSQLTransaction", "CLOSE", "the same"),
        ("PostgreSQL/PostgreSQLTransaction", "SET LOCAL statement_timeout", "a commit waits for its standby"),
        ("PostgreSQL/PostgreSQLTransaction", "COMMIT", "of the transaction"),
        ("PostgreSQL/PostgreSQLTransaction", "SAVEPOINT part", "a member of a group"),
        ("PostgreSQL/PostgreSQLTransaction", "RELEASE SAVEPOINT part", "the same"),
        ("PostgreSQL/PostgreSQLTransaction", "ROLLBACK TO SAVEPOINT part", "the same"),
        (
            "SQLite/SQLiteTransaction+Scan", "SELECT \\(table.columnList) FROM",
            "verification: a table, whole, in no order"
        ),
        ("SQLite/SQLiteFile", "VACUUM", "writes a file anew with sums of its pages"),
        ("SQLite/SQLiteTransaction", "SAVEPOINT part", "a member of a group"),
        ("SQLite/SQLiteTransaction", "RELEASE part", "the same"),
        ("SQLite/SQLiteTransaction", "ROLLBACK TO part", "the same"),
        ("SQLite/SQLiteStore+Backup", "SELECT COUNT(*) FROM sqlite_master", "fixes the moment of a backup"),
        ("SQLite/SQLiteStore+Backup", "PRAGMA journal_mode", "of the copy"),
        ("SQLite/SQLiteStore+Backup", "PRAGMA integrity_check", "of the copy"),
        ("SQLite/SQLiteStore", "PRAGMA", "of the connection, and sijill store check"),
        (
            "SQLite/SQLiteStore", "SELECT migration_number FROM schema_migration",
            "as the catalogue's, before the table is"
        ),
        ("SQLite/SQLiteTransaction+Migrating", "CREATE TABLE", "the list of migrations, and their definitions"),
        ("SQLite/SQLiteTransaction+Migrating", "SELECT migration_number, checksum FROM schema_migration", "the list"),
        ("SQLite/SQLiteTransaction+Migrating", "INSERT INTO schema_migration", "the list"),
    ]

    /// They read SQL instead of sending it.
    static let readers = ["SQLTokens", "SQLTokens+Vocabulary", "StatementLint", "Statement", "Table"]

    @Test("is in a catalogue or on the list of what an engine needs for its sessions and schema")
    func engineTexts() {
        var seen: Set<Int> = []
        for (path, source) in PackageFolder.swiftFiles("Sources/Platform/Storage") {
            let file = path.components(separatedBy: "Platform/Storage/").last?.replacing(".swift", with: "") ?? path
            if Self.readers.contains(file) { continue }
            for (text, _) in Self.texts(in: source) {
                let known = Self.engine.indices.first {
                    Self.engine[$0].file == file && text.hasPrefix(Self.engine[$0].text)
                }
                #expect(known != nil, "\(file): \(text)")
                if let known { seen.insert(known) }
            }
        }
        for index in Self.engine.indices {
            #expect(seen.contains(index), "no longer sent: \(Self.engine[index].file): \(Self.engine[index].text)")
        }
    }

    @Test("stands, outside of Storage, in the statement of a catalogue and nowhere else")
    func otherTexts() {
        var count = 0
        for (path, source) in PackageFolder.swiftFiles("Sources") where !path.contains("Platform/Storage/") {
            // Columns of the law as SQL for `sijill law query` to print: a kernel has no store to send it to.
            if path.hasSuffix("Kernels/ColumnRules/QueryText.swift") { continue }
            for (text, before) in Self.texts(in: source) {
                count += 1
                #expect(before.contains(/Statement\(\s*"[a-zA-Z_]+\.[a-zA-Z]+",\s*$/), "\(path): \(text)")
            }
        }
        #expect(count > 30)
    }

    @Test("has one name for one text")
    func names() {
        var texts: [String: Set<Statement>] = [:]
        for statement in CatalogueTests.catalogues.flatMap(\.statements) {
            texts[statement.name, default: []].insert(statement)
        }
        let calls = CatalogueTests.names(ofCalls: "Statement").filter { !$0.file.contains("Platform/Storage/") }
        let names = calls.compactMap(\.name)
        #expect(Set(names).count == names.count, "a name stands twice in the sources")
        #expect(texts.allSatisfy { $0.value.count == 1 })
    }

    /// What visits every machine of a cluster on purpose, and for whom.
    static let fanOuts: [String: String] = [
        "answered_request.before": "the daily sweep", "answered_request.count": "the daily sweep, its progress",
        "application.after": "completing candidate lists at the start", "application.countByState": "indicators",
        "application.countSubmitted": "indicators", "application.queue": "the reviewers' queue",
        "audit_leaf.any": "the key check, once at the start",
        "candidate_entry.count": "verification of candidate lists", "duplicate_pair.open": "the reviewers' queue",
        "gallery_event.after": "a gallery that follows", "household.after": "export", "household.count": "indicators",
        "identity_case.open": "the reviewers' queue", "job_applied.before": "the daily sweep",
        "job_turn.counts": "metrics", "job_turn.dueBuckets": "workers that look for a job",
        "job_turn.listed": "the list of jobs", "log_entry.any": "the key check, once at the start",
        "outgoing_message.latest": "a demonstration's outbox", "person.after": "export", "person.count": "indicators",
        "programme_decision.eligible": "indicators", "staff_member.count": "the first start",
    ]

    @Test("visits every machine only where a list says for whom")
    func listedFanOuts() {
        let statements = CatalogueTests.catalogues.flatMap(\.statements).filter(\.isFanOut)
        // Verification, export and COPY read whole tables.
        let found = Set(statements.map(\.name).filter { !$0.hasSuffix(".selectAll") })
        #expect(found.subtracting(Self.fanOuts.keys) == [])
        #expect(Set(Self.fanOuts.keys).subtracting(found) == [])
    }
}
