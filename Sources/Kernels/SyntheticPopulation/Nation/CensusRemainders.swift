/// What a region's published figure leaves for those of its communes whose own is not published.
struct CensusRemainders {
    private let areas: CSVTable
    private let households: [Double]
    /// Rows of communes by region and milieu, and the row of the region's own figure.
    private var groups: [(rows: [Int], area: Int)] = []

    init(
        _ areas: CSVTable, _ codes: [String], _ milieu: [Int], _ households: [Double]
    ) throws(SyntheticTableError) {
        self.areas = areas
        self.households = households
        var members: [String: [Int]] = [:]
        for row in codes.indices {
            members["\(codes[row].prefix(2)) \(milieu[row] == 0 ? "urban" : "rural")", default: []].append(row)
        }
        let (regions, milieux) = (try areas.texts("area"), try areas.texts("milieu"))
        for area in regions.indices {
            guard let rows = members["\(regions[area]) \(milieux[area])"] else { continue }
            groups.append((rows, area))
        }
    }

    /// Weighs by households; a percentage stays between 0 and 100. Throws `SyntheticTableError`.
    func fill(_ values: inout [Double], _ column: String) throws(SyntheticTableError) {
        guard areas.columns[column] != nil, values.contains(where: \.isNaN) else { return }
        let published = try areas.numbers(column, empty: .nan)
        for (rows, area) in groups where !published[area].isNaN {
            let missing = rows.filter { values[$0].isNaN }
            guard !missing.isEmpty else { continue }
            let whole = rows.reduce(0) { $0 + households[$1] } * published[area]
            let known = rows.reduce(0) { $0 + (values[$1].isNaN ? 0 : values[$1] * households[$1]) }
            let weight = missing.reduce(0) { $0 + households[$1] }
            guard weight > 0 else { continue }
            for row in missing { values[row] = min(100, max(0, (whole - known) / weight)) }
        }
    }
}
