import Foundation
import Gallery
import GalleryShards
import Quantities
public import RecordStore
import Storage

/// Where an application stands after the search for its fingers.
public struct PrintSearchOutcome: Hashable, Sendable {
    public let application: String
    /// Nil where there is no finger to search for: all are recorded as exceptions.
    public let state: PrintSearchState?
    /// Files that may be of the same person.
    public let found: Int
}

extension PopulationRegister {
    static let galleryCounter = "gallery"
    /// How many events are taken over at once.
    private static let eventsAtOnce: Int64 = 200

    /// The program's own access to what the gallery needs.
    private static let galleryAccess = Access(
        actor: Actor(kind: .service, id: "gallery"), purpose: .duplicateSearch, legalBasis: .publicTask)

    /// The kind of job that searches again what was left incomplete.
    public static let printSearchKind = "print.search"

    /// Enrols the fingers of an application and looks for them among everybody's.
    ///
    /// The order number is allotted before the search, in one transaction with the templates, and every order number
    /// before it is searched: of two enrolments of one person at once, exactly one is clear. An incomplete search is
    /// repeated by a job until it is complete. Throws `PopulationError` (`noSuchApplication`, `fingersClosed`,
    /// `noFingers`).
    ///
    /// - Parameter idempotencyKey: enrols once; the search itself may be repeated, and then tells how it stands by now.
    public func searchPrints(
        _ applicationID: String, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> PrintSearchOutcome {
        let isEnrolled = try await records.perform("print.enrol", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            let file = try ApplicationFile.load(applicationID, in: transaction)
            guard let state = file.state, FingerSheet.openStates.contains(state) else {
                throw PopulationError.fingersClosed
            }
            return try enrolPrints(applicationID, in: transaction)
        }
        guard isEnrolled else { return PrintSearchOutcome(application: applicationID, state: nil, found: 0) }
        return try await searchEnrolled(applicationID, access: access)
    }

    /// What the job does: searches again as long as the search of an application is not complete.
    ///
    /// Throws `PopulationError.printsOpen` while it stays incomplete, so that the job is tried again.
    public func searchPrintsAgain(_ applicationID: String) async throws {
        let standing = try await records.lookUp { try $0.row(PrintTables.search, key: [.text(applicationID)]) }
        guard let standing, try standing.integer("is_complete") == 0,
            try standing.text("state") != PrintSearchState.removed.rawValue
        else { return }
        _ = try await searchEnrolled(applicationID, access: Self.galleryAccess)
        let after = try await records.lookUp { try $0.row(PrintTables.search, key: [.text(applicationID)]) }
        if try after?.integer("is_complete") == 0 { throw PopulationError.printsOpen }
    }

    /// Puts the person's templates on the list that galleries follow, in place of those that are there.
    ///
    /// False where no finger can be searched for; then no order number is allotted. Throws `noFingers` without a row.
    func enrolPrints(_ personID: String, in transaction: RecordTransaction) throws -> Bool {
        let fingers = try FingerRecords(personID, in: transaction)
        guard !fingers.entries.isEmpty else { throw PopulationError.noFingers }
        let count = Int64(fingers.entries.count)
        let known = try transaction.row(PrintTables.search, key: [.text(personID)])
        let isRemoved = try known?.text("state") == PrintSearchState.removed.rawValue
        if let known, !isRemoved, try known.integer("record_count") == count { return true }
        let templates = try fingers.templates()
        if known != nil, !isRemoved { try removePrints(personID, in: transaction) }
        guard let templates else { return false }
        let order = try nextOrder(in: transaction)
        try transaction.insert(
            PrintTables.event,
            [
                "person_id": .text(personID), "order_number": .integer(order), "removes": .null,
                "made_at": .text(transaction.now.description),
                "content": try transaction.seal(
                    Data(templates.bytes()), subject: Self.subject(personID), table: PrintTables.event,
                    row: "\(personID)/\(order)", field: "content"),
            ])
        try put(.waiting, isComplete: false, personID, order: order, count: count, in: transaction)
        try transaction.enqueue(
            NewJob(Self.printSearchKind, content: ["application": personID], name: "\(Self.printSearchKind)/\(order)"))
        return true
    }

    /// Gives a file that was parted from another a new place on the list, behind all that came meanwhile: it is then
    /// searched for among them. Nothing where no finger was taken.
    func enrolPrintsAnew(_ personID: String, in transaction: RecordTransaction) throws {
        guard try !transaction.query(PrintTables.records, [.text(personID)]).isEmpty else { return }
        try removePrints(personID, in: transaction)
        _ = try enrolPrints(personID, in: transaction)
    }

    /// Takes the person's templates off the list; nothing where they are not on it.
    func removePrints(_ personID: String, in transaction: RecordTransaction) throws {
        guard let known = try transaction.row(PrintTables.search, key: [.text(personID)]),
            try known.text("state") != PrintSearchState.removed.rawValue
        else { return }
        let (removed, order) = (try known.integer("order_number"), try nextOrder(in: transaction))
        try transaction.insert(
            PrintTables.event,
            [
                "person_id": .text(personID), "order_number": .integer(order), "removes": .integer(removed),
                "made_at": .text(transaction.now.description),
                "content": try transaction.seal(
                    Data(), subject: Self.subject(personID), table: PrintTables.event, row: "\(personID)/\(order)",
                    field: "content"),
            ])
        try put(
            .removed, isComplete: false, personID, order: order, count: try known.integer("record_count"),
            in: transaction)
    }

    /// Whether a number may be given, as far as fingers are concerned.
    ///
    /// Throws `PopulationError`: `printsOpen` before a complete search of all that was taken, `duplicatesOpen` before
    /// reviewers have settled what it found, `printsMissing` where the country gives no number without fingers.
    func confirmPrints(of file: ApplicationFile, in transaction: RecordTransaction) throws {
        let rows = try transaction.query(PrintTables.records, [.text(file.personID)])
        let search = try transaction.row(PrintTables.search, key: [.text(file.personID)])
        if let search {
            guard try search.integer("record_count") == Int64(rows.count), try search.integer("is_complete") == 1 else {
                throw PopulationError.printsOpen
            }
            guard try openCases(of: file.personID, in: transaction).isEmpty else {
                throw PopulationError.duplicatesOpen
            }
        } else if try rows.contains(where: { try $0.text("kind") == FingerRecords.Kind.impression.rawValue }) {
            guard try FingerRecords(file.personID, in: transaction).templates() == nil else {
                throw PopulationError.printsOpen
            }
        }
        guard rules.prints.isMandatory, transaction.access.actor.kind == .staff else { return }
        let birth = try file.content(in: transaction).birthDate
        guard rules.prints.areTaken(from: birth, on: try rules.prints.day(transaction.now)) else { return }
        let settled = Set(try rows.map { try $0.integer("finger") })
        guard settled.count == 10 else { throw PopulationError.printsMissing }
    }

    private func nextOrder(in transaction: RecordTransaction) throws -> Int64 {
        let key = SQLValue.text(Self.galleryCounter)
        guard let row = try transaction.row(PrintTables.counter, key: [key]) else {
            try transaction.insert(PrintTables.counter, ["name": key, "last_order": .integer(1)])
            return 1
        }
        let next = try row.integer("last_order") + 1
        try transaction.update(PrintTables.counter, ["name": key, "last_order": .integer(next)])
        return next
    }

    private func put(
        _ state: PrintSearchState, isComplete: Bool, _ personID: String, order: Int64, count: Int64,
        in transaction: RecordTransaction
    ) throws {
        let values: [String: SQLValue] = [
            "person_id": .text(personID), "order_number": .integer(order), "record_count": .integer(count),
            "state": .text(state.rawValue), "is_complete": .integer(isComplete ? 1 : 0),
            "changed_at": .text(transaction.now.description),
        ]
        if try transaction.row(PrintTables.search, key: [.text(personID)]) == nil {
            try transaction.insert(PrintTables.search, values)
        } else {
            try transaction.update(PrintTables.search, values)
        }
    }

    private func searchEnrolled(_ personID: String, access: Access) async throws -> PrintSearchOutcome {
        let probe = try await records.perform("print.probe", access: access) {
            transaction -> (Int64, PersonTemplates)? in
            guard let search = try transaction.row(PrintTables.search, key: [.text(personID)]) else { return nil }
            let order = try search.integer("order_number")
            guard let row = try transaction.row(PrintTables.event, key: [.text(personID), .integer(order)]),
                case .null = row["removes"]
            else { return nil }
            return (order, try templates(row, in: transaction))
        }
        guard let (order, templates) = probe else {
            return PrintSearchOutcome(application: personID, state: nil, found: 0)
        }
        // What the files lack is said by the answer: it is then incomplete.
        try? await followList()
        let answer = await gallery.search(templates, order: UInt64(order), least: rules.prints.leastScore)
        return try await records.perform("print.search", access: access) { transaction in
            try keep(answer, of: personID, order: order, in: transaction)
        }
    }

    /// Keeps what a search found, unless the fingers were enrolled anew in between.
    private func keep(
        _ answer: SearchAnswer, of personID: String, order: Int64, in transaction: RecordTransaction
    ) throws -> PrintSearchOutcome {
        transaction.concerns(Self.subject(personID), .write)
        guard let search = try transaction.row(PrintTables.search, key: [.text(personID)]),
            try search.integer("order_number") == order
        else { return PrintSearchOutcome(application: personID, state: .waiting, found: 0) }
        var candidates: [Candidate] = []
        var isComplete = false
        if case .complete(let through) = answer.standing { isComplete = through + 1 >= UInt64(order) }
        if case .adjudicate(let found) = EnrolmentVerdict(order: UInt64(order), answer: answer) { candidates = found }
        let different = try settledAsDifferentPersons(personID, in: transaction)
        var found = 0
        let files = Set(candidates.map(\.identifier))
        for candidate in candidates where candidate.identifier != personID {
            guard !different.contains(candidate.identifier),
                let state = try ApplicationFile.state(of: candidate.identifier, in: transaction),
                ![.refused, .withdrawn].contains(state)
            else { continue }
            // A file that was joined to another one stands for itself only where that one was not found: it may have no
            // finger of its own.
            if [.duplicate, .merged].contains(state) {
                let history = try ApplicationFile.load(candidate.identifier, in: transaction).history(in: transaction)
                if let kept = history.compactMap(\.content.duplicateOf).last, files.contains(kept) { continue }
            }
            found += 1
            try openCase(
                personID, candidate.identifier, .prints, PrintFinding(candidate.comparison), in: transaction)
        }
        let state: PrintSearchState = found > 0 ? .found : isComplete ? .clear : .incomplete
        transaction.note("outcome", state.rawValue)
        transaction.note("complete", isComplete ? "true" : "false")
        try put(
            state, isComplete: isComplete, personID, order: order, count: try search.integer("record_count"),
            in: transaction)
        return PrintSearchOutcome(application: personID, state: state, found: found)
    }

    /// Brings the gallery's files up to the list in the store. Throws `GalleryShardsError`, `StorageError`.
    public func followList() async throws {
        let last = try await records.lookUp {
            try $0.row(PrintTables.counter, key: [.text(Self.galleryCounter)])?.integer("last_order") ?? 0
        }
        var reached = Int64(clamping: try await gallery.lastOrder())
        if reached > last {
            try await gallery.discard()
            reached = 0
        }
        while reached < last {
            let from = reached
            let events = try await records.perform("print.follow", access: Self.galleryAccess) { transaction in
                try transaction.query(PrintTables.eventsAfter, [.integer(from), .integer(Self.eventsAtOnce)]).map {
                    row -> GalleryEvent in
                    if case .integer(let removed) = row["removes"] { return .removal(UInt64(removed)) }
                    return .enrolment(
                        GalleryFolder.Enrolment(
                            identifier: try row.text("person_id"), templates: try templates(row, in: transaction)))
                }
            }
            guard !events.isEmpty else { return }
            do { try await gallery.append(events, after: UInt64(from)) } catch let error as GalleryShardsError {
                // Another process was quicker; where it ended is where to go on.
                guard error.code == .order else { throw error }
            }
            reached = Int64(clamping: try await gallery.lastOrder())
            if reached <= from { return }
        }
    }

    private func templates(_ row: Row, in transaction: RecordTransaction) throws -> PersonTemplates {
        let (personID, order) = (try row.text("person_id"), try row.integer("order_number"))
        let bytes = try transaction.open(
            Data.self, from: row, subject: Self.subject(personID), table: PrintTables.event,
            row: "\(personID)/\(order)",
            field: "content")
        return try PersonTemplates(reading: [UInt8](bytes))
    }
}
