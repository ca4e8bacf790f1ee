public import Quantities
import RealModule
import StrictJSON

/// Households that nobody lives in, drawn from a census's tables, for demonstrations and for tests of scale.
///
/// A household is a pure function of seed, index and date: the same whatever others are asked for, on every machine of
/// one architecture. Communes come up by their census households; size, ages, schooling, work, dwelling and equipment
/// follow the commune's figures as far as the census gives them and the demonstration's parameters beyond; spending by
/// person is log-normal within town and country. Each household is drawn on its own: nothing forces totals of a commune
/// to agree.
public struct SyntheticPopulation: Sendable {
    let census: CensusRows
    let tables: DemonstrationTables

    /// Reads the tables; `isIncluded` says which communes may come up, by census code.
    ///
    /// Throws `SyntheticTableError` naming table, row and column at fault.
    public init(
        _ texts: SyntheticTables, communes isIncluded: (String) -> Bool = { _ in true }
    ) throws(SyntheticTableError) {
        let census = try CSVTable(texts.census, name: "census")
        tables = try DemonstrationTables(texts, census: census)
        self.census = try CensusRows(census, further: tables.dwellings + tables.languages, where: isIncluded)
    }

    /// The household with this index as it stands on `asOf`.
    ///
    /// Equal arguments give equal households. Ages are counted on `asOf`, so another date moves birth dates with it.
    public func household(_ index: UInt64, seed: UInt64, asOf: CivilDate) -> SyntheticHousehold {
        var place = RandomStream(seed: seed, index: index, concern: .place)
        let row = census.row(at: place.unit())
        var draft = HouseholdDraft(
            seed: seed, index: index, asOf: asOf, row: row, milieu: census.milieux[row], level: place.normal())
        compose(&draft)
        school(&draft)
        employ(&draft)
        insure(&draft)
        let facts = facts(of: draft)
        return SyntheticHousehold(
            facts: facts, persons: identify(draft, phones: facts["assets"]?["mobilePhones"]?.integer ?? 0),
            spendingPerPerson: spendingPerPerson(draft))
    }

    func parameter(_ key: String, _ draft: HouseholdDraft) -> Double {
        guard let values = tables.parameters[key] else { preconditionFailure("\(key) is not among the needed keys") }
        return values[draft.milieu]
    }

    func age(_ column: String, _ age: Int) -> Double {
        guard let values = tables.ages[column] else { preconditionFailure("\(column) is not among the needed columns") }
        return values[min(age / 5, 15)]
    }

    /// The first of `values` where the country's tables say nothing about this case.
    func draw(_ draw: String, _ given: String, _ draft: HouseholdDraft, _ stream: inout RandomStream) -> String? {
        tables.weights["\(draw) \(given)"]?[draft.milieu].draw(&stream)
    }

    /// In the currency's main unit, a person and year.
    func spendingPerPerson(_ draft: HouseholdDraft) -> Double {
        let (spread, tilt) = (parameter("spendingSpread", draft), parameter("spendingSizeTilt", draft))
        // Larger households are poorer, which would lower the mean over persons; divided out again.
        let size = census.value("size", draft.row)
        let correction = (1 + (size - 1) * Double.exp(-tilt * spread)) / size
        return parameter("spendingMean", draft) / correction * Double.exp(spread * draft.level - spread * spread / 2)
    }
}

/// A household on its way: what was drawn so far.
struct HouseholdDraft {
    let seed: UInt64
    let index: UInt64
    let asOf: CivilDate
    let row: Int
    /// 0 urban, 1 rural.
    let milieu: Int
    /// Standard of living, standard normal within the milieu.
    let level: Double
    var familyNuclei = 1
    var members: [MemberDraft] = []

    func stream(_ concern: RandomStream.Concern) -> RandomStream {
        RandomStream(seed: seed, index: index, concern: concern)
    }

    var spouse: MemberDraft? { members.first { $0.relationship == .spouse } }
}

/// A member on the way: every value has the name it has in the facts.
struct MemberDraft {
    enum Relationship: String { case head, spouse, child, parent, sibling, other }

    let relationship: Relationship
    let isMale: Bool
    var birthDate: CivilDate
    var yearOnly = false
    let age: Int
    var school = "none"
    var educationLevel = "none"
    var literate = false
    var diploma = "none"
    var activity = "other"
    var occupation: String?
    var employmentStatus: String?
    var regularIncome = false
    var healthCover = "none"
    var publicPay = false
    var pension = false
    var familyAllowance = false
    var fatherDeceased = false
    var severeDisability = false

    var sex: String { isMale ? "male" : "female" }
}
