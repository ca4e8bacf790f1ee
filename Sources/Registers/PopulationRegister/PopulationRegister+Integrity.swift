public import RecordStore
public import Storage

extension PopulationRegister {
    /// What must hold among the register's rows.
    public static let integrity: IntegrityRules = {
        typealias Reference = IntegrityRules.Reference
        let (id, key) = (["person_id"], ["index_key"])
        let application = PopulationTables.application
        let ofApplications = [
            PopulationTables.act, PopulationTables.person, PopulationTables.document, PopulationTables.receipt,
            PopulationTables.oneTimeCode, DuplicateTables.entry, DuplicateTables.pair, PrintTables.record,
            PrintTables.event, PrintTables.search, PrintTables.identityCase, PrintTables.mark,
        ].map { Reference($0, id, to: application, id) }
        let ofPersons = [PopulationTables.civilNumber, PopulationTables.sectorToken].flatMap { table in
            [
                Reference(table, id, to: PopulationTables.person, id),
                Reference(PopulationTables.person, id, to: table, id),
            ]
        }
        let others = [
            Reference(application, ["person_id", "act_count"], to: PopulationTables.act, ["person_id", "act_number"]),
            Reference(application, id, to: PopulationTables.person, id) {
                $0["state"] == .text(ApplicationState.accepted.rawValue)
            },
            Reference(DuplicateTables.pair, ["candidate_id"], to: application, id),
            Reference(PrintTables.identityCase, ["candidate_id"], to: application, id),
            Reference(
                PrintTables.vote, ["person_id", "candidate_id", "round"], to: PrintTables.identityCase,
                ["person_id", "candidate_id", "round"]),
            Reference(
                PrintTables.image, ["person_id", "record_number"], to: PrintTables.record,
                ["person_id", "record_number"]),
            Reference(
                PrintTables.search, ["person_id", "order_number"], to: PrintTables.event,
                ["person_id", "order_number"]),
            Reference(
                DuplicateTables.vote, ["person_id", "candidate_id"], to: DuplicateTables.pair,
                ["person_id", "candidate_id"]),
            Reference(DuplicateTables.list, to: application, id) { row in
                guard case .blob(let files) = row["files"] else { return [] }
                return CandidateLists.identifiers(files).map { [.text($0)] }
            },
            Reference(DuplicateTables.entry, to: DuplicateTables.list, key) { row in
                guard case .blob(let lists) = row["lists"] else { return [] }
                return CandidateLists.hashes(lists).map { [$0] }
            },
        ]
        return IntegrityRules(
            seals: [
                PopulationTables.act, PopulationTables.person, DuplicateTables.pair, DuplicateTables.vote,
                PrintTables.record, PrintTables.image, PrintTables.event, PrintTables.identityCase, PrintTables.vote,
            ].map {
                IntegrityRules.Seal($0, kind: "person", column: "person_id")
            }, references: ofApplications + ofPersons + others)
    }()

    /// That rows of another register speak of applications that are there.
    public static func reference(from table: Table, column: String) -> IntegrityRules.Reference {
        IntegrityRules.Reference(table, [column], to: PopulationTables.application, ["person_id"])
    }

    /// That tokens of the social sector, kept in its own store, are of persons here.
    public static func tokenReference(from table: Table, column: String) -> IntegrityRules.Reference {
        IntegrityRules.Reference(table, [column], to: PopulationTables.sectorToken, ["index_key"])
    }
}
