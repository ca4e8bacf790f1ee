public import RecordStore
public import Storage

/// The tables of the population register.
enum PopulationTables {
    /// One row an application, its identifier being the person's to be; `state` is the fold of its acts.
    static let application = Table(
        "application", family: .person,
        columns: [.text("person_id"), .text("state"), .text("changed_at"), .integer("act_count")],
        primaryKey: ["person_id"], indexes: [["state", "changed_at"]])

    static let act = Table(
        "application_act", family: .person,
        columns: [
            .text("person_id"), .integer("act_number"), .text("act"), .text("done_at"), .text("actor_kind"),
            .text("actor_id"), .content("content"),
        ],
        primaryKey: ["person_id", "act_number"])

    static let person = Table(
        "person", family: .person,
        columns: [.text("person_id"), .text("accepted_at"), .content("content")], primaryKey: ["person_id"])

    /// Civil numbers ever issued or reserved; rows are never removed, so that no number is used twice.
    static let civilNumber = Table(
        "civil_number", family: .uniqueIndex,
        columns: [.blob("index_key"), .text("person_id", nullable: true), .text("issued_at")], primaryKey: ["index_key"]
    )

    static let document = Table(
        "identity_document", family: .uniqueIndex,
        columns: [.blob("index_key"), .text("person_id")], primaryKey: ["index_key"])

    static let sectorToken = Table(
        "sector_token", family: .uniqueIndex,
        columns: [.blob("index_key"), .text("person_id"), .text("sector")], primaryKey: ["index_key"])

    static let receipt = Table(
        "application_receipt", family: .uniqueIndex,
        columns: [.blob("index_key"), .text("person_id")], primaryKey: ["index_key"])

    static let oneTimeCode = Table(
        "one_time_code", family: .person,
        columns: [
            .text("person_id"), .blob("code"), .text("expires_at"), .integer("attempts_left"),
        ],
        primaryKey: ["person_id"])

    static let all = [application, act, person, civilNumber, document, sectorToken, receipt, oneTimeCode]

    static let acts = Statement(
        "application_act.ofPerson",
        "SELECT \(act.columnList) FROM application_act WHERE person_id = ? ORDER BY act_number")

    static let queue = Statement(
        "application.queue",
        "SELECT person_id, state, changed_at, act_count FROM application WHERE state = ? ORDER BY changed_at LIMIT ?",
        isFanOut: true)

    static let personsAfter = Statement(
        "person.after", "SELECT person_id FROM person WHERE person_id > ? ORDER BY person_id LIMIT ?", isFanOut: true)

    static let personCount = Statement("person.count", "SELECT COUNT(*) AS total FROM person", isFanOut: true)

    static let countByState = Statement(
        "application.countByState", "SELECT state, COUNT(*) AS total FROM application GROUP BY state", isFanOut: true)
}

extension PopulationRegister {
    public static let catalogue = Catalogue(
        "population", tables: PopulationTables.all + DuplicateTables.all + PrintTables.all,
        statements: [
            PopulationTables.acts, PopulationTables.queue, PopulationTables.countByState, PopulationTables.personsAfter,
            PopulationTables.personCount,
        ] + DuplicateTables.statements + PrintTables.statements)

    /// Tables whose rows follow from those of others.
    public static let derivedRows = [DuplicateTables.listsOfEntries]

    public static let migrations = [
        Migration(2, "population", creates: PopulationTables.all),
        Migration(5, "duplicates", creates: DuplicateTables.all),
        Migration(6, "prints", creates: PrintTables.all),
    ]
}
