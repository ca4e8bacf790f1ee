import Foundation
public import Quantities

/// What the log keeps of one act: who, when, why, on whose record, and the digest of every row that it wrote.
///
/// It holds identifiers and digests only. Its bytes are hashed into the transparency log as they stand.
public struct AuditLeaf: Hashable, Sendable, Codable {
    public enum Reach: String, Sendable, Codable {
        case read, write
    }

    public struct Subject: Hashable, Sendable, Codable {
        public let id: String
        public let reach: Reach
    }

    /// A row after the act: its digest, or none when the act removed it; and the digest that it had before.
    public struct RowState: Hashable, Sendable, Codable {
        public let table: String
        public let key: String
        public let before: String?
        public let after: String?
    }

    public let id: String
    public let store: String
    public let at: Instant
    public let act: String
    public let actor: Actor
    public let purpose: Purpose
    public let legalBasis: LegalBasis
    public let subjects: [Subject]
    public let rows: [RowState]
    public let details: [String: String]

    init(decoding bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(AuditLeaf.self, from: Data(bytes))
    }

    init(
        id: String, store: String, at: Instant, act: String, access: Access, subjects: [Subject], rows: [RowState],
        details: [String: String]
    ) {
        self.id = id
        self.store = store
        self.at = at
        self.act = act
        actor = access.actor
        purpose = access.purpose
        legalBasis = access.legalBasis
        self.subjects = subjects
        self.rows = rows
        self.details = details
    }
}
