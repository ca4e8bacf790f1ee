public import Storage

/// The tables of the social register. A person is known here by the sector's token only.
enum SocialTables {
    static let household = Table(
        "household", family: .household,
        columns: [.text("household_id"), .text("registered_at"), .integer("declaration_count"), .content("content")],
        primaryKey: ["household_id"])

    static let householdNumber = Table(
        "household_number", family: .uniqueIndex,
        columns: [.blob("index_key"), .text("household_id")], primaryKey: ["index_key"])

    /// In which household a person is now: a token stands here once.
    static let member = Table(
        "household_member", family: .uniqueIndex,
        columns: [.blob("index_key"), .text("household_id")], primaryKey: ["index_key"])

    /// Tokens of persons whose files were merged in the population register, each with the one that it leads to.
    static let alias = Table(
        "sector_alias", family: .uniqueIndex,
        columns: [.blob("index_key"), .blob("into_token", nullable: true), .integer("version")],
        primaryKey: ["index_key"])

    static let declaration = Table(
        "household_declaration", family: .household,
        columns: [
            .text("household_id"), .integer("declaration_number"), .text("declared_at"), .content("content"),
        ],
        primaryKey: ["household_id", "declaration_number"])

    static let assessment = Table(
        "household_assessment", family: .household,
        columns: [
            .text("household_id"), .integer("declaration_number"), .text("assessed_at"), .text("formula"),
            .text("formula_version"), .text("law_digest"), .content("content"),
        ],
        primaryKey: ["household_id", "declaration_number"])

    /// The texts of every law that was ever applied here, so that each score can be computed and explained again.
    static let law = Table(
        "law_archive", family: .reference,
        columns: [.text("law_digest"), .text("archived_at"), .content("files")], primaryKey: ["law_digest"])

    static let all = [household, householdNumber, member, declaration, assessment, law]

    static let count = Statement(
        "household.count", "SELECT COUNT(*) AS total FROM household", isFanOut: true)

    static let householdsAfter = Statement(
        "household.after", "SELECT household_id FROM household WHERE household_id > ? ORDER BY household_id LIMIT ?",
        isFanOut: true)
}

extension SocialRegister {
    public static let catalogue = Catalogue(
        "social", tables: SocialTables.all + [SocialTables.alias],
        statements: [SocialTables.count, SocialTables.householdsAfter])

    public static let migrations = [
        Migration(2, "social", creates: SocialTables.all), Migration(4, "aliases", creates: [SocialTables.alias]),
    ]
}
