import Names

/// Some records made ready: every value once in the space of its kind.
final class ComparedRows {
    private let latin: PreparedSpace
    private let arabic: PreparedSpace
    let spaces: [[PreparedSpace]]
    /// By record, field and column; 0 stands for "not given".
    private var numbers: [[[UInt32]]] = []
    private let records: [ComparedRecord]
    private let fields: [LinkageConfiguration.Field]

    init(_ configuration: LinkageConfiguration, _ records: [ComparedRecord]) {
        func space(_ kind: LinkageConfiguration.Kind, _ firstOfJanuaryIsYear: Bool) -> PreparedSpace {
            PreparedSpace(ValueSpace(), kind: kind, firstOfJanuaryIsYear: firstOfJanuaryIsYear, parallel: .serial)
        }
        // Names share one space a script, so that a given name can be compared with a surname.
        let (latin, arabic) = (space(.name, false), space(.name, false))
        (self.latin, self.arabic) = (latin, arabic)
        fields = configuration.fields
        self.records = records
        spaces = configuration.fields.map { field in
            if field.kind == .name { return Array([latin, arabic].prefix(field.columns.count)) }
            return [space(field.kind, field.firstOfJanuaryIsYear ?? false)]
        }
        var known: [String: UInt32] = [:]
        for record in records {
            numbers.append(
                configuration.fields.enumerated().map { index, field in
                    field.columns.indices.map { column in
                        let value = record.value(field.name, column)
                        if value.isEmpty { return 0 }
                        let name = "\(field.kind == .name ? "name\(column)" : field.name)\t\(value)"
                        if let number = known[name] { return number }
                        let number = spaces[index][column].append(
                            Array(value.utf8)[...], kind: field.kind,
                            firstOfJanuaryIsYear: field.firstOfJanuaryIsYear ?? false)
                        known[name] = number
                        return number
                    }
                })
        }
    }

    func number(_ record: Int, _ field: Int, _ column: Int) -> UInt32 {
        column < numbers[record][field].count ? numbers[record][field][column] : 0
    }

    func text(_ record: Int, _ field: Int, _ column: Int) -> String {
        records[record].value(fields[field].name, column)
    }
}

extension RecordComparer {
    /// The level of each field, then whether two fields were exchanged.
    func levels(_ rows: ComparedRows, _ one: Int, _ other: Int) -> [UInt8] {
        var levels = configuration.fields.indices.map { level(rows, $0, one, $0, other) } + [Level.missing]
        guard let (a, b) = swappable, Self.isPoor(levels[a]), Self.isPoor(levels[b]),
            levels[a] != Level.missing || levels[b] != Level.missing
        else { return levels }
        let crossed = (level(rows, a, one, b, other), level(rows, b, one, a, other))
        let good = [crossed.0, crossed.1].count { $0 >= Level.exact && $0 <= Level.oneEdit || $0 == Level.across }
        if good == 2 || good == 1 && (crossed.0 == Level.missing || crossed.1 == Level.missing) {
            (levels[a], levels[b]) = crossed
            levels[configuration.fields.count] = Level.exchanged
        }
        return levels
    }

    private static func isPoor(_ level: UInt8) -> Bool {
        [Level.missing, Level.differs, Level.acrossDiffers, Level.partly].contains(level)
    }

    private func level(_ rows: ComparedRows, _ a: Int, _ one: Int, _ b: Int, _ other: Int) -> UInt8 {
        let spaces = rows.spaces[a]
        let (v, w) = (rows.number(one, a, 0), rows.number(other, b, 0))
        guard configuration.fields[a].kind == .name else {
            if v == 0 || w == 0 { return Level.missing }
            switch configuration.fields[a].kind {
            case .name, .category: return v == w ? Level.exact : Level.differs
            case .text: return v == w ? Level.exact : ValueComparison.texts(spaces[0], v, w)
            case .code: return v == w ? Level.exact : ValueComparison.codes(spaces[0], v, w)
            case .date: return ValueComparison.dates(spaces[0].dates[Int(v)], spaces[0].dates[Int(w)])
            }
        }
        var best = v == 0 || w == 0 ? Level.missing : v == w ? Level.exact : ValueComparison.names(spaces[0], v, w)
        guard spaces.count == 2 else { return best }
        let (x, y) = (rows.number(one, a, 1), rows.number(other, b, 1))
        if best != Level.exact, x != 0, y != 0 {
            best = Self.better(best, x == y ? Level.exact : ValueComparison.names(spaces[1], x, y))
        }
        if best == Level.missing {
            if v != 0, y != 0 { best = across(spaces, v, y) }
            if best != Level.across, x != 0, w != 0 {
                best = Self.better(best, across(spaces, w, x))
            }
        }
        return best
    }

    /// By the keys alone: a likeness is learned from a whole file, and here there are a few records.
    private func across(_ spaces: [PreparedSpace], _ latin: UInt32, _ arabic: UInt32) -> UInt8 {
        ValueComparison.across(spaces[0], latin, spaces[1], arabic, nil)
    }

    private static let order: [UInt8] = [
        Level.exact, Level.variant, Level.oneEdit, Level.across, Level.near, Level.partly, Level.differs,
        Level.acrossDiffers, Level.missing,
    ]

    private static func better(_ one: UInt8, _ other: UInt8) -> UInt8 {
        order.first { $0 == one || $0 == other } ?? one
    }

    /// Logarithm of the chance that two unrelated records agree as these do in one field.
    ///
    /// As `PairComparer.chance`, with carried frequencies in place of the file's own.
    func chance(_ rows: ComparedRows, _ field: Int, _ level: UInt8, _ one: Int, _ other: Int, exchanged: Bool) -> Double
    {
        let average = weights.chance[field]
        let name = configuration.fields[field].name
        let isSwapped = exchanged && (field == swappable?.0 || field == swappable?.1)
        guard !isSwapped else { return average[Int(level)] }
        switch (level, configuration.fields[field].kind) {
        case (Level.exact, .name):
            var least = 1.0
            for (column, kind) in ["latin", "arabic"].enumerated() {
                let text = NormalisedName(rows.text(one, field, column)).text
                guard !text.isEmpty, text == NormalisedName(rows.text(other, field, column)).text,
                    let share = terms.share(name, kind, text)
                else { continue }
                least = min(least, share)
            }
            return least < 1 ? Logarithm.natural(least) : average[Int(level)]
        case (Level.variant, .name), (Level.across, .name):
            guard let most = keyShare(rows, field, one, other) else { return average[Int(level)] }
            return Logarithm.natural(most)
        case (Level.variant, .date), (Level.across, .date):
            let year = rows.spaces[field][0].dates[Int(rows.number(one, field, 0))].year
            guard let share = terms.share(name, "year", String(year)) else { return average[Int(level)] }
            return Logarithm.natural(share) + average[Int(level) + Level.count]
        case (Level.oneEdit, .name), (Level.near, .name):
            var most = 0.0
            for (column, kind) in ["latin", "arabic"].enumerated() {
                for record in [one, other] {
                    let text = NormalisedName(rows.text(record, field, column)).text
                    if !text.isEmpty { most = max(most, terms.share(name, kind, text) ?? 0) }
                }
            }
            guard most > 0 else { return average[Int(level)] }
            return average[Int(level)] + Logarithm.natural(min(3, max(0.1, most / agreement[field]))) * 0.5
        default: return average[Int(level)]
        }
    }

    private func keyShare(_ rows: ComparedRows, _ field: Int, _ one: Int, _ other: Int) -> Double? {
        let name = configuration.fields[field].name
        func keys(_ record: Int) -> Set<String> {
            Set([0, 1].flatMap { NameKeys.keys(rows.text(record, field, $0)) })
        }
        let (mine, theirs) = (keys(one), keys(other))
        let common = mine.intersection(theirs)
        return (common.isEmpty ? mine.union(theirs) : common).compactMap { terms.share(name, "key", $0) }.max()
    }
}
