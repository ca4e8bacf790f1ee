/// One figure that the census publishes for each commune, and how what was made is counted for it.
struct CensusMarginal: Sendable {
    enum Unit: String, Sendable {
        /// Distances are points.
        case percent
        /// Distances are percent of the published figure, which has one decimal.
        case persons
    }

    let name: String
    let unit: Unit
    let part: @Sendable (CensusTally, Int) -> Int
    let whole: @Sendable (CensusTally, Int) -> Int
    /// The published figure from a row of the census, by column name.
    let published: @Sendable ((String) -> Double?) -> Double?

    static func all(_ nation: SyntheticNation) -> [CensusMarginal] {
        var all: [CensusMarginal] = [
            CensusMarginal(
                name: "size", unit: .persons, part: { $0.count($1, .persons) }, whole: { $0.count($1, .households) },
                published: { value in
                    guard let persons = value("population"), let households = value("households"), households > 0
                    else { return nil }
                    return persons / households
                }),
            CensusMarginal(
                name: "people_per_room", unit: .persons, part: { $0.count($1, .persons) },
                whole: { $0.count($1, .rooms) }, published: { $0("people_per_room") }),
        ]
        for (place, kind) in nation.tables.dwellingKinds.enumerated() {
            all.append(
                CensusMarginal(
                    name: kind, unit: .percent, part: { $0.kind($1, place) }, whole: { $0.count($1, .households) },
                    published: { $0(kind) }))
        }
        let ofHouseholds: [(String, CensusTally.Count)] = [
            ("bathroom", .bathroom), ("electricity", .electricity), ("running_water", .runningWater),
            ("cooking_gas", .cookingGas), ("owner", .owner),
        ]
        for (name, count) in ofHouseholds {
            all.append(
                CensusMarginal(
                    name: name, unit: .percent, part: { $0.count($1, count) }, whole: { $0.count($1, .households) },
                    published: { $0(name) }))
        }
        all.append(
            CensusMarginal(
                name: "male", unit: .percent, part: { $0.count($1, sex: 0, .persons) },
                whole: { $0.count($1, .persons) }, published: { $0("male") }))
        all.append(
            CensusMarginal(
                name: "schooling", unit: .percent, part: { $0.count($1, .enrolled6to11) },
                whole: { $0.count($1, .aged6to11) }, published: { $0("schooling") }))
        for (sex, name) in ["male", "female"].enumerated() { all += ofSex(sex, name) }
        let employments: [(String, CensusTally.Count)] = [
            ("employer", .employer), ("self_employed", .selfEmployed), ("public_sector", .publicSector),
            ("family_worker", .familyWorker),
        ]
        for (name, count) in employments {
            all.append(
                CensusMarginal(
                    name: name, unit: .percent, part: { $0.count($1, count) }, whole: { $0.count($1, .employed) },
                    published: { $0(name) }))
        }
        return all
    }

    private static func ofSex(_ sex: Int, _ prefix: String) -> [CensusMarginal] {
        func marginal(
            _ name: String, _ part: CensusTally.SexCount, of whole: CensusTally.SexCount,
            _ published: @escaping @Sendable ((String) -> Double?) -> Double?
        ) -> CensusMarginal {
            CensusMarginal(
                name: "\(prefix)_\(name)", unit: .percent, part: { $0.count($1, sex: sex, part) },
                whole: { $0.count($1, sex: sex, whole) }, published: published)
        }
        func sum(_ columns: [String]) -> @Sendable ((String) -> Double?) -> Double? {
            { value in
                var sum = 0.0
                for column in columns {
                    guard let part = value("\(prefix)_\(column)") else { return nil }
                    sum += part
                }
                return sum
            }
        }
        var all = [
            marginal("illiterate", .illiterate, of: .adults, sum(["illiterate"])),
            marginal("education_none", .noSchooling, of: .persons, sum(["education_none", "education_preschool"])),
            marginal("education_basic", .basic, of: .persons, sum(["education_primary", "education_lower_secondary"])),
            marginal("education_secondary", .secondary, of: .persons, sum(["education_upper_secondary"])),
            marginal("education_higher", .higher, of: .persons, sum(["education_higher"])),
            marginal("active", .active, of: .adults, sum(["active"])),
            marginal("unemployed", .unemployed, of: .active, sum(["unemployed"])),
        ]
        for (group, ages) in CensusRows.ageGroups.enumerated() {
            all.append(
                CensusMarginal(
                    name: "\(prefix)_age_\(ages)", unit: .percent, part: { $0.aged($1, sex: sex, group) },
                    whole: { $0.count($1, sex: sex, .persons) }, published: { $0("\(prefix)_age_\(ages)") }))
        }
        return all
    }
}
