import StrictJSON

/// Shares of invented households beside the census's, by nation, region and commune.
struct CensusReport {
    private struct Counts {
        var households = 0.0
        var members = 0.0
        var shares: [String: Double] = [:]
    }

    /// By commune and milieu.
    private var counts: [String: Counts] = [:]
    private static let amenities = ["bathroom"]
    private static let kinds: [String: String] = [
        "villa": "villa", "apartment": "apartment", "moroccanHouse": "moroccan_house",
        "traditionalHouse": "moroccan_house", "slum": "slum", "ruralDryStone": "rural_house",
        "ruralStoneClay": "rural_house", "ruralEarth": "rural_house", "other": "other_dwelling",
    ]

    mutating func add(_ facts: JSONValue) {
        let key = "\(facts["commune"]?.string ?? "")/\(facts["milieu"]?.string ?? "")"
        counts[key, default: Counts()].households += 1
        counts[key, default: Counts()].members += Double(facts["members"]?.array?.count ?? 0)
        if let kind = Self.kinds[facts["dwelling"]?["type"]?.string ?? ""] {
            counts[key, default: Counts()].shares[kind, default: 0] += 1
        }
        if facts["dwelling"]?["bathOrShower"]?.bool == true {
            counts[key, default: Counts()].shares["bathroom", default: 0] += 1
        }
    }

    /// One line a marginal of the nation and of each region, then how many are within the bounds.
    func lines(comparedWith census: [[String: String]]) -> [String] {
        var lines: [String] = []
        var (worst, within, communes) = (0.0, 0, 0)
        let names = Set(Self.kinds.values).sorted() + Self.amenities
        var areas: [String: [[String: String]]] = [:]
        for row in census {
            let commune = row["commune"] ?? ""
            areas["nation", default: []].append(row)
            areas["region \(commune.prefix(2))", default: []].append(row)
            areas["commune \(commune)", default: []].append(row)
        }
        for (area, rows) in areas.sorted(by: { $0.key < $1.key }) {
            let rows = rows.filter { counts[Self.key($0)] != nil }
            guard !rows.isEmpty else { continue }
            for name in names {
                let known = rows.filter { Double($0[name] ?? "") != nil }
                let weight: Double = known.reduce(0) { $0 + Self.number($1, "households") }
                let drawn: [Counts] = known.compactMap { counts[Self.key($0)] }
                let households: Double = drawn.reduce(0) { $0 + $1.households }
                guard weight > 0, households > 0 else { continue }
                let table: Double = known.reduce(0) { $0 + Self.number($1, name) * Self.number($1, "households") }
                let share = 100 * drawn.reduce(0) { $0 + ($1.shares[name] ?? 0) } / households
                let distance = share - table / weight
                if area.hasPrefix("commune") {
                    communes += 1
                    if distance.magnitude <= 3 { within += 1 }
                    continue
                }
                worst = max(worst, distance.magnitude)
                lines.append(
                    "\(area) \(name): census \(Self.text(table / weight)) %, made \(Self.text(share)) %, \(Self.text(distance)) points"
                )
            }
        }
        lines.append("greatest distance of the nation and the regions: \(Self.text(worst)) points")
        if communes > 0 {
            lines.append("communes' marginals within 3 points: \(Self.text(100 * Double(within) / Double(communes))) %")
        }
        return lines
    }

    private static func number(_ row: [String: String], _ name: String) -> Double { Double(row[name] ?? "") ?? 0 }

    private static func key(_ row: [String: String]) -> String { "\(row["commune"] ?? "")/\(row["milieu"] ?? "")" }

    private static func text(_ value: Double) -> String { String((value * 100).rounded() / 100) }
}
