import CivilNumber
public import Quantities
public import RecordStore
import Storage

/// An application with everything a reviewer needs.
public struct ApplicationView: Sendable {
    public struct Event: Sendable {
        public let act: ApplicationAct
        public let at: Instant
        public let actor: Actor
        public let reason: String?
    }

    public let id: String
    public let state: ApplicationState
    public let content: ApplicationContent
    public let receipt: String?
    /// The file that the application was linked to, while it is.
    public let duplicateOf: String?
    public let events: [Event]
    public let civilNumber: String?
}

/// One line of the reviewers' queue: no personal value.
public struct QueuedApplication: Hashable, Sendable {
    public let id: String
    public let state: ApplicationState
    public let changedAt: Instant
}

extension PopulationRegister {
    /// Decides on an application; a submitted one is taken into verification first.
    ///
    /// Accepting gives the number. Throws `PopulationError` (`noSuchApplication`, `actNotAllowed`, `reasonMissing`,
    /// `duplicatesOpen`, `printsOpen`, `printsMissing`, `sameOfficer`: nobody on the staff decides on what the same person entered).
    public func review(
        _ applicationID: String, _ decision: ReviewDecision, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> ReviewOutcome {
        try await records.perform("application.review", access: access, idempotencyKey: idempotencyKey) { transaction in
            try review(applicationID, decision, in: transaction)
        }
    }

    /// The same inside a transaction that the caller leads, for batches.
    public func review(
        _ applicationID: String, _ decision: ReviewDecision, in transaction: RecordTransaction
    ) throws -> ReviewOutcome {
        var file = try ApplicationFile.load(applicationID, in: transaction)
        let actor = transaction.access.actor
        if actor.kind == .staff, file.enteredBy.contains(actor) { throw PopulationError.sameOfficer }
        let content = ActContent(reason: try decision.checkedReason)
        if file.state == .submitted { try file.append(.startVerification, content: ActContent(), in: transaction) }
        try file.confirm(decision.act)
        if case .accept = decision, try hasOpenPairs(applicationID, in: transaction) {
            throw PopulationError.duplicatesOpen
        }
        if case .accept = decision { try confirmPrints(of: file, in: transaction) }
        transaction.note("decision", decision.act.rawValue)
        switch decision {
        case .refuse, .askCorrection:
            try file.append(decision.act, content: content, in: transaction)
            if file.state == .refused {
                try leaveLists(applicationID, in: transaction)
                try removePrints(applicationID, in: transaction)
            }
            return ReviewOutcome(application: applicationID, state: file.state ?? .refused, civilNumber: nil)
        case .accept:
            let application = try file.content(in: transaction)
            let number = try issueNumber(to: applicationID, in: transaction)
            try file.append(.accept, content: content, in: transaction)
            try keep(application, number: number, personID: applicationID, in: transaction)
            return ReviewOutcome(application: applicationID, state: .accepted, civilNumber: number.digits)
        }
    }

    /// Applies for and accepts several persons in one act; for a program that invents or brings over a population.
    ///
    /// Nobody on the staff can do this: it enters and decides at once. They are put under the keys of the search for
    /// duplicates, but not searched for: whoever brings a population over has compared it as a whole before. Throws `PopulationError.sameOfficer` for staff.
    public func enrol(_ contents: [ApplicationContent], access: Access) async throws -> [ReviewOutcome] {
        try await records.perform("application.enrol", access: access) { transaction in
            try contents.map { content in
                let receipt = try apply(content, searches: false, in: transaction)
                return try review(receipt.application, .accept, in: transaction)
            }
        }
    }

    public func application(_ applicationID: String, access: Access) async throws -> ApplicationView {
        try await records.perform("application.read", access: access, grouping: .readings) { transaction in
            try view(of: applicationID, in: transaction)
        }
    }

    func view(of applicationID: String, in transaction: RecordTransaction) throws -> ApplicationView {
        let file = try ApplicationFile.load(applicationID, in: transaction)
        guard let state = file.state else { throw PopulationError.noSuchApplication }
        let history = try file.history(in: transaction)
        guard let content = history.compactMap(\.content.application).last else {
            throw PopulationError.noSuchApplication
        }
        return ApplicationView(
            id: applicationID, state: state, content: content, receipt: history.compactMap(\.content.receipt).last,
            duplicateOf: [.duplicate, .merged].contains(state) ? history.compactMap(\.content.duplicateOf).last : nil,
            events: history.map {
                ApplicationView.Event(act: $0.act, at: $0.at, actor: $0.actor, reason: $0.content.reason)
            },
            civilNumber: try person(id: applicationID, in: transaction)?.civilNumber)
    }

    func leaveLists(_ applicationID: String, in transaction: RecordTransaction) throws {
        try CandidateLists(rules: rules.duplicates, transaction: transaction).leave(applicationID)
    }

    /// Applications in one state, oldest first.
    public func queue(_ state: ApplicationState, limit: Int = 100) async throws -> [QueuedApplication] {
        try await records.lookUp { lookup in
            try lookup.query(PopulationTables.queue, [.text(state.rawValue), .integer(Int64(limit))]).map {
                QueuedApplication(
                    id: try $0.text("person_id"), state: state,
                    changedAt: try Instant(iso8601: try $0.text("changed_at")))
            }
        }
    }

    public func countByState() async throws -> [ApplicationState: Int] {
        try await records.lookUp { lookup in
            var counts: [ApplicationState: Int] = [:]
            for row in try lookup.query(PopulationTables.countByState, []) {
                if let state = ApplicationState(rawValue: try row.text("state")) {
                    counts[state] = Int(try row.integer("total"))
                }
            }
            return counts
        }
    }

    /// Where the application of a receipt stands; tells nothing else.
    public func state(ofReceipt receipt: String) async throws -> ApplicationState {
        let typed = Self.receiptAsPrinted(receipt)
        return try await records.lookUp { lookup in
            guard let row = try lookup.row(PopulationTables.receipt, key: [lookup.blindIndex("receipt", typed)]),
                let file = try lookup.row(PopulationTables.application, key: [.text(try row.text("person_id"))]),
                let state = ApplicationState(rawValue: try file.text("state"))
            else { throw PopulationError.noSuchApplication }
            return state
        }
    }
}
