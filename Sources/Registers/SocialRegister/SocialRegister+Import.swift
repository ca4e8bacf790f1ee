public import PopulationRegister
public import Quantities
public import RecordStore
import Rules
import StrictJSON

extension SocialRegister {
    /// Brings in households of a file and notes how far it is done, in one transaction.
    ///
    /// Each is declared as by `declare`, with a leaf of its own; a household with a number that nobody has keeps it. The
    /// members' numbers are resolved before, in one act of the population register. Refused are the rows whose
    /// declaration would be. Throws `RecordError` (`placeMoved`), `StorageError`.
    ///
    /// - Parameter next: the place in the file after this batch, given the rows that were refused here.
    public func bringIn(
        _ households: [(line: Int64, declaration: HouseholdDeclaration)], today: CivilDate, from place: BulkPlace,
        access: Access, to next: @escaping @Sendable ([RefusedRow]) -> BulkPlace
    ) async throws -> BulkPlace {
        let numbers = households.flatMap { [$0.declaration.declarant] + $0.declaration.memberNumbers }
        var persons =
            numbers.isEmpty
            ? [][...] : try await population.introduceToSocialSector(numbers, access: access)[...]
        var ready: [Ready] = []
        var refused: [RefusedRow] = []
        for (line, declaration) in households {
            let introduced = Array(persons.prefix(1 + declaration.memberNumbers.count))
            persons = persons.dropFirst(introduced.count)
            do {
                let prepared = try prepare(declaration, introduced: introduced, today: today)
                ready.append(
                    Ready(
                        line: line, declaration: declaration, prepared: prepared,
                        assessment: try law.assess(prepared.facts)))
            } catch {
                refused.append(try RefusedRow(line: line, refusal: error))
            }
        }
        let (waiting, unfit) = (ready, refused)
        return try await records.perform("household.importBatch", access: access) { transaction in
            var refused = unfit
            for household in waiting {
                // A refusal is an answer of the inner act: what it has read stands in its leaf.
                let outcome = transaction.perform("household.declare", purpose: access.purpose) { inner in
                    Result {
                        try keep(
                            household.declaration, household.prepared, household.assessment, bringsNumber: true,
                            in: inner)
                    }
                }
                if case .failure(let error) = outcome {
                    refused.append(try RefusedRow(line: household.line, refusal: error))
                }
            }
            let reached = next(refused)
            try transaction.move(from: place, to: reached)
            transaction.note("accepted", String(households.count - refused.count))
            return reached
        }
    }

    /// How far a file was brought in; nil for one that is new here.
    public func importPlace(source: String) async throws -> BulkPlace? { try await records.bulkPlace(source: source) }

    private struct Ready: Sendable {
        let line: Int64
        let declaration: HouseholdDeclaration
        let prepared: Prepared
        let assessment: Assessment
    }
}

extension RefusedRow {
    /// The reasons of a refusal; any other error is thrown on.
    init(line: Int64, refusal error: any Error) throws {
        switch error {
        case let error as DocumentRefusal: self.init(line: line, error.problems)
        case let error as FactsRefusal:
            self.init(
                line: line,
                problems: error.problems.map {
                    Problem(
                        field: $0.path.isEmpty ? "facts" : "facts.\($0.path)", code: "\($0.code)", reason: $0.message)
                })
        case let error as SocialError:
            self.init(
                line: line, problems: [Problem(field: "householdNumber", code: error.code, reason: error.message)])
        default: throw error
        }
    }
}
