import RealModule

/// What was made beside what was counted: nation, regions and communes.
///
/// Distances are points for shares; for means (persons a household, persons a room) percent of the published figure. The
/// figures of persons a room are published with one decimal, so half a tenth is not counted as a distance there.
public struct CensusComparison: Sendable {
    public struct Line: Sendable {
        /// `00` for the nation, two digits for a region, a census code for a commune.
        public let area: String
        /// `total`, `urban` or `rural`; always `total` for a commune.
        public let milieu: String
        public let marginal: String
        public let published: Double
        public let made: Double
        public let distance: Double
        /// What one standard deviation of the distance would be, were each household or person drawn by chance alone.
        public let chance: Double
        /// Of how many households or persons.
        public let base: Int
    }

    /// Of the nation and the regions, in all, in town and in the country.
    public let areas: [Line]
    /// Of communes.
    public let communes: [Line]
    /// Mean of spending a person, Gini coefficient, greatest distance from the log-normal distribution function.
    public let spending: (mean: Double, gini: Double, distance: Double)
    public static let areaBound = 1.0
    public static let communeBound = 3.0
    public static let communeShare = 95.0

    /// `areas` is the census's table of nation and regions, `census` that of communes. Throws `SyntheticTableError`.
    public init(_ tally: CensusTally, census: String, areas: String) throws(SyntheticTableError) {
        let nation = tally.nation
        let marginals = CensusMarginal.all(nation)
        let published = try Published(CSVTable(census, name: "census"), key: "commune")
        let publishedAreas = try Published(CSVTable(areas, name: "census-areas"), key: "area")
        let rows = nation.tables.census
        var (byArea, byCommune): ([String: [Int]], [String: [Int]]) = ([:], [:])
        for row in rows.communes.indices {
            let milieu = rows.milieux[row] == 0 ? "urban" : "rural"
            for code in ["00", String(rows.communes[row].prefix(2))] {
                byArea["\(code) total", default: []].append(row)
                byArea["\(code) \(milieu)", default: []].append(row)
            }
            byCommune[rows.communes[row], default: []].append(row)
        }
        var lines: [Line] = []
        for (key, members) in byArea.sorted(by: { $0.key < $1.key }) {
            let (code, milieu) = (String(key.prefix(2)), String(key.dropFirst(3)))
            for marginal in marginals {
                // Persons a room of an area are rounded too much to be compared; the communes' own are taken together.
                let own = marginal.name == "people_per_room" ? nil : publishedAreas.value(code, milieu, marginal)
                let target = own ?? published.value(of: members, rows, marginal, tally)
                if let line = Self.line(code, milieu, marginal, target, members, tally) { lines.append(line) }
            }
        }
        self.areas = lines
        lines = []
        for (code, members) in byCommune.sorted(by: { $0.key < $1.key }) {
            for marginal in marginals {
                let target = published.value(of: members, rows, marginal, tally)
                if let line = Self.line(code, "total", marginal, target, members, tally) { lines.append(line) }
            }
        }
        communes = lines
        let consumption = nation.tables.consumption
        spending = tally.spending.summary(middle: consumption.middle, spread: consumption.spread)
    }

    private static func line(
        _ area: String, _ milieu: String, _ marginal: CensusMarginal, _ target: Double?, _ rows: [Int],
        _ tally: CensusTally
    ) -> Line? {
        let (part, whole) = rows.reduce((0, 0)) { ($0.0 + marginal.part(tally, $1), $0.1 + marginal.whole(tally, $1)) }
        guard let target, whole > 0 else { return nil }
        let (share, base) = (Double(part) / Double(whole), Double(whole))
        switch marginal.unit {
        case .percent:
            let expected = target / 100
            return Line(
                area: area, milieu: milieu, marginal: marginal.name, published: target, made: 100 * share,
                distance: 100 * share - target,
                chance: 100 * (max(0, expected * (1 - expected)) / base).squareRoot(), base: whole)
        case .persons:
            guard target > 0 else { return nil }
            var distance = share - target
            if marginal.name == "people_per_room" {
                distance = distance.magnitude <= 0.05 ? 0 : distance - (distance > 0 ? 0.05 : -0.05)
            }
            return Line(
                area: area, milieu: milieu, marginal: marginal.name, published: target, made: share,
                distance: 100 * distance / target, chance: 100 * (max(0, target - 1) / base).squareRoot() / target,
                base: whole)
        }
    }

    /// A table of the census by area and milieu.
    private struct Published {
        let table: CSVTable
        var rows: [String: Int] = [:]

        init(_ table: CSVTable, key: String) throws(SyntheticTableError) {
            self.table = table
            let (codes, milieux) = (try table.texts(key), try table.texts("milieu"))
            for row in codes.indices { rows["\(codes[row]) \(milieux[row])"] = row }
        }

        func value(_ code: String, _ milieu: String, _ marginal: CensusMarginal) -> Double? {
            guard let row = rows["\(code) \(milieu)"] else { return nil }
            return marginal.published { column in table.columns[column].flatMap { Double(table.rows[row][$0]) } }
        }

        /// Of several census rows together, by the households or persons that were made in each.
        func value(of members: [Int], _ census: CensusRows, _ marginal: CensusMarginal, _ tally: CensusTally) -> Double?
        {
            var (sum, weight) = (0.0, 0.0)
            for row in members {
                let base = Double(marginal.whole(tally, row))
                guard base > 0 else { continue }
                guard let own = value(census.communes[row], census.milieux[row] == 0 ? "urban" : "rural", marginal)
                else { return nil }
                sum += own * base
                weight += base
            }
            return weight > 0 ? sum / weight : nil
        }
    }
}

extension CensusComparison {
    /// Lines of the nation and the regions that are not within the bound, the farthest first.
    public var areasOutside: [Line] {
        areas.filter { $0.distance.magnitude > Self.areaBound }.sorted { $0.distance.magnitude > $1.distance.magnitude }
    }

    /// The share of communes' lines within the bound, in percent.
    public var communesWithin: Double { Self.within(communes) }

    public static func within(_ lines: [Line]) -> Double {
        guard !lines.isEmpty else { return 0 }
        return 100 * Double(lines.count { $0.distance.magnitude <= communeBound }) / Double(lines.count)
    }

    /// Whether every figure of the nation and the regions is within 1 and 95 % of the communes' within 3.
    public var holds: Bool { areasOutside.isEmpty && communesWithin >= Self.communeShare }
}
