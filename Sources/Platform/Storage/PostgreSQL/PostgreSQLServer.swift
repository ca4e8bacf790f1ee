import CLibPQ

/// What is done to a server as a whole, outside of any transaction: databases made and removed.
public struct PostgreSQLServer: Sendable {
    private let address: PostgreSQLAddress
    private let patienceSeconds: Double

    /// - Parameters:
    ///   - address: of a database that exists, such as `postgres`, and a user who may make others.
    ///   - patienceSeconds: how long a server that does not answer may still be starting.
    public init(_ address: PostgreSQLAddress, patienceSeconds: Double = 15) {
        self.address = address
        self.patienceSeconds = patienceSeconds
    }

    /// Makes a database in UTF-8; returns false when it is there already.
    ///
    /// - Parameter template: the database that it begins as a copy of. Throws `StorageError`.
    public func createDatabase(_ name: String, from template: String = "template0") async throws -> Bool {
        let name = try Self.quoted(name)
        let template = try Self.quoted(template)
        let locale = template == "\"template0\"" ? " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" : ""
        do {
            try await run("CREATE DATABASE \(name) TEMPLATE \(template)\(locale)")
            return true
        } catch let failure as PostgreSQLFailure where failure.state == "42P04" {
            return false
        } catch let failure as PostgreSQLFailure {
            throw failure.storageError
        }
    }

    /// Removes a database with everything in it, and whoever is connected to it. Throws `StorageError`.
    public func dropDatabase(_ name: String) async throws {
        do {
            try await run("DROP DATABASE IF EXISTS \(Self.quoted(name)) WITH (FORCE)")
        } catch let failure as PostgreSQLFailure {
            throw failure.storageError
        }
    }

    private func run(_ sql: String) async throws {
        let worker = PostgreSQLWorker(address, statementTimeoutSeconds: 600)
        defer { worker.end() }
        let end = ContinuousClock.now.advanced(by: .seconds(patienceSeconds))
        while true {
            do {
                return try await worker.run { session, interruption in
                    defer { session.disconnect() }
                    try session.connected(interruption).run(sql)
                }
            } catch let failure as PostgreSQLFailure where failure.remedy == .reconnect && ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private static func quoted(_ name: String) throws -> String {
        guard StatementLint.isPlainIdentifier(name), name.utf8.count <= 63 else {
            throw StorageError(
                .unavailable, "a database's name has at most 63 lower-case letters, digits and underscores")
        }
        return "\"\(name)\""
    }
}

extension PostgreSQLConnection {
    /// One command by itself, outside of a transaction. Throws `PostgreSQLFailure`.
    func run(_ sql: String) throws {
        guard let result = PQexec(handle, sql) else { throw PostgreSQLFailure.lost }
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw PostgreSQLFailure(result, isConnectionLost: PQstatus(handle) != CONNECTION_OK)
        }
    }
}
