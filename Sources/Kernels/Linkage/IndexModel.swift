import Names

/// What an index needs to know of the records it was learned from: weights, and how frequent values and keys are.
///
/// Segments may come and go; the model stays until the index is made again. Values that were seen once are not kept, so
/// it is small beside the records.
public struct IndexModel: Sendable {
    public let configuration: LinkageConfiguration
    /// How many records it was learned from.
    public let count: Int
    let weights: Weights
    let fields: [Field]
    let similarity: NameSimilarity?

    struct Field: Sendable {
        var given: [Int]
        var agreement: Double
        var years: [Int16: Int]
        /// How often values come up, by what they hold, one table a column.
        var values: [Counts]
        /// How often hashed keys come up.
        var keys: Counts
        /// For a value of the first column: the key of the one that most often stands in the second, and how often.
        var usualKeys: Counts
        var usualCounts: Counts
    }

    /// Numbers by hash, in the order of the hashes.
    struct Counts: Sendable {
        var hashes: [UInt64] = []
        var numbers: [UInt32] = []

        init() {}

        init(_ pairs: [(UInt64, UInt32)]) {
            for (hash, number) in pairs.sorted(by: { $0 < $1 }) where hash != hashes.last {
                hashes.append(hash)
                numbers.append(number)
            }
        }

        func number(_ hash: UInt64) -> UInt32? {
            var (low, high) = (0, hashes.count)
            while low < high {
                let middle = (low + high) / 2
                if hashes[middle] < hash { low = middle + 1 } else { high = middle }
            }
            return low < hashes.count && hashes[low] == hash ? numbers[low] : nil
        }
    }

    /// What a linker learned.
    public init(_ linker: Linker) {
        configuration = linker.configuration
        count = linker.records.count
        weights = linker.weights
        similarity = linker.records.similarity
        fields = zip(linker.records.fields, linker.configuration.fields).map { field, configured in
            let spaces = configured.columns.compactMap { linker.table.spaces[$0] }
            func content(_ column: Int, _ number: Int) -> UInt64 {
                spaces[column].bytes.withUnsafeBufferPointer {
                    ValueSpace.content(UnsafeBufferPointer(rebasing: $0[spaces[column].range(UInt32(number))]))
                }
            }
            let values = field.frequency.enumerated().map { column, counts in
                Counts(counts.indices.dropFirst().filter { counts[$0] > 1 }.map { (content(column, $0), counts[$0]) })
            }
            var (usualKeys, usualCounts): ([(UInt64, UInt32)], [(UInt64, UInt32)]) = ([], [])
            for (one, other) in field.usual.enumerated() where one > 0 && other > 0 {
                let hash = content(0, one)
                usualKeys.append((hash, field.spaces[1].keys[Int(other) * 4]))
                usualCounts.append((hash, field.frequency[1][Int(other)]))
            }
            return Field(
                given: field.given, agreement: field.agreement, years: field.yearFrequency, values: values,
                keys: Counts(field.keyNumbers.map { (UInt64($0), field.keyFrequency[Int($1)]) }),
                usualKeys: Counts(usualKeys), usualCounts: Counts(usualCounts))
        }
    }

    private static let mark: UInt64 = 0x3130_4C45_444F_4D53

    /// The model as bytes; `init(bytes:configuration:)` reads them.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.mark)
        writer.write(UInt64(count))
        writer.write(weights.match)
        writer.write(weights.household)
        writer.write(weights.chance)
        writer.write(weights.matchShare)
        writer.write(weights.householdShare)
        let sounds = similarity?.table ?? []
        writer.write(all: sounds.map { UInt64($0.symbol) << 32 | UInt64($0.letter) })
        writer.write(all: sounds.map(\.share.bitPattern))
        for field in fields {
            writer.write(all: field.given.map(UInt64.init))
            writer.write(field.agreement)
            let years = field.years.sorted { $0.key < $1.key }
            writer.write(all: years.map { Int64($0.key) })
            writer.write(all: years.map { UInt64($0.value) })
            writer.write(UInt64(field.values.count))
            for counts in field.values + [field.keys, field.usualKeys, field.usualCounts] {
                writer.write(all: counts.hashes)
                writer.write(all: counts.numbers)
            }
        }
        return writer.bytes
    }

    /// Reads a model.
    ///
    /// Throws `LinkageError.index` where the bytes are none or belong to another configuration.
    public init(bytes: UnsafeRawBufferPointer, configuration: LinkageConfiguration) throws(LinkageError) {
        var reader = ByteReader(bytes)
        guard try reader.read(UInt64.self) == Self.mark else {
            throw LinkageError(.index, "this is no model of an index: make the index again")
        }
        self.configuration = try configuration.validated()
        count = Int(try reader.read(UInt32.self))
        _ = try reader.read(UInt32.self)
        let (match, household, chance) = (try reader.rows(), try reader.rows(), try reader.rows())
        guard match.count == configuration.fields.count + 1, chance.count == match.count,
            household.count == match.count, match.allSatisfy({ $0.count == Level.count })
        else { throw LinkageError(.index, "the model is of another configuration: make the index again") }
        weights = Weights(
            match: match, household: household, chance: chance, matchShare: try reader.real(),
            householdShare: try reader.real())
        let (symbols, shares) = (try reader.view(UInt64.self), try reader.view(UInt64.self))
        let sounds = zip(symbols, shares).map {
            (symbol: UInt32($0 >> 32), letter: UInt32(truncatingIfNeeded: $0), share: Double(bitPattern: $1))
        }
        similarity = sounds.isEmpty ? nil : NameSimilarity(table: sounds)
        var fields: [Field] = []
        for field in configuration.fields {
            let given = Array(try reader.view(UInt64.self)).map { Int(truncatingIfNeeded: $0) }
            let agreement = try reader.real()
            let (years, times) = (Array(try reader.view(Int64.self)), Array(try reader.view(UInt64.self)))
            let columns = try reader.count(of: 8)
            guard columns == field.columns.count, given.count == columns, years.count == times.count else {
                throw LinkageError(.index, "the model is of another configuration: make the index again")
            }
            var tables: [Counts] = []
            for _ in 0..<(columns + 3) {
                var counts = Counts()
                counts.hashes = Array(try reader.view(UInt64.self))
                counts.numbers = Array(try reader.view(UInt32.self))
                guard counts.hashes.count == counts.numbers.count else {
                    throw LinkageError(.index, "the model is damaged: make the index again")
                }
                tables.append(counts)
            }
            fields.append(
                Field(
                    given: given, agreement: agreement,
                    years: Dictionary(
                        zip(years.map { Int16(truncatingIfNeeded: $0) }, times.map { Int(truncatingIfNeeded: $0) }),
                        uniquingKeysWith: { first, _ in first }),
                    values: Array(tables.prefix(columns)), keys: tables[columns], usualKeys: tables[columns + 1],
                    usualCounts: tables[columns + 2]))
        }
        self.fields = fields
    }
}
