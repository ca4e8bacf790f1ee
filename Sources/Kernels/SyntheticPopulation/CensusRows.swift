/// What a census counted in the urban or rural part of each commune, column by column.
struct CensusRows: Sendable {
    let communes: [String]
    /// 0 urban, 1 rural.
    let milieux: [Int]
    /// Households up to and including each row.
    let cumulativeHouseholds: [Double]
    private let columns: [String: [Double]]
    /// 16 percentages for each row, one behind the other.
    private let maleAges: [Double]
    private let femaleAges: [Double]

    private static let unpublished = Double.nan
    static let educationLevels = ["none", "preschool", "primary", "lower_secondary", "upper_secondary", "higher"]
    static let employment = ["employer", "self_employed", "public_sector", "private_sector", "family_worker"]
    static let ageGroups = (0..<15).map { "\($0 * 5)_\($0 * 5 + 4)" } + ["75_plus"]

    /// `further` are columns that only this country's tables ask for. Throws `SyntheticTableError`. An unpublished
    /// percentage is replaced by what `areas` leaves for it in its region and milieu, else by the mean of its milieu.
    init(
        _ table: CSVTable, further: [String], areas: CSVTable? = nil, where isIncluded: (String) -> Bool
    ) throws(SyntheticTableError) {
        let codes = try table.texts("commune")
        let milieu = try table.texts("milieu").map { $0 == "rural" ? 1 : 0 }
        let households = try table.numbers("households", empty: 0)
        var kept = codes.indices.filter { isIncluded(codes[$0]) && households[$0] > 0 }
        if kept.isEmpty {
            throw SyntheticTableError(table: "census", row: 1, message: "no commune with households is left")
        }
        kept.sort { (codes[$0], milieu[$0]) < (codes[$1], milieu[$1]) }
        communes = kept.map { codes[$0] }
        milieux = kept.map { milieu[$0] }
        var sum = 0.0
        cumulativeHouseholds = kept.map {
            sum += households[$0]
            return sum
        }
        var columns: [String: [Double]] = [:]
        let remainders = try areas.map { areas throws(SyntheticTableError) in
            try CensusRemainders(areas, codes, milieu, households)
        }
        for name in Self.needed + further {
            var values = try table.numbers(name, empty: Self.unpublished)
            try remainders?.fill(&values, name)
            var means = [0.0, 0.0]
            for place in 0...1 {
                let known = values.indices.filter { milieu[$0] == place && !values[$0].isNaN }
                let weight = known.reduce(0) { $0 + households[$1] }
                means[place] = weight > 0 ? known.reduce(0) { $0 + values[$1] * households[$1] } / weight : 0
            }
            columns[name] = kept.map { values[$0].isNaN ? means[milieu[$0]] : values[$0] }
        }
        self.columns = columns
        func ages(_ sex: String) -> [Double] {
            let groups = Self.ageGroups.map { columns["\(sex)_age_\($0)"] ?? [] }
            return kept.indices.flatMap { row in groups.map { $0[row] } }
        }
        maleAges = ages("male")
        femaleAges = ages("female")
    }

    /// Men's or women's percentages by five years of age, the last 75 and over.
    func ages(isMale: Bool, _ row: Int) -> [Double] {
        Array((isMale ? maleAges : femaleAges)[row * 16..<row * 16 + 16])
    }

    private static var needed: [String] {
        var needed = [
            "size", "people_per_room", "bathroom", "electricity", "running_water", "cooking_gas", "disability",
        ]
        needed += ["schooling", "commute_motorcycle"]
        needed += employment
        for sex in ["male", "female"] {
            needed += ageGroups.map { "\(sex)_age_\($0)" } + educationLevels.map { "\(sex)_education_\($0)" }
            needed += ["\(sex)_illiterate", "\(sex)_active", "\(sex)_unemployed"]
        }
        return needed
    }

    func value(_ column: String, _ row: Int) -> Double {
        guard let values = columns[column] else { preconditionFailure("\(column) is not among the needed columns") }
        return values[row]
    }

    /// A percentage as a share.
    func share(_ column: String, _ row: Int) -> Double { value(column, row) / 100 }

    /// The households counted in a row.
    func households(_ row: Int) -> Double { cumulativeHouseholds[row] - (row == 0 ? 0 : cumulativeHouseholds[row - 1]) }

    /// The row of the household that stands at `position` when all households are lined up; 0 ..< 1.
    func row(at position: Double) -> Int {
        let target = position * (cumulativeHouseholds.last ?? 0)
        var (low, high) = (0, cumulativeHouseholds.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulativeHouseholds[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
