import Quantities
import RecordStore
import Storage

/// What one act adds to an application; sealed in its row.
struct ActContent: Hashable, Sendable, Codable {
    var application: ApplicationContent?
    var reason: String?
    var receipt: String?
    /// The file of the same person, where the application was linked to it.
    var duplicateOf: String?
}

/// An application as the fold of its acts, while a transaction works on it.
struct ApplicationFile {
    let personID: String
    private(set) var state: ApplicationState?
    private(set) var actCount: Int64 = 0
    /// Who drafted, corrected or submitted it.
    private(set) var enteredBy: Set<Actor> = []
    private(set) var wasSubmitted = false
    /// The rows of the acts, as long as none was added since they were read.
    private var rows: [Row]?
    /// The row of the application, where this transaction wrote it.
    private var written: Row?

    private var subject: String { PopulationRegister.subject(personID) }

    init(personID: String) { self.personID = personID }

    /// Throws `PopulationError.noSuchApplication`.
    static func load(_ personID: String, in transaction: RecordTransaction) throws -> ApplicationFile {
        var file = ApplicationFile(personID: personID)
        let rows = try transaction.query(PopulationTables.acts, [.text(personID)])
        guard !rows.isEmpty else { throw PopulationError.noSuchApplication }
        var acts: [ApplicationAct] = []
        for row in rows {
            guard let act = ApplicationAct(rawValue: try row.text("act")),
                let kind = Actor.Kind(rawValue: try row.text("actor_kind"))
            else { throw PopulationError.noSuchApplication }
            acts.append(act)
            if act == .submit { file.wasSubmitted = true }
            if [.draft, .correct, .submit].contains(act) {
                file.enteredBy.insert(Actor(kind: kind, id: try row.text("actor_id")))
            }
        }
        file.state = ApplicationState.fold(acts)
        file.actCount = Int64(rows.count)
        file.rows = rows
        return file
    }

    static func state(of personID: String, in transaction: RecordTransaction) throws -> ApplicationState? {
        guard let row = try transaction.row(PopulationTables.application, key: [.text(personID)]) else { return nil }
        return ApplicationState(rawValue: try row.text("state"))
    }

    /// Throws `PopulationError.actNotAllowed`.
    @discardableResult
    func confirm(_ act: ApplicationAct) throws(PopulationError) -> ApplicationState {
        guard let next = ApplicationState.after(act, from: state) else {
            guard let state else { throw .noSuchApplication }
            throw .actNotAllowed(act, in: state, allowed: state.availableActs)
        }
        return next
    }

    mutating func append(_ act: ApplicationAct, content: ActContent, in transaction: RecordTransaction) throws {
        let next = try confirm(act)
        rows = nil
        actCount += 1
        let at = transaction.now.description
        try transaction.insert(
            PopulationTables.act,
            [
                "person_id": .text(personID), "act_number": .integer(actCount), "act": .text(act.rawValue),
                "done_at": .text(at), "actor_kind": .text(transaction.access.actor.kind.rawValue),
                "actor_id": .text(transaction.access.actor.id),
                "content": try transaction.seal(
                    content, subject: subject, table: PopulationTables.act, row: row(actCount), field: "content"),
            ])
        let values: [String: SQLValue] = [
            "person_id": .text(personID), "state": .text(next.rawValue), "changed_at": .text(at),
            "act_count": .integer(actCount),
        ]
        if state == nil {
            try transaction.insert(PopulationTables.application, values)
        } else if let written {
            try transaction.update(PopulationTables.application, [(written, values)])
        } else {
            try transaction.update(PopulationTables.application, values)
        }
        written = Row(values)
        state = next
        if [.draft, .correct, .submit].contains(act) { enteredBy.insert(transaction.access.actor) }
    }

    /// The content last drafted or corrected.
    func content(in transaction: RecordTransaction) throws -> ApplicationContent {
        for act in try history(in: transaction).reversed() {
            if let content = act.content.application { return content }
        }
        throw PopulationError.noSuchApplication
    }

    func history(in transaction: RecordTransaction) throws -> [ApplicationHistoryEntry] {
        try (rows ?? transaction.query(PopulationTables.acts, [.text(personID)])).map { stored in
            let number = try stored.integer("act_number")
            guard let act = ApplicationAct(rawValue: try stored.text("act")),
                let kind = Actor.Kind(rawValue: try stored.text("actor_kind"))
            else { throw PopulationError.noSuchApplication }
            return ApplicationHistoryEntry(
                act: act, at: try Instant(iso8601: try stored.text("done_at")),
                actor: Actor(kind: kind, id: try stored.text("actor_id")),
                content: try transaction.open(
                    ActContent.self, from: stored, subject: subject, table: PopulationTables.act, row: row(number),
                    field: "content"))
        }
    }

    private func row(_ number: Int64) -> String { "\(personID)/\(number)" }
}

/// One act of an application, opened.
struct ApplicationHistoryEntry {
    let act: ApplicationAct
    let at: Instant
    let actor: Actor
    let content: ActContent
}
