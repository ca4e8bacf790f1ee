/// What a household or a member of the nation carries, by the path of the fact.
///
/// A choice is its place among `codes`, −1 for null; a date is year × 10,000 + month × 100 + day; truth is 1 and 0.
public struct NationField: Sendable {
    public enum Kind: Sendable {
        case number
        case yesNo
        case date
        case choice([String])
    }

    public let name: String
    public let kind: Kind
    /// Whether it is a fact of a declaration; otherwise only the synthesis knows it.
    public let isFact: Bool

    init(_ name: String, _ kind: Kind, isFact: Bool = true) {
        self.name = name
        self.kind = kind
        self.isFact = isFact
    }
}

/// The columns of households, in the order of a batch.
enum HouseholdColumn: Int, CaseIterable {
    case region, milieu, familyNuclei, dwelling, rooms, bathroom, meter, garage, computers, satelliteDish
    case fixedTelephone, mobilePhones, cars, motorcycles, secondHome, businessPremises, nonAgriculturalLand
    case irrigatedLand, cattle, loan, bill0, bill1, bill2, butane, telecom
    case commune, electricity, runningWater, cookingGas, owner, spendingPerPerson, declaredOn

    static let bills = "spending.waterElectricityMonthly"

    func field(_ nation: SyntheticNation) -> NationField {
        switch self {
        case .region: NationField("region", .choice(nation.tables.regions))
        case .milieu: NationField("milieu", .choice(["urban", "rural"]))
        case .familyNuclei: NationField("familyNuclei", .number)
        case .dwelling: NationField("dwelling.type", .choice(nation.tables.dwellingTypes))
        case .rooms: NationField("dwelling.rooms", .number)
        case .bathroom: NationField("dwelling.bathOrShower", .yesNo)
        case .meter: NationField("dwelling.ownElectricityMeter", .yesNo)
        case .garage: NationField("dwelling.garage", .yesNo)
        case .computers: NationField("assets.computers", .number)
        case .satelliteDish: NationField("assets.satelliteDish", .yesNo)
        case .fixedTelephone: NationField("assets.fixedTelephone", .yesNo)
        case .mobilePhones: NationField("assets.mobilePhones", .number)
        case .cars: NationField("assets.cars", .number)
        case .motorcycles: NationField("assets.motorcycles", .number)
        case .secondHome: NationField("assets.secondHome", .yesNo)
        case .businessPremises: NationField("assets.businessPremises", .yesNo)
        case .nonAgriculturalLand: NationField("assets.nonAgriculturalLand", .yesNo)
        case .irrigatedLand: NationField("assets.irrigatedLand", .yesNo)
        case .cattle: NationField("assets.cattle", .number)
        case .loan: NationField("loan", .yesNo)
        case .bill0: NationField("\(Self.bills)[0]", .number)
        case .bill1: NationField("\(Self.bills)[1]", .number)
        case .bill2: NationField("\(Self.bills)[2]", .number)
        case .butane: NationField("spending.butaneMonthly", .number)
        case .telecom: NationField("spending.telecomMonthly", .number)
        case .commune: NationField("communeDigits", .number, isFact: false)
        case .electricity: NationField("electricity", .yesNo, isFact: false)
        case .runningWater: NationField("runningWater", .yesNo, isFact: false)
        case .cookingGas: NationField("cookingGas", .yesNo, isFact: false)
        case .owner: NationField("ownerOccupied", .yesNo, isFact: false)
        case .spendingPerPerson: NationField("spendingPerPerson", .number, isFact: false)
        case .declaredOn: NationField("declaredOn", .number, isFact: false)
        }
    }
}

/// The columns of members, in the order of a batch.
enum MemberColumn: Int, CaseIterable {
    case relationship, sex, birthDate, school, educationLevel, literate, diploma, activity, occupation
    case employmentStatus, regularIncome, healthCover, publicPay, pension, familyAllowance, fatherDeceased
    case severeDisability

    static let relationships = ["head", "spouse", "child", "parent", "sibling", "other"]
    static let schools = ["none", "public", "private"]
    static let educations = ["none", "basic", "secondary", "higher"]
    static let diplomas = ["none", "school", "technical", "higher"]
    static let activities = ["working", "unemployed", "student", "home", "retired", "other"]
    static let occupations = [
        "seniorExecutive", "middleManager", "craftsman", "farmOperator", "plantOperator", "trader", "other",
    ]
    static let statuses = ["employer", "selfEmployed", "employee", "familyWorker"]
    static let covers = ["none", "ramed", "amo", "private"]

    var field: NationField {
        switch self {
        case .relationship: NationField("relationship", .choice(Self.relationships))
        case .sex: NationField("sex", .choice(["male", "female"]))
        case .birthDate: NationField("birthDate", .date)
        case .school: NationField("school", .choice(Self.schools))
        case .educationLevel: NationField("educationLevel", .choice(Self.educations))
        case .literate: NationField("literate", .yesNo)
        case .diploma: NationField("diploma", .choice(Self.diplomas))
        case .activity: NationField("activity", .choice(Self.activities))
        case .occupation: NationField("occupation", .choice(Self.occupations))
        case .employmentStatus: NationField("employmentStatus", .choice(Self.statuses))
        case .regularIncome: NationField("regularIncome", .yesNo)
        case .healthCover: NationField("healthCover", .choice(Self.covers))
        case .publicPay: NationField("publicPay", .yesNo)
        case .pension: NationField("pension", .yesNo)
        case .familyAllowance: NationField("familyAllowance", .yesNo)
        case .fatherDeceased: NationField("fatherDeceased", .yesNo)
        case .severeDisability: NationField("severeDisability", .yesNo)
        }
    }
}
