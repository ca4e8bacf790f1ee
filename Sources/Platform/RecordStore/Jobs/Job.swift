public import Quantities
import Storage
import Vault

/// Something to be done later, left by an act in the act's own transaction.
public struct NewJob: Sendable {
    public let kind: String
    /// What its handler needs to know; sealed where it is kept.
    public let content: [String: String]
    /// A name under which the job is done once, such as `answers.trim/2026-11-24`; nil for a job of its own.
    public let name: String?

    public init(_ kind: String, content: [String: String] = [:], name: String? = nil) {
        self.kind = kind
        self.content = content
        self.name = name
    }
}

/// How a job stands, without what it is about.
public struct JobStanding: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        /// Waits for its time, or is under way.
        case open
        /// Tried as often as allowed: waits for a person, who resumes or drops it.
        case dead
    }

    public let id: String
    public let kind: String
    public let enqueuedAt: String
    public let state: State
    /// When it may be taken next; of one under way, when its worker counts as lost.
    public let dueAt: Instant
    public let attempts: Int
    /// Empty while nobody works on it.
    public let worker: String
    public let stepsDone: Int
    /// 0 while the job has told no progress.
    public let stepsTotal: Int
    /// The code of the last error; never its text. Empty where there was none.
    public let problem: String

    public var isUnderWay: Bool { !worker.isEmpty }
}

/// The row behind a standing, changed in copies.
struct JobTurn: Sendable {
    let id: String
    let kind: String
    let enqueuedAt: String
    var state = JobStanding.State.open
    var dueAt: Instant
    var attempts = 0
    var worker = ""
    var stepsDone = 0
    var stepsTotal = 0
    var problem = ""

    init(id: String, kind: String, enqueuedAt: Instant) {
        self.id = id
        self.kind = kind
        self.enqueuedAt = enqueuedAt.description
        dueAt = enqueuedAt
    }

    init(_ row: Row) throws {
        id = try row.text("job_id")
        kind = try row.text("kind")
        enqueuedAt = try row.text("enqueued_at")
        guard let state = JobStanding.State(rawValue: try row.text("state")) else {
            throw RecordError(.absent, "a job is in a state that this program does not know")
        }
        self.state = state
        dueAt = Instant(millisecondsSinceEpoch: try row.integer("due_at"))
        attempts = Int(clamping: try row.integer("attempts"))
        worker = try row.text("worker")
        stepsDone = Int(clamping: try row.integer("steps_done"))
        stepsTotal = Int(clamping: try row.integer("steps_total"))
        problem = try row.text("problem")
    }

    var standing: JobStanding {
        JobStanding(
            id: id, kind: kind, enqueuedAt: enqueuedAt, state: state, dueAt: dueAt, attempts: attempts, worker: worker,
            stepsDone: stepsDone, stepsTotal: stepsTotal, problem: problem)
    }

    /// In the order of the table's columns, with the code over all of them.
    func values(_ vault: StoreVault) -> [SQLValue] {
        let plain: [SQLValue] = [
            .integer(JobTables.bucket(of: id)), .text(id), .text(kind), .text(enqueuedAt), .text(state.rawValue),
            .integer(dueAt.millisecondsSinceEpoch), .integer(Int64(attempts)), .text(worker),
            .integer(Int64(stepsDone)), .integer(Int64(stepsTotal)), .text(problem),
        ]
        return plain + [.blob(vault.authenticationCode("job turn", Self.encoded(plain)))]
    }

    /// Whether a row is as the program wrote it.
    static func isAuthentic(_ row: Row, _ vault: StoreVault) -> Bool {
        guard case .blob(let code) = row["code"] else { return false }
        let plain = JobTables.turn.columns.dropLast().map { row[$0.name] }
        return vault.isAuthentic("job turn", encoded(plain), code: code)
    }

    private static func encoded(_ values: [SQLValue]) -> [UInt8] {
        values.flatMap { value -> [UInt8] in
            let text =
                switch value {
                case .null: "null"
                case .integer(let number): "i\(number)"
                case .text(let text): "t\(text.utf8.count):\(text)"
                case .blob(let bytes): "b\(bytes.count):\(Hexadecimal.encode(bytes))"
                }
            return Array(text.utf8) + [0]
        }
    }

    static func insert(_ turn: JobTurn, _ vault: StoreVault, in transaction: any Transaction) throws {
        try transaction.enqueue(JobTables.turn.insert, turn.values(vault))
    }

    static func update(_ turn: JobTurn, _ vault: StoreVault, in transaction: any Transaction) throws {
        let values = turn.values(vault)
        try transaction.enqueue(JobTables.turn.update, Array(values.dropFirst(2)) + JobTables.key(turn.id))
    }
}

/// Why a job could not be left, taken or ended.
public struct JobError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case noSuchJob
        /// Only a job in the dead-letter list can be resumed or dropped.
        case notDead
        /// Another worker has taken the job over: what this one did for it is undone.
        case lost
        /// No part of this program knows the kind.
        case noHandler
        /// The program is stopping: the job goes on elsewhere.
        case stopping
        /// The worker ended without a word, as often as a job may be tried.
        case workerLost
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
