import PopulationRegister
public import RecordStore
public import Storage

extension SocialRegister {
    /// What must hold among the register's rows.
    public static let integrity: IntegrityRules = {
        typealias Reference = IntegrityRules.Reference
        let id = ["household_id"]
        let number = ["household_id", "declaration_number"]
        let (household, declaration) = (SocialTables.household, SocialTables.declaration)
        return IntegrityRules(
            seals: [household, declaration, SocialTables.assessment].map {
                IntegrityRules.Seal($0, kind: "household", column: "household_id")
            },
            references: [
                Reference(household, id, to: SocialTables.householdNumber, id),
                Reference(SocialTables.householdNumber, id, to: household, id),
                Reference(SocialTables.member, id, to: household, id),
                Reference(declaration, id, to: household, id),
                Reference(household, ["household_id", "declaration_count"], to: declaration, number),
                Reference(declaration, number, to: SocialTables.assessment, number),
                Reference(SocialTables.assessment, number, to: declaration, number),
                Reference(SocialTables.assessment, ["law_digest"], to: SocialTables.law, ["law_digest"]),
            ])
    }()

    /// That the programmes' decisions are of declarations that are there.
    public static func reference(from table: Table) -> IntegrityRules.Reference {
        let number = ["household_id", "declaration_number"]
        return IntegrityRules.Reference(table, number, to: SocialTables.assessment, number)
    }

    /// That each member of a household is a person of the population register.
    public static let members = PopulationRegister.tokenReference(from: SocialTables.member, column: "index_key")
}
