/// Records as they were entered, one after another: identifier, then the columns of the configuration, each with its
/// length.
public struct EnteredRecords: Sendable {
    var starts: [UInt64] = [0]
    var texts: [UInt8] = []
    private let columns: [String]

    public var count: Int { starts.count - 1 }

    public init(_ configuration: LinkageConfiguration) { columns = configuration.fields.flatMap(\.columns) }

    /// The records of a table.
    public init(_ table: RecordTable, _ configuration: LinkageConfiguration) {
        self.init(configuration)
        let values = columns.map { (table.columns[$0] ?? [], table.spaces[$0]) }
        for record in 0..<table.count {
            append(table.identifiers.text(UInt32(record + 1)))
            for (numbers, space) in values { append(space?.text(numbers[record]) ?? []) }
            starts.append(UInt64(texts.count))
        }
    }

    /// Adds a record by the names of its columns; what is not given is not known.
    public mutating func append(identifier: String, _ values: [String: String]) {
        append(Array(identifier.utf8)[...])
        for column in columns { append(Array((values[column] ?? "").utf8)[...]) }
        starts.append(UInt64(texts.count))
    }

    /// Longer values are cut: no comparison looks that far.
    private mutating func append(_ text: ArraySlice<UInt8>) {
        let text = text.prefix(Int(UInt16.max))
        texts.append(UInt8(text.count & 255))
        texts.append(UInt8(text.count >> 8))
        texts.append(contentsOf: text)
    }

    mutating func append(_ segment: IndexSegment) {
        for record in 0..<segment.count {
            for value in segment.values(record) { append(Array(value)[...]) }
            starts.append(UInt64(texts.count))
        }
    }
}

extension IndexSegment {
    /// The bytes of a segment of some records.
    public static func build(_ entered: EnteredRecords, model: IndexModel, parallel: Parallel = .serial)
        throws(LinkageError) -> [UInt8]
    {
        let configuration = model.configuration
        let width = configuration.fields.reduce(1) { $0 + $1.columns.count }
        var (keys, refinements): ([CandidateKey], [CandidateKey]) = ([], [])
        for key in configuration.keys { keys.append(try CandidateKey(key, fields: configuration.fields)) }
        for key in configuration.refinements ?? [] {
            refinements.append(try CandidateKey(key, fields: configuration.fields))
        }
        var writer = ByteWriter()
        writer.write(mark)
        writer.write(UInt64(0))
        writer.write(UInt32(width))
        writer.write(UInt32(0))
        writer.write(all: entered.starts)
        writer.write(all: entered.texts)
        var bare = writer
        bare.replace(UInt64(bare.bytes.count), at: 8)
        let records = try IndexSegment(bare.bytes)
        let (all, further) = (keys, refinements)
        let parts = parallel.ranges(records.count, pieces: parallel.width * 4) { range in
            hashes(records, range, model, all + further)
        }
        let columns = (0..<(keys.count + refinements.count + 1)).map { column in parts.flatMap { $0[column] } }
        let longest = configuration.longestList ?? 60
        let built = parallel.map(all.count + 1) { key in
            key == all.count
                ? CandidateIndex.build(
                    columns[columns.count - 1], name: "", rounds: 0, longest: Int.max, refine: { _, _ in 0 })
                : CandidateIndex.build(
                    columns[key], name: all[key].text, rounds: further.count, longest: longest,
                    refine: { columns[all.count + $0][$1] })
        }
        writer.replace(UInt64(width) | UInt64(built.count) << 32, at: 16)
        for (hashes, order, ends, report) in built {
            write(hashes, order, ends, leftOut: report.leftOutRecords, to: &writer)
        }
        writer.replace(UInt64(writer.bytes.count), at: 8)
        return writer.bytes
    }

    /// The bytes of one segment with the records of several.
    public static func merge(_ segments: [IndexSegment], model: IndexModel, parallel: Parallel = .serial)
        throws(LinkageError) -> [UInt8]
    {
        var entered = EnteredRecords(model.configuration)
        for segment in segments { entered.append(segment) }
        return try build(entered, model: model, parallel: parallel)
    }

    /// The hashes of some records under all keys, then of their identifiers.
    private static func hashes(
        _ segment: IndexSegment, _ range: Range<Int>, _ model: IndexModel, _ keys: [CandidateKey]
    ) -> [[UInt64]] {
        var result = Array(repeating: [UInt64](), count: keys.count + 1)
        for index in result.indices { result[index].reserveCapacity(range.count) }
        var working = WorkingSet(model)
        for record in range {
            let values = segment.values(record)
            let row = working.add(Array(values.dropFirst()))
            for (index, key) in keys.enumerated() { result[index].append(key.hash(working.records, row)) }
            result[keys.count].append(ValueSpace.content(values[0]) | 1)
            working.keep(0)
            if working.size > 200_000 { working = WorkingSet(model) }
        }
        return result
    }

    /// Lists in the order of their whole hashes, so that a search finds them.
    private static func write(
        _ hashes: [UInt64], _ order: [UInt32], _ ends: [UInt32], leftOut: Int, to writer: inout ByteWriter
    ) {
        var lists: [(hash: UInt64, range: Range<Int>)] = []
        lists.reserveCapacity(ends.count)
        var start = 0
        for end in ends {
            lists.append((hashes[Int(order[start])], start..<Int(end)))
            start = Int(end)
        }
        lists.sort { $0.hash < $1.hash }
        var records: [UInt32] = []
        records.reserveCapacity(order.count)
        let newEnds = lists.map { list -> UInt32 in
            records.append(contentsOf: order[list.range])
            return UInt32(records.count)
        }
        writer.write(UInt64(leftOut))
        writer.write(all: lists.map(\.hash))
        writer.write(all: newEnds)
        writer.write(all: records)
    }
}
