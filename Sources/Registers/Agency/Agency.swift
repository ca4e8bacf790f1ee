public import Quantities
public import RecordStore
import Storage
import Vault

/// What a member of the staff may do.
public enum Role: String, Sendable, Codable, CaseIterable {
    /// Enters applications and declarations.
    case agent
    /// Accepts and refuses applications.
    case reviewer
}

/// Who is signed in, and what that person may do.
public struct Session: Hashable, Sendable {
    public enum Holder: Hashable, Sendable {
        case staff(id: String, roles: Set<Role>)
        case resident(personID: String)
    }

    public let holder: Holder
    public let expiresAt: Instant

    public func has(_ role: Role) -> Bool {
        if case .staff(_, let roles) = holder { return roles.contains(role) }
        return false
    }

    public var residentID: String? {
        if case .resident(let personID) = holder { return personID }
        return nil
    }

    public var actor: Actor {
        switch holder {
        case .staff(let id, _): Actor(kind: .staff, id: id)
        case .resident(let personID): Actor(kind: .resident, id: personID)
        }
    }
}

/// Why the agency refused.
public enum AgencyError: Error, Hashable, Sendable {
    case nameTaken
    case wrongCredentials
    case weakPassword

    public var code: String {
        switch self {
        case .nameTaken: "nameTaken"
        case .wrongCredentials: "wrongCredentials"
        case .weakPassword: "weakPassword"
        }
    }

    public var message: String {
        switch self {
        case .nameTaken: "this sign-in name is taken: choose another"
        case .wrongCredentials: "the name or the password is wrong"
        case .weakPassword: "choose a password of 10 to 200 characters"
        }
    }
}

/// The agency's staff and everybody's sessions.
public struct Agency: Sendable {
    private let records: RecordStore
    private static let service = Access(
        actor: Actor(kind: .service, id: "sign-in"), purpose: .authentication, legalBasis: .publicTask)

    public init(records: RecordStore) { self.records = records }

    private struct StaffContent: Codable {
        let name: String
        let passwordHash: String
    }

    // MARK: Staff

    /// Adds a member of the staff. Throws `AgencyError` (`nameTaken`, `weakPassword`).
    public func addStaff(name: String, password: String, roles: Set<Role>, access: Access) async throws -> String {
        guard (10...200).contains(password.count) else { throw AgencyError.weakPassword }
        let hash = try await PasswordHash.make(password)
        return try await records.perform("staff.add", access: access) { transaction in
            let key = transaction.blindIndex("staff sign-in name", Self.normalised(name))
            guard try transaction.row(AgencyTables.signInName, key: [key]) == nil else { throw AgencyError.nameTaken }
            let id = transaction.newIdentifier()
            try transaction.insert(AgencyTables.signInName, ["index_key": key, "staff_id": .text(id)])
            try transaction.insert(
                AgencyTables.staff,
                [
                    "staff_id": .text(id), "roles": .text(Self.text(roles)),
                    "content": try transaction.seal(
                        StaffContent(name: name, passwordHash: hash.encoded), subject: "staff/\(id)",
                        table: AgencyTables.staff, row: id, field: "content"),
                ])
            return id
        }
    }

    public func staffCount() async throws -> Int {
        try await records.lookUp { lookup in
            Int(try lookup.query(AgencyTables.staffCount, []).first?.integer("total") ?? 0)
        }
    }

    /// Checks a password and opens a session. Returns the secret for the cookie.
    ///
    /// An unknown name costs as much time as a wrong password. Throws `AgencyError.wrongCredentials`.
    public func signIn(
        name: String, password: String, lifetimeSeconds: Int64, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> (secret: String, session: Session) {
        struct Found: Sendable {
            let id: String
            let roles: Set<Role>
            let hash: String
        }
        let found: Found? = try await records.perform("staff.signIn", access: Self.service) { transaction in
            let key = transaction.blindIndex("staff sign-in name", Self.normalised(name))
            guard let index = try transaction.row(AgencyTables.signInName, key: [key]) else { return nil }
            let id = try index.text("staff_id")
            guard let row = try transaction.row(AgencyTables.staff, key: [.text(id)]) else { return nil }
            let content = try transaction.open(
                StaffContent.self, from: row, subject: "staff/\(id)", table: AgencyTables.staff, row: id,
                field: "content")
            return Found(id: id, roles: Self.roles(try row.text("roles")), hash: content.passwordHash)
        }
        guard password.utf8.count <= 1000 else { throw AgencyError.wrongCredentials }
        guard let found else {
            _ = try await PasswordHash.make(password)
            throw AgencyError.wrongCredentials
        }
        guard try await PasswordHash(encoded: found.hash).matches(password) else { throw AgencyError.wrongCredentials }
        return try await openSession(
            .staff(id: found.id, roles: found.roles), lifetimeSeconds: lifetimeSeconds, idempotencyKey: idempotencyKey)
    }

    // MARK: Sessions

    public func openSession(
        _ holder: Session.Holder, lifetimeSeconds: Int64, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> (secret: String, session: Session) {
        struct Opened: Codable, Sendable {
            let secret: String
            let expiresAt: String
        }
        let opened = try await records.perform(
            "session.open", access: Self.service, idempotencyKey: idempotencyKey
        ) { transaction in
            let secret = Hexadecimal.encode(transaction.randomBytes(32))
            let expiresAt = transaction.now.advanced(bySeconds: lifetimeSeconds)
            let (kind, id, roles): (String, String, Set<Role>) =
                switch holder {
                case .staff(let id, let roles): ("staff", id, roles)
                case .resident(let personID): ("resident", personID, [])
                }
            try transaction.insert(
                AgencyTables.session,
                [
                    "index_key": transaction.blindIndex("session", secret), "holder_kind": .text(kind),
                    "holder_id": .text(id), "roles": .text(Self.text(roles)),
                    "opened_at": .text(transaction.now.description), "expires_at": .text(expiresAt.description),
                    "closed_at": .null,
                ])
            return Opened(secret: secret, expiresAt: expiresAt.description)
        }
        return (opened.secret, Session(holder: holder, expiresAt: try Instant(iso8601: opened.expiresAt)))
    }

    /// By how much the clocks of two servers may differ.
    private static let skewSeconds: Int64 = 60

    /// The session of a cookie's secret, or nil when it is unknown, closed or past its time.
    ///
    /// After the clock was set back, a session that is of a later time is over: it would last longer than it was opened
    /// for.
    public func session(_ secret: String) async throws -> Session? {
        guard secret.utf8.count == 64 else { return nil }
        guard let row = try await records.row(AgencyTables.session, blindIndex: "session", of: secret),
            row["closed_at"] == .null
        else { return nil }
        let expiresAt = try Instant(iso8601: try row.text("expires_at"))
        let openedAt = try Instant(iso8601: try row.text("opened_at"))
        let now = records.now
        guard now < expiresAt, openedAt <= now.advanced(bySeconds: Self.skewSeconds) else { return nil }
        let id = try row.text("holder_id")
        let holder: Session.Holder =
            try row.text("holder_kind") == "staff"
            ? .staff(id: id, roles: Self.roles(try row.text("roles"))) : .resident(personID: id)
        return Session(holder: holder, expiresAt: expiresAt)
    }

    public func closeSession(_ secret: String) async throws {
        try await records.perform("session.close", access: Self.service) { transaction in
            let key = transaction.blindIndex("session", secret)
            guard let row = try transaction.row(AgencyTables.session, key: [key]) else { return }
            var values: [String: SQLValue] = [:]
            for column in AgencyTables.session.columns { values[column.name] = row[column.name] }
            values["closed_at"] = .text(transaction.now.description)
            try transaction.update(AgencyTables.session, values)
        }
    }

    private static func normalised(_ name: String) -> String {
        name.lowercased().filter { !$0.isWhitespace }
    }

    private static func text(_ roles: Set<Role>) -> String { roles.map(\.rawValue).sorted().joined(separator: " ") }

    private static func roles(_ text: String) -> Set<Role> {
        Set(text.split(separator: " ").compactMap { Role(rawValue: String($0)) })
    }
}
