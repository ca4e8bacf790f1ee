import Quantities
public import RecordStore
import Storage
import StrictJSON

extension PopulationRegister {
    /// Drafts and submits an application in one act, and gives the receipt with the files that may be of the same person.
    ///
    /// Throws `DocumentRefusal` when a document number is already used or a witness does not qualify.
    public func apply(
        _ content: ApplicationContent, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> ApplicationReceipt {
        try await records.perform(
            "application.submit", access: access, idempotencyKey: idempotencyKey, grouping: .submissions
        ) { transaction in
            try apply(content, in: transaction)
        }
    }

    /// The same inside a transaction that the caller leads, for batches.
    public func apply(_ content: ApplicationContent, in transaction: RecordTransaction) throws -> ApplicationReceipt {
        try apply(content, searches: true, in: transaction)
    }

    func apply(
        _ content: ApplicationContent, searches: Bool, in transaction: RecordTransaction
    ) throws -> ApplicationReceipt {
        let personID = transaction.newIdentifier()
        var application = ApplicationFile(personID: personID)
        try application.append(.draft, content: ActContent(application: content), in: transaction)
        return try submit(&application, content: content, searches: searches, in: transaction)
    }

    /// Keeps an application that is not yet complete enough to be sent; returns its identifier.
    public func draft(_ content: ApplicationContent, access: Access) async throws -> String {
        try await records.perform("application.draft", access: access) { transaction in
            var application = ApplicationFile(personID: transaction.newIdentifier())
            try application.append(.draft, content: ActContent(application: content), in: transaction)
            return application.personID
        }
    }

    /// Replaces the content of a draft or of an application sent back for correction.
    public func correct(
        _ applicationID: String, content: ApplicationContent, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws {
        _ = try await records.perform("application.correct", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            var application = try ApplicationFile.load(applicationID, in: transaction)
            try application.append(.correct, content: ActContent(application: content), in: transaction)
            return true
        }
    }

    /// Submits a draft, or a corrected application again. Throws like `apply`.
    public func submit(
        _ applicationID: String, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> ApplicationReceipt {
        try await records.perform(
            "application.submit", access: access, idempotencyKey: idempotencyKey, grouping: .submissions
        ) { transaction in
            var application = try ApplicationFile.load(applicationID, in: transaction)
            let content = try application.content(in: transaction)
            return try submit(&application, content: content, in: transaction)
        }
    }

    public func withdraw(
        _ applicationID: String, reason: String, access: Access, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> ApplicationState {
        let reason = try Self.checked(reason)
        return try await records.perform("application.withdraw", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            var application = try ApplicationFile.load(applicationID, in: transaction)
            try application.append(.withdraw, content: ActContent(reason: reason), in: transaction)
            if application.wasSubmitted { try leaveLists(applicationID, in: transaction) }
            try removePrints(applicationID, in: transaction)
            return .withdrawn
        }
    }

    private func submit(
        _ application: inout ApplicationFile, content: ApplicationContent, searches: Bool = true,
        in transaction: RecordTransaction
    ) throws -> ApplicationReceipt {
        try application.confirm(.submit)
        let isNew = !application.wasSubmitted
        if !isNew { try releaseDocuments(of: application, butFor: content, in: transaction) }
        var problems = try claimDocuments(of: application.personID, content, in: transaction)
        problems += try checkWitnesses(content, in: transaction)
        guard problems.isEmpty else { throw DocumentRefusal(problems) }
        let receipt = try newReceipt(in: transaction)
        try transaction.insert(
            PopulationTables.receipt,
            ["index_key": transaction.blindIndex("receipt", receipt), "person_id": .text(application.personID)])
        try application.append(.submit, content: ActContent(receipt: receipt), in: transaction)
        var finding = DuplicateFinding(path: .clear, candidates: [])
        if searches {
            finding = try search(&application, content, isNew: isNew, in: transaction)
        } else {
            let lists = CandidateLists(rules: rules.duplicates, transaction: transaction)
            try lists.enter(application.personID, content, isNew: isNew)
        }
        return ApplicationReceipt(
            application: application.personID, receipt: receipt, state: application.state ?? .submitted,
            submittedAt: transaction.now, path: finding.path, candidates: finding.candidates)
    }

    /// A document number serves one application: a second one is refused unless the first ended without a number.
    private func claimDocuments(
        of personID: String, _ content: ApplicationContent, in transaction: RecordTransaction
    ) throws -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for (index, document) in content.documents.enumerated() {
            let key = transaction.blindIndex("document \(document.type)", document.normalisedNumber)
            let values = ["index_key": key, "person_id": SQLValue.text(personID)]
            guard let claim = try transaction.row(PopulationTables.document, key: [key]) else {
                try transaction.insert(PopulationTables.document, values)
                continue
            }
            let holder = try claim.text("person_id")
            if holder == personID { continue }
            let state = try ApplicationFile.state(of: holder, in: transaction)
            if state == .refused || state == .withdrawn {
                try transaction.update(PopulationTables.document, values)
            } else {
                problems.append(
                    FieldProblem(
                        "documents[\(index)].number", .alreadyUsed,
                        "an application with this document exists already: look it up instead of applying again"))
            }
        }
        return problems
    }

    /// A correction may name other documents; the ones that it no longer names are free for whoever holds them.
    private func releaseDocuments(
        of application: ApplicationFile, butFor content: ApplicationContent, in transaction: RecordTransaction
    ) throws {
        func keys(_ content: ApplicationContent) -> Set<SQLValue> {
            Set(content.documents.map { transaction.blindIndex("document \($0.type)", $0.normalisedNumber) })
        }
        let earlier = try application.history(in: transaction).compactMap(\.content.application)
        for key in earlier.reduce(into: Set(), { $0.formUnion(keys($1)) }).subtracting(keys(content)) {
            let claim = try transaction.row(PopulationTables.document, key: [key])
            if claim?["person_id"] == .text(application.personID) {
                try transaction.delete(PopulationTables.document, key: [key])
            }
        }
    }

    /// - Parameter known: the content of a person who is about to be kept, by the digits of the number.
    func checkWitnesses(
        _ content: ApplicationContent, in transaction: RecordTransaction,
        known: (String) -> ApplicationContent? = { _ in nil }
    ) throws -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for (index, digits) in content.witnesses.enumerated() {
            let path = "witnesses[\(index)].civilNumber"
            guard let witness = try known(digits) ?? person(digits: digits, in: transaction)?.content else {
                problems.append(FieldProblem(path, .notRegistered, "nobody has this number"))
                continue
            }
            let qualifies = witness.documents.contains {
                rules.documentType($0.type)?.qualifiesWitness ?? false
            }
            if !qualifies {
                let list = rules.documentTypes.filter(\.qualifiesWitness).map(\.code).joined(separator: ", ")
                problems.append(FieldProblem(path, .notEntitled, "a witness must hold one of: \(list)"))
            }
        }
        return problems
    }

    static func checked(_ reason: String) throws(PopulationError) -> String {
        let scalars = reason.unicodeScalars
        guard (1...500).contains(scalars.count), scalars.contains(where: { !$0.properties.isWhitespace }),
            scalars.allSatisfy({ $0.properties.generalCategory != .control || $0 == "\n" || $0 == "\r" })
        else { throw .reasonMissing }
        return reason
    }

    private func newReceipt(in transaction: RecordTransaction) throws -> String {
        while true {
            let receipt = Self.receiptText(transaction.randomBytes(8))
            let key = transaction.blindIndex("receipt", receipt)
            if try transaction.row(PopulationTables.receipt, key: [key]) == nil { return receipt }
        }
    }

    /// A receipt as a person typed it, in the form in which it was given.
    static func receiptAsPrinted(_ typed: String) -> String {
        let letters = Array(
            typed.uppercased().unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil })
        return stride(from: 0, to: letters.count, by: 4).map { start in
            var group = String.UnicodeScalarView()
            group.append(contentsOf: letters[start..<min(start + 4, letters.count)])
            return String(group)
        }.joined(separator: "-")
    }

    /// Groups of four out of 32 letters and digits that are not mistaken for one another.
    static func receiptText(_ bytes: [UInt8]) -> String {
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
        var word = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var groups: [String] = []
        for _ in 0..<3 {
            var group: [UInt8] = []
            for _ in 0..<4 {
                group.append(alphabet[Int(word & 31)])
                word >>= 5
            }
            groups.append(String(decoding: group, as: UTF8.self))
        }
        return groups.joined(separator: "-")
    }
}
