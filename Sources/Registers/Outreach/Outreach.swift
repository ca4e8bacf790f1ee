public import Quantities
public import RecordStore
public import Storage

/// A message to a resident, as it lies in the outbox.
public struct OutgoingMessage: Sendable, Codable {
    public enum Kind: String, Sendable, Codable {
        case oneTimeCode
    }

    public let kind: Kind
    public let phone: String?
    /// What the sentence of the recipient's language is filled with, such as `code`.
    public let values: [String: String]

    public init(kind: Kind, phone: String?, values: [String: String]) {
        self.kind = kind
        self.phone = phone
        self.values = values
    }
}

/// A message with its place and time.
public struct OutboxEntry: Sendable {
    public let personID: String
    public let writtenAt: Instant
    public let message: OutgoingMessage
}

/// Messages to residents. They wait here, sealed, until a channel takes them; the demonstration shows them on a page.
public struct Outreach: Sendable {
    private let records: RecordStore

    public init(records: RecordStore) { self.records = records }

    static let message = Table(
        "outgoing_message", family: .person,
        columns: [.text("person_id"), .text("message_id"), .text("written_at"), .content("content")],
        primaryKey: ["person_id", "message_id"], indexes: [["written_at"]])

    static let latest = Statement(
        "outgoing_message.latest",
        "SELECT \(message.columnList) FROM outgoing_message ORDER BY written_at DESC, message_id DESC LIMIT ?",
        isFanOut: true)

    public static let catalogue = Catalogue("outreach", tables: [message], statements: [latest])

    /// The messages' table, for the check of its references.
    public static var messages: Table { message }

    public static let seals = [IntegrityRules.Seal(message, kind: "person", column: "person_id")]

    public static let migrations = [Migration(4, "outreach", creates: [message])]

    /// Writes a message in a transaction that the caller leads, so that it exists exactly when its cause does.
    public static func write(
        _ content: OutgoingMessage, to personID: String, in transaction: RecordTransaction
    ) throws {
        let id = transaction.newIdentifier()
        try transaction.insert(
            message,
            [
                "person_id": .text(personID), "message_id": .text(id), "written_at": .text(transaction.now.description),
                "content": try transaction.seal(
                    content, subject: "person/\(personID)", table: message, row: "\(personID)/\(id)", field: "content"),
            ])
    }

    /// The newest messages of all residents; for the outbox page of a demonstration only.
    public func latest(_ limit: Int, access: Access) async throws -> [OutboxEntry] {
        try await records.perform("outbox.read", access: access) { transaction in
            try transaction.query(Self.latest, [.integer(Int64(limit))]).map { row in
                let personID = try row.text("person_id")
                return OutboxEntry(
                    personID: personID, writtenAt: try Instant(iso8601: try row.text("written_at")),
                    message: try transaction.open(
                        OutgoingMessage.self, from: row, subject: "person/\(personID)", table: Self.message,
                        row: "\(personID)/\(try row.text("message_id"))", field: "content"))
            }
        }
    }
}
