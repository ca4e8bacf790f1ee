import Quantities
public import Storage

/// How far a file was brought in: kept in the transaction that brings in its rows, so that no row comes in twice.
public struct BulkPlace: Hashable, Sendable {
    /// What is brought in and from where, such as `persons` and the digest of the file.
    public let source: String
    /// Lines that are done.
    public var line: Int64
    /// Bytes that are done: where the next line begins.
    public var byte: Int64
    public var accepted: Int64
    public var refused: Int64
    /// How long the list of refused rows was before the last batch.
    public var reportBytes: Int64
    /// What the last batch adds to that list; no personal value. Kept until the next batch, since a file and a database
    /// are not written in one step.
    public var report: [UInt8]

    /// The beginning of a file.
    public init(source: String) {
        self.source = source
        line = 0
        byte = 0
        accepted = 0
        refused = 0
        reportBytes = 0
        report = []
    }

    static let table = Table(
        "bulk_place", family: Family("bulk", key: "source"),
        columns: [
            .text("source"), .integer("line"), .integer("byte"), .integer("accepted"), .integer("refused"),
            .integer("report_bytes"), .content("report"), .text("moved_at"),
        ], primaryKey: ["source"])

    static let migration = Migration(100, "bulk", creates: [table])

    init(_ row: Row) throws(StorageError) {
        source = try row.text("source")
        line = try row.integer("line")
        byte = try row.integer("byte")
        accepted = try row.integer("accepted")
        refused = try row.integer("refused")
        reportBytes = try row.integer("report_bytes")
        report = try row.blob("report")
    }
}

extension RecordStore {
    /// How far a file was brought in; nil for one that is new here.
    public func bulkPlace(source: String) async throws -> BulkPlace? {
        try await store.read { try $0.query(BulkPlace.table.selectByKey, [.text(source)]).first.map(BulkPlace.init) }
    }
}

extension RecordTransaction {
    /// How far a file was brought in; nil for one that is new here.
    public func bulkPlace(source: String) throws -> BulkPlace? {
        try row(BulkPlace.table, key: [.text(source)]).map(BulkPlace.init)
    }

    /// Notes that a file was brought in from one place to another.
    ///
    /// Throws `RecordError` (`placeMoved`) where the file is not at the first place: another program brings it in.
    public func move(from old: BulkPlace, to new: BulkPlace) throws {
        let key: [SQLValue] = [.text(new.source)]
        let row = try row(BulkPlace.table, key: key)
        let found = try row.map(BulkPlace.init)
        guard (found ?? BulkPlace(source: new.source)) == old, old.source == new.source else {
            throw RecordError(.placeMoved, "another program brings in the same file: wait until it has ended")
        }
        let values: [String: SQLValue] = [
            "source": .text(new.source), "line": .integer(new.line), "byte": .integer(new.byte),
            "accepted": .integer(new.accepted), "refused": .integer(new.refused),
            "report_bytes": .integer(new.reportBytes), "report": .blob(new.report), "moved_at": .text(now.description),
        ]
        if row == nil { try insert(BulkPlace.table, values) } else { try update(BulkPlace.table, values) }
    }
}
