import Names

extension Linker {
    /// The learned weights, to be carried to where single records are compared.
    public func carriedWeights(source: String, status: String) -> CarriedWeights {
        var fields: [String: CarriedWeights.Field] = [:]
        for (index, field) in records.fields.enumerated() {
            let corrections = Self.named(Array(weights.chance[index].dropFirst(Level.count))) { $0 }
            fields[field.name] = CarriedWeights.Field(
                match: Self.named(weights.match[index], Logarithm.exponential),
                household: field.isHousehold ? Self.named(weights.household[index], Logarithm.exponential) : nil,
                chance: Self.named(weights.chance[index], Logarithm.exponential),
                corrections: corrections.isEmpty ? nil : corrections, agreement: Self.rounded(field.agreement))
        }
        let order = records.fields.count
        return CarriedWeights(
            source: source, status: status,
            exchangedMatch: Self.rounded(Logarithm.exponential(weights.match[order][Int(Level.exchanged)])),
            exchangedHousehold: Self.rounded(Logarithm.exponential(weights.household[order][Int(Level.exchanged)])),
            fields: fields)
    }

    /// The weights as the lines of a YAML file that a `CarriedWeights` is decoded from; rare levels are left out.
    public static func lines(_ weights: CarriedWeights) -> [String] {
        func text(_ name: String, _ shares: [String: Double]?, _ least: Double) -> [String] {
            let listed = (shares ?? [:]).filter { abs($0.value) >= least }.sorted {
                ($1.value, $0.key) < ($0.value, $1.key)
            }
            let members = listed.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            return shares == nil ? [] : ["    \(name): {\(members)}"]
        }
        var lines = [
            "source: \(weights.source)", "status: \(weights.status)", "exchangedMatch: \(weights.exchangedMatch)",
            "exchangedHousehold: \(weights.exchangedHousehold)", "fields:",
        ]
        for (name, field) in weights.fields.sorted(by: { $0.key < $1.key }) {
            lines += ["  \(name):", "    agreement: \(field.agreement)"]
            lines += text("match", field.match, 1e-3) + text("household", field.household, 1e-3)
            lines += text("chance", field.chance, 5e-6) + text("corrections", field.corrections, 0)
        }
        return lines
    }

    /// The lines that `TermFrequencies` reads: values of name fields that stand in `least` records or more, their keys,
    /// and years.
    public func termLines(least: Int) -> [String] {
        var lines: [String] = []
        for (index, field) in records.fields.enumerated() {
            switch field.kind {
            case .name:
                for (column, kind) in zip(configuration.fields[index].columns, ["latin", "arabic"]) {
                    let counts = counts(of: column) { [NormalisedName($0).text] }
                    lines += Self.lines(field.name, kind, counts, least)
                }
                lines += Self.lines(field.name, "key", keyCounts(configuration.fields[index].columns), least)
            case .date:
                let years = Dictionary(
                    uniqueKeysWithValues: field.yearFrequency.map { (String($0.key), $0.value) })
                lines += Self.lines(field.name, "year", years, least)
            case .text, .code, .category: continue
            }
        }
        return lines
    }

    private func counts(of column: String, _ terms: (String) -> [String]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for record in 0..<table.count {
            for term in terms(table.value(column, record)) where !term.isEmpty { counts[term, default: 0] += 1 }
        }
        return counts
    }

    /// Each record counts once for a key, whichever script leads to it.
    private func keyCounts(_ columns: [String]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for record in 0..<table.count {
            let keys = Set(columns.flatMap { NameKeys.keys(table.value($0, record)) })
            for key in keys { counts[key, default: 0] += 1 }
        }
        return counts
    }

    private static func lines(_ field: String, _ kind: String, _ counts: [String: Int], _ least: Int) -> [String] {
        let total = Double(counts.values.reduce(0, +))
        guard total > 0 else { return [] }
        let rare = counts.filter { $0.value < least }
        let mean = rare.isEmpty ? 1 : Double(rare.values.reduce(0, +)) / Double(rare.count)
        let listed = counts.filter { $0.value >= least }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return (listed.map { ($0.key, Double($0.value)) } + [("*", mean)]).map { value, count in
            "\(field)\t\(kind)\t\(value)\t\(rounded(count / total))"
        }
    }

    private static func named(_ row: [Double], _ value: (Double) -> Double) -> [String: Double] {
        var named: [String: Double] = [:]
        for level in FieldLevel.allCases where level != .missing && level.number < row.count {
            let logarithm = row[level.number]
            // Zero stands for "no correction" and for a level that this field does not have.
            if logarithm != 0 { named[level.rawValue] = rounded(value(logarithm)) }
        }
        return named
    }

    /// Three significant digits: more would pretend to a precision that an estimate does not have.
    private static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        var scale = 1.0
        while abs(value) * scale < 100 { scale *= 10 }
        return (value * scale).rounded() / scale
    }
}
