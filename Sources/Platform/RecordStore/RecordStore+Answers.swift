public import Quantities
import Storage
import Vault

extension RecordStore {
    /// Carries out one act once for each `idempotencyKey`: a repeated request gets the first answer again.
    ///
    /// After `IdempotencyKey.keptSeconds` the key is forgotten. Throws `RecordError` (`keyReused`) when the key belongs
    /// to another act, or to a request that asked something else.
    public func perform<Answer: Codable & Sendable>(
        _ act: String, access: Access, idempotencyKey: IdempotencyKey?, grouping: Grouping? = nil,
        _ body: @escaping @Sendable (RecordTransaction) throws -> Answer
    ) async throws -> Answer {
        guard let idempotencyKey else {
            return try await perform(act, access: access, grouping: grouping, body)
        }
        let scope = "\(access.actor.kind.rawValue) \(access.actor.id) \(idempotencyKey.text)"
        let subject = "request"
        return try await perform(act, access: access, grouping: grouping) { records in
            let table = AuditTables.answered
            let key = records.blindIndex("idempotency key", scope)
            guard case .blob(let bytes) = key else { throw RecordError(.absent, "no key") }
            let rowName = Hexadecimal.encode(bytes)
            let request = idempotencyKey.request.map {
                Hexadecimal.encode(records.vault.authenticationCode("request", $0))
            }
            let row = try records.row(table, key: [key])
            if let row, try Self.isKept(row, at: records.now) {
                let kept = try records.open(
                    KeptAnswer<Answer>.self, from: row, subject: subject, table: table, row: rowName, field: "answer",
                    unless: try row.text("act") != act)
                guard let kept, request == nil || kept.request == nil || kept.request == request else {
                    throw RecordError(
                        .keyReused, "this idempotency key was used for another request: take a new one")
                }
                return kept.answer
            }
            let answer = try body(records)
            let values = [
                "index_key": key, "act": .text(act), "answered_at": .text(records.now.description),
                "answer": try records.seal(
                    KeptAnswer(request: request, answer: answer), subject: subject, table: table, row: rowName,
                    field: "answer"),
            ]
            if row == nil { try records.insert(table, values) } else { try records.update(table, values) }
            return answer
        }
    }

    private static func isKept(_ row: Row, at now: Instant) throws -> Bool {
        let answeredAt = try Instant(iso8601: try row.text("answered_at"))
        return now < answeredAt.advanced(bySeconds: IdempotencyKey.keptSeconds)
    }
}

extension RecordTransaction {
    fileprivate func open<Value: Decodable>(
        _ type: Value.Type, from stored: Row, subject: String, table: Table, row: String, field: String,
        unless isOther: Bool
    ) throws -> Value? {
        if isOther { return nil }
        return try open(type, from: stored, subject: subject, table: table, row: row, field: field)
    }
}

extension JobHandler {
    /// The kind of job that forgets answers nobody may ask for again.
    public static let trimAnswersKind = "answers.trim"

    /// Forgets answers and marks of jobs that are older than a repetition may come, in steps of one transaction each.
    public static func trimAnswers(rowsAtOnce: Int = 500) -> JobHandler {
        .steps { run in
            let total = try await run.records.staleAnswerCount()
            var done = 0
            while true {
                try await run.progress(done, of: max(total, done))
                let removed = try await run.records.trimAnswers(rowsAtOnce)
                if removed == 0 { return }
                done += removed
            }
        }
    }
}

extension RecordStore {
    private static let service = Access(
        actor: Actor(kind: .service, id: "jobs"), purpose: .administration, legalBasis: .publicTask)

    func staleAnswerCount() async throws -> Int {
        let limit = surroundings.now.advanced(bySeconds: -IdempotencyKey.keptSeconds)
        return try await store.read { transaction in
            let rows = try transaction.query(AuditTables.answeredCount, [.text(limit.description)])
            return Int(clamping: try rows.first?.integer("total") ?? 0)
        }
    }

    func trimAnswers(_ most: Int) async throws -> Int {
        try await self.perform("answer.forget", access: Self.service) { records in
            let limit = SQLValue.text(records.now.advanced(bySeconds: -IdempotencyKey.keptSeconds).description)
            let answers = try records.query(AuditTables.answeredBefore, [limit, .integer(Int64(most))])
            for row in answers { try records.delete(AuditTables.answered, key: [row["index_key"]]) }
            let marks = try records.query(JobTables.appliedBefore, [limit, .integer(Int64(most))])
            for row in marks { try records.delete(JobTables.applied, key: [row["bucket"], row["job_id"]]) }
            return answers.count + marks.count
        }
    }

    /// Leaves today's job of forgetting answers, once, whichever of several servers comes first.
    public func scheduleTrimming(day: CivilDate) async throws {
        let name = "\(JobHandler.trimAnswersKind)/\(day)"
        let isKnown = try await store.read { transaction in
            let key = JobTables.key(name)
            return try !transaction.query(JobTables.job.selectByKey, key).isEmpty
                || !transaction.query(JobTables.applied.selectByKey, key).isEmpty
        }
        if isKnown { return }
        _ = try await self.perform("job.schedule", access: Self.service) { records in
            try records.enqueue(NewJob(JobHandler.trimAnswersKind, name: name))
        }
    }
}
