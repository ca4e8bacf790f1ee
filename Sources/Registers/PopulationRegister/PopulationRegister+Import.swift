import CivilNumber
import Quantities
public import RecordStore
import Storage
import StrictJSON

/// A person of a file with everything sealed that is to be kept, not yet in the register.
public struct PreparedPerson: Sendable {
    let line: Int64
    let person: ImportedPerson
    let id: String
    let number: CivilNumber
    let numberKey: SQLValue
    let documentKeys: [SQLValue]
    let candidateKeys: [CandidateLists.Prepared]
    let draft: RecordDraft
}

extension PopulationRegister {
    /// Seals persons of a file, each with a leaf of its own; may run on all cores at once.
    ///
    /// - Parameter isSearched: whether they are to be put under the keys of the search for duplicates.
    public func prepare(
        _ persons: [(line: Int64, person: ImportedPerson)], isSearched: Bool, access: Access
    ) throws -> [PreparedPerson] {
        let drafting = records.drafting("person.import", access: access)
        let preparation = ImportPreparation(drafting: drafting, register: self, isSearched: isSearched)
        return try persons.map { line, person in
            try preparation.prepare(line, person, number: person.civilNumber ?? preparation.draw())
        }
    }

    /// Brings in persons and notes how far the file is done, in one transaction; returns the rows that were refused.
    ///
    /// A person gets the number of the file, where it is free, or a fresh one. Refused are documents and numbers that are
    /// used, and witnesses that do not qualify. Throws `RecordError` (`placeMoved`), `StorageError`.
    ///
    /// - Parameters:
    ///   - isSearched: whether they are put under the keys of the search for duplicates at once; otherwise
    ///     `completeCandidateLists` does it.
    ///   - areNew: whether nobody is looked for who has these numbers and documents already. Where somebody has, it ends
    ///     with `StorageError` (`duplicateKey`), and nothing of the batch is in.
    ///   - next: the place in the file after this batch, given the rows that were refused here.
    public func bringIn(
        _ persons: [PreparedPerson], isSearched: Bool, areNew: Bool = false, from place: BulkPlace, access: Access,
        to next: @escaping @Sendable ([RefusedRow]) -> BulkPlace
    ) async throws -> BulkPlace {
        try await records.perform("person.importBatch", access: access) { transaction in
            let preparation = ImportPreparation(
                drafting: records.drafting("person.import", access: access), register: self, isSearched: isSearched)
            var batch = ImportBatch(register: self, transaction: transaction, preparation: preparation)
            try batch.decide(persons, areNew: areNew)
            try transaction.append(batch.accepted.map(\.draft))
            if isSearched {
                try CandidateLists(rules: rules.duplicates, transaction: transaction)
                    .enter(batch.accepted.map { ($0.id, $0.candidateKeys) })
            } else {
                try CandidateMark(version: CandidateLists.version(rules.duplicates.keys)).withdraw(in: transaction)
            }
            let reached = next(batch.refused)
            try transaction.move(from: place, to: reached)
            transaction.note("accepted", String(batch.accepted.count))
            return reached
        }
    }

    /// How far a file was brought in; nil for one that is new here.
    public func importPlace(source: String) async throws -> BulkPlace? { try await records.bulkPlace(source: source) }
}

/// Makes the rows of a person that is brought in.
struct ImportPreparation {
    let drafting: RecordDrafting
    private let register: PopulationRegister
    private let numberIndex: @Sendable (String) -> [UInt8]
    private let candidateIndex: @Sendable (String) -> [UInt8]
    private let documentIndexes: [String: @Sendable (String) -> [UInt8]]
    private let isSearched: Bool

    init(drafting: RecordDrafting, register: PopulationRegister, isSearched: Bool) {
        self.drafting = drafting
        self.register = register
        self.isSearched = isSearched
        documentIndexes = Dictionary(
            uniqueKeysWithValues: register.rules.documentTypes.map {
                ($0.code, drafting.blindIndexer("document \($0.code)"))
            })
        numberIndex = drafting.blindIndexer("civil number")
        candidateIndex = drafting.blindIndexer("candidate key")
    }

    func draw() -> CivilNumber {
        var generator = DraftingRandom(drafting: drafting)
        return register.rules.civilNumber.draw(using: &generator)
    }

    func key(of number: CivilNumber) -> SQLValue { .blob(numberIndex(number.digits)) }

    /// - Parameter claimed: documents whose claim is already a row.
    func prepare(
        _ line: Int64, _ person: ImportedPerson, number: CivilNumber, claimed: Set<SQLValue> = [], id: String? = nil
    ) throws -> PreparedPerson {
        let content = person.content
        let id = id ?? drafting.newIdentifier()
        let numberKey = key(of: number)
        let documentKeys = content.documents.map { document -> SQLValue in
            let index = documentIndexes[document.type] ?? drafting.blindIndexer("document \(document.type)")
            return SQLValue.blob(index(document.normalisedNumber))
        }
        let at = SQLValue.text(drafting.now.description)
        let actor = drafting.access.actor
        let token = register.socialTokens.token(for: number)
        let draft = try drafting.draft(on: PopulationRegister.subject(id)) { builder in
            // The content is written as JSON once, though it stands in the act and in the person's row.
            var json = JSONWriter()
            json.open()
            json.key("application")
            content.write(to: &json)
            var kept = json
            json.close()
            kept.member("civilNumber", number.digits)
            kept.close()
            builder.insert(
                PopulationTables.application,
                [.text(id), .text(ApplicationState.accepted.rawValue), at, .integer(1)])
            builder.insert(
                PopulationTables.act,
                [
                    .text(id), .integer(1), .text(ApplicationAct.takeOver.rawValue), at, .text(actor.kind.rawValue),
                    .text(actor.id),
                    try builder.seal(json.bytes, table: PopulationTables.act, row: "\(id)/1", field: "content"),
                ])
            builder.insert(
                PopulationTables.person,
                [
                    .text(id), at,
                    try builder.seal(kept.bytes, table: PopulationTables.person, row: id, field: "content"),
                ])
            builder.insert(PopulationTables.civilNumber, [numberKey, .text(id), at])
            for key in documentKeys where !claimed.contains(key) {
                builder.insert(PopulationTables.document, [key, .text(id)])
            }
            builder.insert(
                PopulationTables.sectorToken, [.blob(token.bytes), .text(id), .text(register.socialTokens.sector)])
        }
        return PreparedPerson(
            line: line, person: person, id: id, number: number, numberKey: numberKey, documentKeys: documentKeys,
            candidateKeys: isSearched
                ? CandidateLists.prepare(content, register.rules.duplicates.keys, hash: candidateIndex) : [],
            draft: draft)
    }
}

private struct DraftingRandom: RandomNumberGenerator {
    let drafting: RecordDrafting

    func next() -> UInt64 { drafting.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

/// Who of a batch comes in: numbers and documents that are free, witnesses who qualify.
private struct ImportBatch {
    let register: PopulationRegister
    let transaction: RecordTransaction
    let preparation: ImportPreparation
    private(set) var accepted: [PreparedPerson] = []
    private(set) var refused: [RefusedRow] = []
    private var takenNumbers: Set<SQLValue> = []
    private var claims: [SQLValue: String] = [:]
    /// Those of this batch by their digits, to be witnesses of later rows.
    private var contents: [String: ApplicationContent] = [:]

    init(register: PopulationRegister, transaction: RecordTransaction, preparation: ImportPreparation) {
        self.register = register
        self.transaction = transaction
        self.preparation = preparation
    }

    mutating func decide(_ persons: [PreparedPerson], areNew: Bool) throws {
        if !areNew { try lookUp(persons) }
        for person in persons { try decide(person) }
    }

    private mutating func lookUp(_ persons: [PreparedPerson]) throws {
        let numbers = persons.map { [$0.numberKey] }
        for (key, row) in zip(numbers, try transaction.rows(PopulationTables.civilNumber, keys: numbers))
        where row != nil {
            takenNumbers.insert(key[0])
        }
        let documents = persons.flatMap { $0.documentKeys.map { [$0] } }
        for (key, row) in zip(documents, try transaction.rows(PopulationTables.document, keys: documents)) {
            if let row { claims[key[0]] = try row.text("person_id") }
        }
    }

    private mutating func decide(_ person: PreparedPerson) throws {
        var problems: [FieldProblem] = []
        var claimed: Set<SQLValue> = []
        if person.person.civilNumber != nil, takenNumbers.contains(person.numberKey) {
            problems.append(
                FieldProblem("civilNumber", .alreadyUsed, "this number was given or reserved before: leave it out"))
        }
        for (index, key) in person.documentKeys.enumerated() {
            guard let holder = claims[key] else { continue }
            // The holder may be of this batch, and then is not in the store yet.
            let state = try ApplicationFile.state(of: holder, in: transaction)
            if state == .refused || state == .withdrawn {
                claimed.insert(key)
            } else {
                problems.append(
                    FieldProblem(
                        "documents[\(index)].number", .alreadyUsed,
                        "a file with this document exists already: look it up instead"))
            }
        }
        problems += try witnessProblems(person.person.content)
        if problems.isEmpty {
            try accept(person, claimed)
        } else {
            refused.append(RefusedRow(line: person.line, problems))
        }
    }

    private mutating func accept(_ person: PreparedPerson, _ claimed: Set<SQLValue>) throws {
        var person = person
        if takenNumbers.contains(person.numberKey) || !claimed.isEmpty {
            var number = person.number
            while takenNumbers.contains(preparation.key(of: number)) { number = try free() }
            person = try preparation.prepare(
                person.line, person.person, number: number, claimed: claimed, id: person.id)
            for key in claimed {
                try transaction.update(PopulationTables.document, ["index_key": key, "person_id": .text(person.id)])
            }
        }
        takenNumbers.insert(person.numberKey)
        for key in person.documentKeys { claims[key] = person.id }
        contents[person.number.digits] = person.person.content
        accepted.append(person)
    }

    /// A number that neither the register nor this batch has.
    private func free() throws -> CivilNumber {
        while true {
            let number = preparation.draw()
            if try transaction.row(PopulationTables.civilNumber, key: [preparation.key(of: number)]) == nil {
                return number
            }
        }
    }

    private func witnessProblems(_ content: ApplicationContent) throws -> [FieldProblem] {
        guard !content.witnesses.isEmpty else { return [] }
        return try register.checkWitnesses(content, in: transaction) { contents[$0] }
    }
}
