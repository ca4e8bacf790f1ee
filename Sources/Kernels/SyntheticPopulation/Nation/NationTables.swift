import RealModule

/// What is asked of the census and of the parameters for each household, worked out once for each census row.
final class NationTables: @unchecked Sendable {
    /// Whether a household has something: the chance by row, and how strongly it goes with the standard of living.
    enum Trait: Int, CaseIterable {
        case bathroom, electricity, runningWater, cookingGas, owner, meter, garage, computers, satelliteDish
        case fixedTelephone, cars, motorcycles, secondHome, businessPremises, nonAgriculturalLand, irrigatedLand
        case cattle, loan, privateSchool, femaleHead

        var correlation: Float {
            switch self {
            case .computers, .cars: 0.6
            case .privateSchool: 0.7
            case .secondHome, .businessPremises, .nonAgriculturalLand, .irrigatedLand: 0.35
            case .loan: 0.3
            case .cattle: 0.2
            case .motorcycles, .owner: 0.1
            case .femaleHead: 0
            default: 0.45
            }
        }
    }

    static let traits = Trait.allCases.count
    static let ageGroups = 16
    static let enrolGroups = 5
    static let employments = 6

    let census: CensusRows
    let rows: Int
    let regions: [String]
    let region: [Int32]
    let milieu: [Int]
    let communeDigits: [Int32]
    let dwellingKinds: [String]
    let dwellingTypes: [String]
    let consumption: NationConsumption
    let choices: NationChoices
    let families: NationFamilies
    /// Households of a row up to `size`, as shares of 2^32.
    let sizes: [UInt32]
    let meanSize: [Float]
    let traitShare: [Float]
    let traitBound: [Float]
    /// Kinds above the first, poorest one: shares of each kind and those above, and their bounds.
    let dwellingShare: [Float]
    let dwellingBound: [Float]
    let personsPerRoom: [Float]
    /// Shares of the row's persons by sex (men, then women) and age group.
    let cells: [SIMD16<Float>]
    let illiterateShare: [Float]
    let literateBound: [Float]
    let activeShare: [Float]
    let activeBound: [Float]
    let unemployedShare: [Float]
    let unemployedBound: [Float]
    let schoolShare: [Float]
    let enrolBound: [Float]
    let educationShare: [Float]
    let educationBound: [Float]
    let employmentShare: [Float]
    let disabilityShare: [Float]
    /// By level, then age group.
    let educationShift: [Float]
    /// The row of positions that begin with these 16 bits, or one before it.
    let guide: [Int32]
    let upTo: [UInt64]

    init(_ census: CensusRows, _ tables: DemonstrationTables, _ spending: CSVTable) throws(SyntheticTableError) {
        let normal = NormalTable.shared
        self.census = census
        rows = census.communes.count
        let all = 0..<rows
        milieu = census.milieux
        let codes = Array(Set(census.communes.map { String($0.prefix(2)) })).sorted()
        regions = codes
        region = census.communes.map { Int32(codes.firstIndex(of: String($0.prefix(2))) ?? 0) }
        communeDigits = census.communes.map(Self.digits)
        func lift(_ kind: String) -> Double { tables.weights["dwellingLift \(kind)"]?[0].weights.first ?? 0 }
        let kinds = tables.dwellings.sorted { (lift($0), $0) < (lift($1), $1) }
        dwellingKinds = kinds
        choices = try NationChoices(tables, kinds)
        dwellingTypes = choices.dwellingTypes
        families = NationFamilies(tables, census)

        func value(_ column: String, _ row: Int) -> Double { census.value(column, row) }
        func share(_ column: String, _ row: Int) -> Double { census.value(column, row) / 100 }
        func parameter(_ key: String, _ row: Int) -> Double { tables.parameters[key]?[census.milieux[row]] ?? 0 }
        func age(_ column: String, _ group: Int) -> Double { tables.ages[column]?[group] ?? 0 }

        let largest = (0...1).map {
            min(SyntheticNation.mostMembers, Int(tables.parameters["largestHousehold"]?[$0] ?? 14))
        }
        var (sizes, means): ([UInt32], [Float]) = ([], [])
        for row in all {
            let mean = min(9, max(1, value("population", row) / census.households(row)))
            let distribution = NationConsumption.sizes(mean: mean, largest: largest[census.milieux[row]])
            means.append(Float(distribution.mean))
            var sum = 0.0
            for size in 1...SyntheticNation.mostMembers {
                sum += size <= distribution.shares.count ? distribution.shares[size - 1] : 0
                sizes.append(UInt32(min(Double(UInt32.max), (sum * 0x1p32).rounded())))
            }
        }
        self.sizes = sizes
        meanSize = means

        var (traitShare, traitBound): ([Float], [Float]) = ([], [])
        for row in all {
            for trait in Trait.allCases {
                let chance =
                    switch trait {
                    case .bathroom: share("bathroom", row)
                    case .electricity: share("electricity", row)
                    case .runningWater: share("running_water", row)
                    case .cookingGas: share("cooking_gas", row)
                    case .owner: share("owner", row)
                    case .meter: share("electricity", row) * parameter("ownMeter", row)
                    case .motorcycles: min(0.9, parameter("motorcycles", row) + share("commute_motorcycle", row))
                    case .cattle: parameter("cattleOwners", row)
                    case .femaleHead: parameter("femaleHeads", row)
                    default: parameter("\(trait)", row)
                    }
                traitShare.append(Float(chance))
                traitBound.append(normal.quantile(1 - chance))
            }
        }
        (self.traitShare, self.traitBound) = (traitShare, traitBound)

        var (dwellingShare, dwellingBound): ([Float], [Float]) = ([], [])
        for row in all {
            let total = kinds.reduce(0) { $0 + value($1, row) }
            for place in 1..<kinds.count {
                let above = kinds[place...].reduce(0) { $0 + value($1, row) } / max(total, 1)
                dwellingShare.append(Float(above))
                dwellingBound.append(normal.quantile(1 - above))
            }
        }
        (self.dwellingShare, self.dwellingBound) = (dwellingShare, dwellingBound)
        personsPerRoom = all.map { Float(max(0.4, value("people_per_room", $0))) }

        var cells: [SIMD16<Float>] = []
        for row in all {
            for sex in 0...1 {
                let ages = census.ages(isMale: sex == 0, row)
                let scale = (sex == 0 ? share("male", row) : 1 - share("male", row)) / max(1, ages.reduce(0, +))
                cells.append(SIMD16(ages.map { Float($0 * scale) }))
            }
        }
        self.cells = cells

        var (illiterate, literateBound, active, activeBound): ([Float], [Float], [Float], [Float]) = ([], [], [], [])
        var (unemployed, unemployedBound): ([Float], [Float]) = ([], [])
        var (education, educationBound): ([Float], [Float]) = ([], [])
        for row in all {
            for sex in ["male", "female"] {
                let (illiterateRate, activeRate) = (share("\(sex)_illiterate", row), share("\(sex)_active", row))
                illiterate.append(Float(illiterateRate))
                active.append(Float(activeRate))
                for group in 0..<Self.ageGroups {
                    literateBound.append(normal.quantile(min(0.97, illiterateRate * age("illiterate", group))))
                    activeBound.append(normal.quantile(1 - min(0.97, activeRate * age("active", group))))
                }
                unemployed.append(share("\(sex)_unemployed", row).asFloat)
                unemployedBound.append(normal.quantile(1 - share("\(sex)_unemployed", row)))
                // The published levels are of all ages; what the young have not is made up for by feedback.
                let none = share("\(sex)_education_none", row) + share("\(sex)_education_preschool", row)
                let higher = share("\(sex)_education_higher", row)
                let upper = higher + share("\(sex)_education_upper_secondary", row)
                for chance in [1 - none, upper, higher] {
                    education.append(Float(chance))
                    educationBound.append(normal.quantile(1 - min(0.95, chance / 0.8)))
                }
            }
        }
        (illiterateShare, self.literateBound) = (illiterate, literateBound)
        (activeShare, self.activeBound) = (active, activeBound)
        (unemployedShare, self.unemployedBound) = (unemployed, unemployedBound)
        (educationShare, self.educationBound) = (education, educationBound)
        educationShift = (0..<3).flatMap { level in
            (0..<Self.ageGroups).map { group -> Float in
                let factor = level == 0 ? 1 / max(0.3, age("illiterate", group)) : max(0.1, age("higher", group))
                return -Float(Double.log(factor)) * (level == 2 ? 0.6 : 0.4)
            }
        }
        schoolShare = all.map { share("schooling", $0).asFloat }
        enrolBound = all.flatMap { row in
            (0..<Self.enrolGroups).map { group in
                // Where nearly all men work, few of the grown-up are at school.
                let free = group < 2 ? 1 : min(1, (1 - share("male_active", row)) / 0.2)
                return normal.quantile(
                    1 - share("schooling", row) * (group == 0 ? 1 : age("enrolled", group + 1) * free))
            }
        }
        employmentShare = all.flatMap { row -> [Float] in
            let known = CensusRows.employment.map { share($0, row) }
            // Apprentices, members of cooperatives and the rest are paid by somebody: employees.
            return known.map(\.asFloat) + [max(0, 1 - known.reduce(0, +)).asFloat]
        }
        disabilityShare = all.map { Float(share("disability", $0) * parameter("severeDisability", $0)) }
        consumption = try NationConsumption(spending, census, sizes: sizes, meanSize: means)

        let total = census.cumulativeHouseholds.last ?? 1
        let ends = census.cumulativeHouseholds.map { $0 >= total ? UInt64.max : UInt64($0 / total * 0x1p64) }
        upTo = ends
        var (guide, place): ([Int32], Int) = ([], 0)
        for prefix in 0..<65_536 {
            while ends[place] <= UInt64(prefix) << 48, place < ends.count - 1 { place += 1 }
            guide.append(Int32(place))
        }
        self.guide = guide
    }

    /// The row that holds a position when all households are lined up; 2^64 of them.
    @inline(__always)
    func row(at position: UInt64) -> Int {
        var row = Int(guide[Int(position >> 48)])
        while upTo[row] <= position, row < rows - 1 { row &+= 1 }
        return row
    }

    /// A census code as a number: its last part counts two digits.
    static func digits(_ code: String) -> Int32 {
        let parts = code.split(separator: ".")
        return (Int32(parts.dropLast().joined()) ?? 0) * 100 + (parts.last.flatMap { Int32($0) } ?? 0)
    }
}

extension Double {
    fileprivate var asFloat: Float { Float(self) }
}
