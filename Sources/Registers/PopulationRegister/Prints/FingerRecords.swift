import BiometricFormats
import Fingerprint
import Foundation
import Gallery
import Quantities
import RecordStore
import Storage

/// What is sealed of an impression or of an exception.
struct FingerContent: Codable {
    var capture: FingerCapture?
    /// A record by ISO/IEC 19794-2:2011.
    var minutiae: Data?
    var extractor: String?
    var exception: FingerException?
    var reason: String?

    /// At 500 dots an inch. Throws `BiometricFormatError`.
    func list() throws -> [FingerMinutia] {
        guard let minutiae else { return [] }
        let record = try MinutiaeRecord(reading: [UInt8](minutiae))
        return record.views.first.map { FingerMinutia.list($0, angleUnits: record.format.angleUnits) } ?? []
    }
}

/// A person's rows of fingers, opened, while a transaction works on them.
struct FingerRecords {
    enum Kind: String { case impression, exception }

    struct Entry {
        let number: Int64
        let position: Int
        let content: FingerContent
    }

    let personID: String
    private(set) var entries: [Entry]

    init(_ personID: String, in transaction: RecordTransaction) throws {
        self.personID = personID
        entries = try transaction.query(PrintTables.records, [.text(personID)]).map { row in
            let number = try row.integer("record_number")
            return Entry(
                number: number, position: Int(try row.integer("finger")),
                content: try transaction.open(
                    FingerContent.self, from: row, subject: PopulationRegister.subject(personID),
                    table: PrintTables.record, row: "\(personID)/\(number)", field: "content"))
        }
    }

    func entries(of position: Int) -> [Entry] { entries.filter { $0.position == position } }

    func attempts(of position: Int) -> Int { entries(of: position).count { $0.content.capture != nil } }

    /// The best impression, nil where an exception came after the last one.
    func best(_ position: Int) -> Entry? {
        let entries = entries(of: position)
        guard entries.last?.content.exception == nil else { return nil }
        return entries.filter { $0.content.capture != nil }.max {
            ($0.content.capture?.quality ?? 0, $0.number) < ($1.content.capture?.quality ?? 0, $1.number)
        }
    }

    func standing(_ position: Int) -> FingerStanding {
        let entries = entries(of: position)
        return FingerStanding(
            position: position, attempts: attempts(of: position), quality: best(position)?.content.capture?.quality,
            last: entries.last?.content.capture, exception: entries.last?.content.exception)
    }

    /// The best impression of each finger; nil where no finger has minutiae.
    func templates() throws -> PersonTemplates? {
        var fingers: [Int: [FingerMinutia]] = [:]
        for position in 1...10 {
            if let best = best(position) { fingers[position] = try best.content.list() }
        }
        return try? PersonTemplates(fingers: fingers)
    }

    /// Appends a row; returns its number.
    mutating func append(
        _ content: FingerContent, position: Int, _ kind: Kind, in transaction: RecordTransaction
    ) throws -> Int64 {
        let number = Int64(entries.count + 1)
        try transaction.insert(
            PrintTables.record,
            [
                "person_id": .text(personID), "record_number": .integer(number), "finger": .integer(Int64(position)),
                "kind": .text(kind.rawValue), "done_at": .text(transaction.now.description),
                "actor_kind": .text(transaction.access.actor.kind.rawValue),
                "actor_id": .text(transaction.access.actor.id),
                "content": try transaction.seal(
                    content, subject: PopulationRegister.subject(personID), table: PrintTables.record,
                    row: "\(personID)/\(number)", field: "content"),
            ])
        entries.append(Entry(number: number, position: position, content: content))
        return number
    }
}
