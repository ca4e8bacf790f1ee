public import RecordStore
import Storage

extension PopulationRegister {
    /// The persons after an identifier, in the order of identifiers; each reading stands in the page's leaf.
    ///
    /// Throws `VaultError` for a row that was changed.
    public func page(after id: String, limit: Int, access: Access) async throws -> [PersonRecord] {
        try await records.perform("person.export", access: access) { transaction in
            try transaction.query(PopulationTables.personsAfter, [.text(id), .integer(Int64(limit))]).map { row in
                let id = try row.text("person_id")
                guard let person = try person(id: id, in: transaction) else {
                    throw PopulationError.noSuchApplication
                }
                return person
            }
        }
    }

    /// How many persons hold a number.
    public func personCount() async throws -> Int {
        try await records.lookUp { Int(try $0.query(PopulationTables.personCount, []).first?.integer("total") ?? 0) }
    }
}
