import Names

/// A file made ready: every field's numbers, frequencies and keys.
final class PreparedRecords: @unchecked Sendable {
    final class Field: @unchecked Sendable {
        let name: String
        let kind: LinkageConfiguration.Kind
        let isHousehold: Bool
        /// The shapes of a valid code.
        let shapes: [[UInt8]]
        let spaces: [PreparedSpace]
        /// How often each value stands in this field, one array a column.
        fileprivate(set) var frequency: [[UInt32]]
        /// How many records have a value.
        let given: [Int]
        /// How often each key comes up, and the number of a hashed key.
        fileprivate(set) var keyFrequency: [UInt32]
        fileprivate(set) var keyNumbers: [UInt32: UInt32]
        /// The hashed key of each number; kept in a working set only.
        fileprivate(set) var keyHashes: [UInt32] = [0]
        /// For a value in the first column, the one that most often stands in the second.
        let usual: [UInt32]
        let yearFrequency: [Int16: Int]
        /// Chance that two random records have the same value in the first column.
        let agreement: Double
        /// Where a record's row holds the first column, the second, and the key of a name; -1 for none.
        let first: Int
        let second: Int
        let key: Int

        fileprivate init(_ draft: Draft, first: Int, second: Int, key: Int) {
            name = draft.field.name
            kind = draft.field.kind
            isHousehold = draft.isHousehold
            shapes = (draft.field.shapes ?? []).map { Array($0.utf8) }
            spaces = draft.spaces
            frequency = draft.frequency
            given = draft.given
            keyFrequency = draft.keys.counts
            keyNumbers = draft.keys.numbers
            usual = draft.keys.usual
            yearFrequency = draft.years
            agreement = draft.agreement
            (self.first, self.second, self.key) = (first, second, key)
        }

        /// A field of a working set: frequencies come from a model, values one by one.
        init(
            _ field: LinkageConfiguration.Field, isHousehold: Bool, spaces: [PreparedSpace],
            learned: IndexModel.Field, first: Int, second: Int, key: Int
        ) {
            name = field.name
            kind = field.kind
            self.isHousehold = isHousehold
            shapes = (field.shapes ?? []).map { Array($0.utf8) }
            self.spaces = spaces
            frequency = spaces.map { _ in [0] }
            given = learned.given
            keyFrequency = [0]
            keyNumbers = [:]
            usual = []
            yearFrequency = learned.years
            agreement = learned.agreement
            (self.first, self.second, self.key) = (first, second, key)
        }

        func appendFrequency(_ count: UInt32, column: Int) { frequency[column].append(count) }

        /// The number of a hashed key, new or known.
        func keyNumber(_ hashed: UInt32, count: () -> UInt32) -> UInt32 {
            if hashed == 0 { return 0 }
            if let known = keyNumbers[hashed] { return known }
            keyNumbers[hashed] = UInt32(keyFrequency.count)
            keyFrequency.append(count())
            keyHashes.append(hashed)
            return UInt32(keyFrequency.count - 1)
        }

        var places: Range<Int> { first..<(second < 0 ? first + 1 : second + 1) }

        /// Share of the records with a value that have this one; never zero.
        @inline(__always)
        func share(_ column: Int, _ number: UInt32) -> Double {
            let times = Int(number) < frequency[column].count ? frequency[column][Int(number)] : 0
            return Double(max(times, 1)) / Double(max(given[column], 1))
        }
    }

    fileprivate struct Keys: Sendable {
        var records: [UInt32] = []
        var counts: [UInt32] = []
        var numbers: [UInt32: UInt32] = [:]
        var usual: [UInt32] = []
    }

    fileprivate struct Draft: Sendable {
        let field: LinkageConfiguration.Field
        let isHousehold: Bool
        let columns: [[UInt32]]
        let spaces: [PreparedSpace]
        let frequency: [[UInt32]]
        let given: [Int]
        let keys: Keys
        let years: [Int16: Int]
        let agreement: Double
    }

    let fields: [Field]
    /// How alike names of two scripts sound, learned from the two columns of this file; nil when it has one script.
    let similarity: NameSimilarity?
    /// How many records the file has; one more row is kept for a probe.
    let count: Int
    /// The numbers of a record side by side, so that a comparison touches few cache lines.
    private(set) var rows: UnsafeMutablePointer<UInt32>
    private var capacity: Int
    /// Whether numbers are of this working set only, so that keys are hashed by what the values hold.
    let isByContent: Bool
    let stride: Int
    /// The two fields that clerks exchange.
    let swappable: (Int, Int)?
    let vetoFields: [Int]
    /// What each level counts as; nil when all are told apart.
    let levelTable: [UInt8]?
    /// Date fields of which the first never comes later than the second.
    let order: [(Int, Int)]

    init(_ table: RecordTable, _ configuration: LinkageConfiguration, parallel: Parallel) {
        count = table.count
        var prepared: [ObjectIdentifier: PreparedSpace] = [:]
        for field in configuration.fields {
            for column in field.columns {
                guard let space = table.spaces[column], prepared[ObjectIdentifier(space)] == nil else { continue }
                prepared[ObjectIdentifier(space)] = PreparedSpace(
                    space, kind: field.kind, firstOfJanuaryIsYear: field.firstOfJanuaryIsYear ?? false,
                    parallel: parallel)
            }
        }
        let all = prepared
        let drafts = parallel.map(configuration.fields.count) { index -> Draft in
            let field = configuration.fields[index]
            let columns = field.columns.map { table.columns[$0] ?? [] }
            let spaces = field.columns.compactMap { table.spaces[$0].flatMap { all[ObjectIdentifier($0)] } }
            let frequency = zip(columns, spaces).map { column, space in
                var counts = [UInt32](repeating: 0, count: space.count)
                for number in column { counts[Int(number)] += 1 }
                return counts
            }
            let given = zip(columns, frequency).map { $0.count - Int($1.first ?? 0) }
            var years: [Int16: Int] = [:]
            if field.kind == .date {
                for (number, times) in frequency[0].enumerated() where number > 0 {
                    years[spaces[0].dates[number].year, default: 0] += Int(times)
                }
            }
            let total = Double(given[0])
            let same = frequency[0].dropFirst().reduce(0.0) { $0 + Double($1) * Double(max($1, 1) - 1) }
            return Draft(
                field: field, isHousehold: configuration.household?.contains(field.name) ?? false, columns: columns,
                spaces: spaces, frequency: frequency, given: given,
                keys: field.kind == .name ? Self.keys(columns, spaces, frequency) : Keys(), years: years,
                agreement: total > 1 ? max(same / (total * (total - 1)), 1 / total / total) : 1)
        }
        var place = 0
        var fields: [Field] = []
        for draft in drafts {
            let first = place
            place += draft.columns.count
            let isName = draft.field.kind == .name
            fields.append(
                Field(draft, first: first, second: draft.columns.count == 2 ? first + 1 : -1, key: isName ? place : -1))
            if isName { place += 1 }
        }
        self.fields = fields
        similarity = Self.similarity(fields)
        stride = place
        isByContent = false
        capacity = count + 1
        rows = .allocate(capacity: stride * (count + 1))
        rows.initialize(repeating: 0, count: stride * (count + 1))
        for (field, draft) in zip(fields, drafts) {
            for (column, values) in draft.columns.enumerated() {
                for record in 0..<count { rows[record * stride + field.first + column] = values[record] }
            }
            if field.key >= 0 {
                for record in 0..<count { rows[record * stride + field.key] = draft.keys.records[record] }
            }
        }
        let names = configuration.fields.map(\.name)
        if let pair = configuration.swappable, let a = names.firstIndex(of: pair[0]),
            let b = names.firstIndex(of: pair[1])
        {
            swappable = (a, b)
        } else {
            swappable = nil
        }
        vetoFields = (configuration.veto ?? []).compactMap { names.firstIndex(of: $0) }
        order = Self.order(configuration, names)
        levelTable = configuration.withoutLevels.map { Level.table(without: $0) }
    }

    /// The records of a working set: none yet, compared by the frequencies of a model of `count` records.
    init(
        fields: [Field], stride: Int, count: Int, configuration: LinkageConfiguration, similarity: NameSimilarity?
    ) {
        self.fields = fields
        self.similarity = similarity
        self.stride = stride
        self.count = count
        isByContent = true
        capacity = 1024
        rows = .allocate(capacity: stride * capacity)
        rows.initialize(repeating: 0, count: stride * capacity)
        let names = configuration.fields.map(\.name)
        swappable = configuration.swappable.flatMap { pair in
            guard let a = names.firstIndex(of: pair[0]), let b = names.firstIndex(of: pair[1]) else { return nil }
            return (a, b)
        }
        vetoFields = (configuration.veto ?? []).compactMap { names.firstIndex(of: $0) }
        order = Self.order(configuration, names)
        levelTable = configuration.withoutLevels.map { Level.table(without: $0) }
    }

    private static func order(_ configuration: LinkageConfiguration, _ names: [String]) -> [(Int, Int)] {
        (configuration.order ?? []).compactMap { pair in
            guard let a = names.firstIndex(of: pair[0]), let b = names.firstIndex(of: pair[1]) else { return nil }
            return (a, b)
        }
    }

    /// Makes room for a row of a working set.
    func reserve(_ row: Int) {
        guard row >= capacity else { return }
        let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: stride * capacity * 2)
        larger.initialize(repeating: 0, count: stride * capacity * 2)
        larger.update(from: rows, count: stride * capacity)
        rows.deallocate()
        (rows, capacity) = (larger, capacity * 2)
    }

    deinit { rows.deallocate() }

    @inline(__always)
    func number(_ record: Int, _ place: Int) -> UInt32 { rows[record * stride + place] }

    /// Pairs that teach how names sound; the most frequent are enough, and learning stays short.
    private static let lessons = 1500

    private static func similarity(_ fields: [Field]) -> NameSimilarity? {
        var pairs: [(arabic: String, latin: String, count: Int)] = []
        for field in fields {
            for (one, other) in field.usual.enumerated() where one > 0 && other > 0 && field.frequency[0][one] > 1 {
                pairs.append(
                    (
                        field.spaces[1].name(other), field.spaces[0].name(UInt32(one)), Int(field.frequency[0][one])
                    ))
            }
        }
        guard pairs.count >= 50 else { return nil }
        pairs.sort { ($0.count, $1.latin, $1.arabic) > ($1.count, $0.latin, $0.arabic) }
        return NameSimilarity(learning: NameLexicon(pairs: Array(pairs.prefix(lessons))))
    }

    /// A key a record that both scripts lead to.
    ///
    /// Where two columns are filled in, the rarer spellings of one script are led to the value of the other that most
    /// often stands beside them; so the file itself is a lexicon of spellings.
    private static func keys(_ columns: [[UInt32]], _ spaces: [PreparedSpace], _ frequency: [[UInt32]]) -> Keys {
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
                if times > best[one] || times == best[one] && other < usual[one] {
                    (best[one], usual[one]) = (times, other)
                }
            }
        }
        var numbers: [UInt32: UInt32] = [:]
        var counts: [UInt32] = [0]
        var result: [UInt32] = []
        result.reserveCapacity(columns[0].count)
        for record in columns[0].indices {
            let key = hashedKey(
                columns[0][record], columns.count == 2 ? columns[1][record] : 0, spaces, usual, frequency)
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
        return Keys(records: result, counts: counts, numbers: numbers, usual: usual)
    }

    /// The hashed key of a record's name; 0 for none.
    static func hashedKey(
        _ one: UInt32, _ other: UInt32, _ spaces: [PreparedSpace], _ usual: [UInt32], _ frequency: [[UInt32]]
    ) -> UInt32 {
        var other = other
        if spaces.count == 2 {
            if one != 0, Int(one) < usual.count {
                let candidate = usual[Int(one)]
                let times = Int(other) < frequency[1].count ? frequency[1][Int(other)] : 0
                if other == 0 || candidate != 0 && frequency[1][Int(candidate)] > times * 4 { other = candidate }
            }
            if other != 0, spaces[1].keys[Int(other) * 4] != 0 { return spaces[1].keys[Int(other) * 4] }
        }
        return one == 0 ? 0 : spaces[0].keys[Int(one) * 4]
    }
}
