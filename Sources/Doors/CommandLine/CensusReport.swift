import StrictJSON
import SyntheticPopulation

/// The comparison of a synthetic nation with the census, in lines: a table, then the verdict as JSON.
struct CensusReport {
    private let comparison: CensusComparison
    private let households: Int
    private let seed: UInt64
    private let published: (mean: Double, gini: Double)
    private static let worst = 12

    init(_ comparison: CensusComparison, households: Int, seed: UInt64, _ nation: SyntheticNation) {
        self.comparison = comparison
        self.households = households
        self.seed = seed
        published = nation.consumption
    }

    func print() {
        for line in lines { Output.line(line) }
        Output.line(verdict.serialized())
    }

    private var lines: [String] {
        var lines = [
            Self.row("NATION", ["census", "made", "distance", "± chance", "regions: farthest", "communes within 3"])
        ]
        let nation = comparison.areas.filter { $0.area == "00" && $0.milieu == "total" }
        let regions = Dictionary(grouping: regional.filter { $0.area != "00" }, by: \.marginal)
        let communes = Dictionary(grouping: comparison.communes, by: \.marginal)
        for line in nation {
            let farthest = Self.farthest(regions[line.marginal] ?? [], 1).first
            lines.append(
                Self.row(
                    line.marginal,
                    [
                        Self.text(line.published), Self.text(line.made), Self.text(line.distance),
                        Self.text(line.chance),
                        farthest.map { "\($0.area) \(Self.text($0.distance))" } ?? "–",
                        "\(Self.text(CensusComparison.within(communes[line.marginal] ?? []))) %",
                    ]))
        }
        lines += ["", "FARTHEST OF THE REGIONS (bound \(Self.text(CensusComparison.areaBound)))"]
        lines += Self.farthest(regional, Self.worst).map(Self.line)
        lines += ["", "FARTHEST OF THE COMMUNES (bound \(Self.text(CensusComparison.communeBound)) for 95 % of them)"]
        lines += Self.farthest(comparison.communes, Self.worst).map(Self.line)
        lines += [
            "",
            "spending a person and year: mean \(Self.text(comparison.spending.mean)) (published \(Self.text(published.mean))), "
                + "Gini \(Self.text(comparison.spending.gini, 4)) (published \(Self.text(published.gini, 4))), "
                + "greatest distance from the log-normal \(Self.text(comparison.spending.distance, 5))",
            "",
        ]
        return lines
    }

    /// Town and country together, which is what the bound is about.
    private var regional: [CensusComparison.Line] { comparison.areas.filter { $0.milieu == "total" } }

    private var verdict: JSONValue {
        let outside = regional.filter { $0.distance.magnitude > CensusComparison.areaBound }
        let holds = outside.isEmpty && comparison.communesWithin >= CensusComparison.communeShare
        return [
            "holds": .bool(holds), "households": .integer(Int64(households)), "seed": .string(String(seed)),
            "nationAndRegions": [
                "figures": .integer(Int64(regional.count)), "outside": .integer(Int64(outside.count)),
                "bound": Self.number(CensusComparison.areaBound),
                "farthest": .array(Self.farthest(regional, Self.worst).map(Self.json)),
            ],
            "communes": [
                "figures": .integer(Int64(comparison.communes.count)),
                "withinPercent": Self.number(comparison.communesWithin),
                "bound": Self.number(CensusComparison.communeBound),
                "farthest": .array(Self.farthest(comparison.communes, Self.worst).map(Self.json)),
            ],
            "spending": [
                "mean": Self.number(comparison.spending.mean), "publishedMean": Self.number(published.mean),
                "gini": Self.number(comparison.spending.gini, 4), "publishedGini": Self.number(published.gini, 4),
                "distanceFromLogNormal": Self.number(comparison.spending.distance, 5),
            ],
        ]
    }

    private static func farthest(_ lines: [CensusComparison.Line], _ count: Int) -> [CensusComparison.Line] {
        Array(lines.sorted { $0.distance.magnitude > $1.distance.magnitude }.prefix(count))
    }

    private static func line(_ line: CensusComparison.Line) -> String {
        row(
            "\(line.area) \(line.marginal)",
            [text(line.published), text(line.made), text(line.distance), text(line.chance), "of \(line.base)"])
    }

    private static func json(_ line: CensusComparison.Line) -> JSONValue {
        [
            "area": .string(line.area), "figure": .string(line.marginal), "census": number(line.published),
            "made": number(line.made), "distance": number(line.distance), "chance": number(line.chance),
            "of": .integer(Int64(line.base)),
        ]
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        padded(name, 34, left: true) + cells.map { padded($0, 18, left: false) }.joined()
    }

    private static func padded(_ text: String, _ width: Int, left: Bool) -> String {
        let space = String(repeating: " ", count: max(1, width - text.count))
        return left ? text + space : space + text
    }

    static func text(_ value: Double, _ decimals: Int = 2) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let whole = Int64((value * scale).rounded())
        let digits = String(whole.magnitude)
        let full = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return (whole < 0 ? "-" : "") + full.dropLast(decimals) + "." + full.suffix(decimals)
    }

    private static func number(_ value: Double, _ decimals: Int = 2) -> JSONValue {
        (try? JSONValue(parsing: Array(text(value, decimals).utf8))) ?? .null
    }
}
