import CLibPQ
import Foundation

/// Where a PostgreSQL database is and how it is reached; may hold a password, so it has no description of its own.
public struct PostgreSQLAddress: Sendable, CustomStringConvertible, CustomReflectable {
    /// libpq's parameters by keyword, with the house's defaults.
    let parameters: [String: String]

    /// Reads a connection URL (PostgreSQL 15 manual, 34.1.1.2), several hosts included.
    ///
    /// Where the URL leaves it open: `target_session_attrs=read-write`, so that a standby is never written to;
    /// `sslmode=verify-full` unless every host is a Unix socket or the machine's own; time limits for connecting and for
    /// a peer that fell silent. What the URL does not say, libpq takes from its environment and its password file.
    /// Throws `StorageError` (`unavailable`) without repeating the URL.
    public init(url: String) throws(StorageError) {
        guard Self.isURL(url) else {
            throw StorageError(.unavailable, "the address of the store does not begin with postgresql://")
        }
        guard let options = PQconninfoParse(url, nil) else {
            throw StorageError(.unavailable, "the address of the store is no connection URL: check its form")
        }
        defer { PQconninfoFree(options) }
        self.init(given: Self.values(options))
    }

    private init(given: [String: String]) {
        var parameters = given
        var defaults = [
            "target_session_attrs": "read-write", "connect_timeout": "5", "application_name": "sijill",
            "client_encoding": "UTF8", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
            // Less than a failover takes: sessions with a machine that fell silent are free again when another one leads.
            "tcp_user_timeout": "10000",
        ]
        let environment = ProcessInfo.processInfo.environment
        if environment["PGSSLMODE"] == nil, !Self.isOnThisMachine(given, environment) {
            defaults["sslmode"] = "verify-full"
        }
        parameters.merge(defaults) { stated, _ in stated }
        self.parameters = parameters
    }

    public static func isURL(_ text: String) -> Bool {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
    }

    /// Whether the URL itself holds a password, which a command line would show to everybody on the machine.
    public var hasPassword: Bool { parameters["password"] != nil }

    /// The name of the database; nil where libpq would take the user's.
    public var database: String? { parameters["dbname"] }

    /// The same server, another database.
    public func with(database: String) -> PostgreSQLAddress {
        var changed = parameters
        changed["dbname"] = database
        return PostgreSQLAddress(parameters: changed)
    }

    public var description: String { "PostgreSQLAddress" }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }

    private init(parameters: [String: String]) { self.parameters = parameters }

    private static func values(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var values: [String: String] = [:]
        var next = options
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            next += 1
        }
        return values
    }

    /// Only Unix sockets and loopback addresses need no TLS.
    private static func isOnThisMachine(_ given: [String: String], _ environment: [String: String]) -> Bool {
        let named = given["hostaddr"] ?? environment["PGHOSTADDR"] ?? given["host"] ?? environment["PGHOST"] ?? ""
        return named.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { host in
            host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
                || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
        }
    }
}
