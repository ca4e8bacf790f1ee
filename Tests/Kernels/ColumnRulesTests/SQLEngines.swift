import ColumnRules
import Foundation
import GRDB
import Rules

/// The statement of a plan in SQLite: one row a household, without its number.
func rowsInSQLite(_ plan: LawPlan, _ frame: Frame) throws -> [[Int64]] {
    let query = QueryText(plan, dialect: .sqlite)
    return try DatabaseQueue().write { database in
        try database.execute(sql: query.tables)
        for (table, rows) in tables(query, frame) {
            for row in rows {
                let marks = Array(repeating: "?", count: row.count).joined(separator: ",")
                try database.execute(sql: "INSERT INTO \(table) VALUES (\(marks))", arguments: StatementArguments(row))
            }
        }
        return try Row.fetchAll(database, sql: query.select).map { row in
            (1..<row.count).map { row[$0] as Int64 }
        }
    }
}

private func tables(_ query: QueryText, _ frame: Frame) -> [(String, [[Int64]])] {
    func rows(_ bytes: [UInt8]) -> [[Int64]] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: "\t").compactMap { Int64($0) }
        }
    }
    return (0..<frame.groupCount).flatMap { group in
        [
            ("household_facts", rows(query.householdRows(frame, group: group))),
            ("member_facts", rows(query.memberRows(frame, group: group))),
        ]
    }
}

/// A PostgreSQL server of its own in a temporary folder, reached by a socket in it.
final class PostgreSQLServer {
    private let folder: URL
    private let binaries: String
    /// The server refuses to run as root.
    private let prefix: [String]

    /// nil where no server's binaries are installed.
    init?() throws {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let installed = versions.compactMap { Int($0) }.sorted().map { "/usr/lib/postgresql/\($0)/bin" }
        guard let found = installed.last(where: { FileManager.default.fileExists(atPath: "\($0)/initdb") }) else {
            return nil
        }
        binaries = found
        folder = URL(filePath: "/tmp/sijill-postgresql-\(UUID().uuidString.prefix(8))")
        prefix = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if geteuid() == 0 { try run(["chown", "postgres:postgres", folder.path]) }
        try run(prefix + ["\(binaries)/initdb", "-D", "\(folder.path)/data", "-A", "trust", "-U", "postgres"])
        // The server outlives its starter and must not keep the pipes by which the starter's end is noticed.
        let apart = #"(for f in /proc/self/fd/*; do n=${f##*/}; [ $n -gt 2 ] && eval "exec $n>&-"; done; "$@")"#
        try run(
            ["bash", "-c", apart, "bash"] + prefix + [
                "\(binaries)/pg_ctl", "-D", "\(folder.path)/data", "-w", "-l", "\(folder.path)/log", "-o",
                "-k \(folder.path) -c listen_addresses='' -c fsync=off -c jit=off", "start",
            ])
    }

    func rows(_ plan: LawPlan, _ frame: Frame) throws -> [[Int64]] {
        let query = QueryText(plan, dialect: .postgresql)
        var script = "SET client_min_messages = error;\nDROP TABLE IF EXISTS household_facts, member_facts;\n"
        script += query.tables + "\n"
        for (table, rows) in tables(query, frame) {
            script += "COPY \(table) FROM stdin;\n"
            script += rows.map { $0.map(String.init).joined(separator: "\t") + "\n" }.joined() + "\\.\n"
        }
        script += query.select + ";\n"
        let file = folder.appending(path: "script.sql")
        try Data(script.utf8).write(to: file)
        let text = try run([
            "psql", "-h", folder.path, "-U", "postgres", "-q", "-At", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-f",
            file.path,
        ])
        return text.split(separator: "\n").map { $0.split(separator: "\t").dropFirst().compactMap { Int64($0) } }
    }

    func stop() throws {
        try run(prefix + ["\(binaries)/pg_ctl", "-D", "\(folder.path)/data", "-m", "immediate", "stop"])
        try FileManager.default.removeItem(at: folder)
    }

    private struct Failure: Error { let command: String }

    @discardableResult
    private func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: "/")
        // The server keeps its starter's output open, so that only psql's may be waited for.
        let output = arguments[0] == "psql" ? Pipe() : nil
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output?.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: arguments[0]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
