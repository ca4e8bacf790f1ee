import CLibPQ

/// What the server or the way to it answered instead of a result; carries no value of a row.
struct PostgreSQLFailure: Error, Sendable {
    /// Five characters (PostgreSQL 15 manual, appendix A); `08006` where the connection was lost without a word.
    let state: String
    /// Table, constraint or, where it cannot hold a value, the server's own sentence.
    let subject: String
    let isConnectionLost: Bool

    static let lost = PostgreSQLFailure(
        state: "08006", subject: "the connection to the database was lost", isConnectionLost: true)

    init(state: String, subject: String, isConnectionLost: Bool) {
        self.state = state
        self.subject = subject
        self.isConnectionLost = isConnectionLost
    }

    init(_ result: OpaquePointer?, isConnectionLost: Bool) {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        // PG_DIAG_SQLSTATE, _CONSTRAINT_NAME, _TABLE_NAME and _MESSAGE_PRIMARY: characters, which Swift does not import.
        let state = field(67) ?? "08006"
        self.state = state
        self.isConnectionLost = isConnectionLost || ["57P01", "57P02", "57P03"].contains(state)
        // Classes whose sentences name tables, roles and settings only; those of other classes may quote a value.
        let isNeutral =
            ["08", "28", "3D", "40", "42", "53", "55", "57", "58"].contains(String(state.prefix(2)))
            || Self.damage.contains(state)
        subject = [field(110), field(116), isNeutral ? field(77) : nil].compactMap { $0 }.joined(separator: ": ")
    }

    /// A page or an index is not what was written.
    static let damage: Set = ["XX001", "XX002"]

    /// Whether the whole transaction may succeed when it is carried out again.
    enum Remedy {
        /// Another transaction was in the way.
        case again
        /// The server went away, is a standby now, or forgot what was prepared: on a fresh connection.
        case reconnect
        case none
    }

    var remedy: Remedy {
        if isConnectionLost { return .reconnect }
        switch state {
        case "40001", "40P01": return .again
        // A row with this key was put in by a transaction that this one could not yet see; once more it can.
        case "23505": return .again
        case "25006", "26000", "0A000": return .reconnect
        case _ where state.hasPrefix("08"): return .reconnect
        default: return .none
        }
    }

    var storageError: StorageError {
        let reason = "PostgreSQL \(state)" + (subject.isEmpty ? "" : ": \(subject)")
        switch state {
        case "23505": return StorageError(.duplicateKey, "a row with this key exists (\(reason))")
        case "40001", "40P01", "55P03": return StorageError(.busy, "other writers hold the store (\(reason))")
        case "57014": return StorageError(.busy, "the statement took longer than allowed (\(reason))")
        case "25006": return StorageError(.unavailable, "the database takes no writes now (\(reason))")
        case "3D000":
            return StorageError(
                .unavailable, "the database does not exist: make it with `sijill store create` (\(reason))")
        case "42501": return StorageError(.unavailable, "the user lacks a right on the database (\(reason))")
        case _ where Self.damage.contains(state):
            return StorageError(.medium, "the medium damaged a page of the database (\(reason))")
        case "53100", "58030": return StorageError(.medium, "the medium refused the write (\(reason))")
        case _ where isConnectionLost || ["08", "28", "53", "57", "58"].contains(String(state.prefix(2))):
            return StorageError(.unavailable, "the database cannot be reached (\(reason))")
        default: return StorageError(.statement, "statement failed (\(reason))")
        }
    }
}
