public import RecordStore
public import Storage

enum AgencyTables {
    static let staffFamily = Family("staff", key: "staff_id")

    static let staff = Table(
        "staff_member", family: staffFamily,
        columns: [.text("staff_id"), .text("roles"), .content("content")], primaryKey: ["staff_id"])

    static let signInName = Table(
        "staff_sign_in_name", family: .uniqueIndex,
        columns: [.blob("index_key"), .text("staff_id")], primaryKey: ["index_key"])

    /// A session is found by the keyed hash of its cookie; the cookie itself is nowhere.
    static let session = Table(
        "web_session", family: .uniqueIndex,
        columns: [
            .blob("index_key"), .text("holder_kind"), .text("holder_id"), .text("roles"), .text("opened_at"),
            .text("expires_at"), .text("closed_at", nullable: true),
        ],
        primaryKey: ["index_key"])

    static let all = [staff, signInName, session]

    static let staffCount = Statement(
        "staff_member.count", "SELECT COUNT(*) AS total FROM staff_member", isFanOut: true)
}

extension Agency {
    public static let catalogue = Catalogue("agency", tables: AgencyTables.all, statements: [AgencyTables.staffCount])

    public static let migrations = [Migration(3, "agency", creates: AgencyTables.all)]

    /// What must hold among the register's rows.
    public static let integrity = IntegrityRules(
        seals: [IntegrityRules.Seal(AgencyTables.staff, kind: "staff", column: "staff_id")],
        references: [
            IntegrityRules.Reference(AgencyTables.signInName, ["staff_id"], to: AgencyTables.staff, ["staff_id"]),
            IntegrityRules.Reference(AgencyTables.staff, ["staff_id"], to: AgencyTables.signInName, ["staff_id"]),
        ])
}
