/// A file made ready: every field's numbers, frequencies and keys.
final class PreparedRecords: @unchecked Sendable {
    struct Field: Sendable {
        let name: String
        let kind: LinkageConfiguration.Kind
        let isHousehold: Bool
        /// Numbers of the values, one array a column.
        let columns: [[UInt32]]
        let spaces: [PreparedSpace]
        /// How often each value stands in this field, one array a column.
        let frequency: [[UInt32]]
        /// How many records have a value.
        let given: [Int]
        /// A name's key, the same across scripts, by record; numbered from 1.
        let key: [UInt32]
        let keyFrequency: [UInt32]
        /// The date's year frequency, by year.
        let yearFrequency: [Int16: Int]
        /// Chance that two random records have the same value, by column.
        let agreement: [Double]
    }

    let fields: [Field]
    let count: Int
    /// The two fields that clerks exchange.
    let swappable: (Int, Int)?
    let vetoFields: [Int]

    init(_ table: RecordTable, _ configuration: LinkageConfiguration, parallel: Parallel) {
        count = table.count
        var prepared: [ObjectIdentifier: PreparedSpace] = [:]
        for field in configuration.fields {
            for column in field.columns {
                guard let space = table.spaces[column], prepared[ObjectIdentifier(space)] == nil else { continue }
                prepared[ObjectIdentifier(space)] = PreparedSpace(
                    space, kind: field.kind, firstOfJanuaryIsYear: field.firstOfJanuaryIsYear ?? false, parallel: parallel)
            }
        }
        let all = prepared
        fields = parallel.map(configuration.fields.count) { index -> Field in
            let field = configuration.fields[index]
            let columns = field.columns.map { table.columns[$0] ?? [] }
            let spaces = field.columns.compactMap { table.spaces[$0].flatMap { all[ObjectIdentifier($0)] } }
            let frequency = zip(columns, spaces).map { column, space in
                var counts = [UInt32](repeating: 0, count: space.count)
                for number in column { counts[Int(number)] += 1 }
                return counts
            }
            let given = zip(columns, frequency).map { $0.count - Int($1.first ?? 0) }
            let keys = field.kind == .name ? Self.keys(columns, spaces, frequency) : ([], [])
            var years: [Int16: Int] = [:]
            if field.kind == .date {
                for (number, times) in frequency[0].enumerated() where number > 0 {
                    years[spaces[0].dates[number].year, default: 0] += Int(times)
                }
            }
            let agreement = zip(frequency, given).map { counts, total -> Double in
                guard total > 1 else { return 1 }
                let pairs = counts.dropFirst().reduce(0.0) { $0 + Double($1) * Double(max($1, 1) - 1) }
                return max(pairs / (Double(total) * Double(total - 1)), 1 / Double(total) / Double(total))
            }
            return Field(
                name: field.name, kind: field.kind,
                isHousehold: configuration.household?.contains(field.name) ?? false, columns: columns, spaces: spaces,
                frequency: frequency, given: given, key: keys.0, keyFrequency: keys.1, yearFrequency: years,
                agreement: agreement)
        }
        let names = configuration.fields.map(\.name)
        if let pair = configuration.swappable, let a = names.firstIndex(of: pair[0]), let b = names.firstIndex(of: pair[1]) {
            swappable = (a, b)
        } else {
            swappable = nil
        }
        vetoFields = (configuration.veto ?? []).compactMap { names.firstIndex(of: $0) }
    }

    /// A key a record that both scripts lead to.
    ///
    /// Where two columns are filled in, the rarer spellings of one script are led to the value of the other that most
    /// often stands beside them; so the file itself is a lexicon of spellings.
    private static func keys(_ columns: [[UInt32]], _ spaces: [PreparedSpace], _ frequency: [[UInt32]]) -> ([UInt32], [UInt32]) {
        var usual: [UInt32] = []
        if columns.count == 2 {
            var beside: [UInt64: UInt32] = [:]
            for (one, other) in zip(columns[0], columns[1]) where one != 0 && other != 0 {
                beside[UInt64(one) << 32 | UInt64(other), default: 0] += 1
            }
            usual = [UInt32](repeating: 0, count: spaces[0].count)
            var best = [UInt32](repeating: 0, count: spaces[0].count)
            for (pair, times) in beside {
                let one = Int(pair >> 32)
                let other = UInt32(truncatingIfNeeded: pair)
                if times > best[one] || times == best[one] && other < usual[one] { (best[one], usual[one]) = (times, other) }
            }
        }
        var numbers: [UInt32: UInt32] = [:]
        var counts: [UInt32] = [0]
        var result: [UInt32] = []
        result.reserveCapacity(columns[0].count)
        for record in columns[0].indices {
            let one = columns[0][record]
            var key: UInt32 = 0
            if columns.count == 2 {
                var other = columns[1][record]
                if one != 0 {
                    let candidate = usual[Int(one)]
                    if other == 0 || candidate != 0 && frequency[1][Int(candidate)] > frequency[1][Int(other)] * 4 {
                        other = candidate
                    }
                }
                if other != 0 { key = spaces[1].keys[Int(other) * 4] }
            }
            if key == 0, one != 0 { key = spaces[0].keys[Int(one) * 4] }
            if key == 0 {
                result.append(0)
                continue
            }
            if let number = numbers[key] {
                counts[Int(number)] += 1
                result.append(number)
            } else {
                numbers[key] = UInt32(counts.count)
                result.append(UInt32(counts.count))
                counts.append(1)
            }
        }
        return (result, counts)
    }
}
