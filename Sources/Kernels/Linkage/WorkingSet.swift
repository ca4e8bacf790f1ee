/// Records taken out of an index one by one, made comparable by the frequencies of a model.
///
/// Values that come again cost a look-up only. Not shared between threads.
final class WorkingSet {
    let records: PreparedRecords
    private let model: IndexModel
    private let columns: [Column]
    /// Rows in use.
    private(set) var count = 0

    private struct Column {
        let values: ValueSpace
        let prepared: PreparedSpace
        let kind: LinkageConfiguration.Kind
        let firstOfJanuaryIsYear: Bool
        /// The fields, and their columns, that hold values of this space.
        let users: [(field: Int, column: Int)]
        let place: Int
    }

    init(_ model: IndexModel) {
        self.model = model
        let configured = model.configuration.fields
        let names = [(ValueSpace(), PreparedSpace(kind: .name)), (ValueSpace(), PreparedSpace(kind: .name))]
        let spaces = configured.map { field in
            field.columns.indices.map {
                field.kind == .name ? names[$0] : (ValueSpace(), PreparedSpace(kind: field.kind))
            }
        }
        var place = 0
        var fields: [PreparedRecords.Field] = []
        var columns: [Column] = []
        for (index, field) in configured.enumerated() {
            let first = place
            for column in field.columns.indices {
                let users =
                    field.kind == .name
                    ? configured.indices.filter {
                        configured[$0].kind == .name && configured[$0].columns.count > column
                    }
                    .map { ($0, column) } : [(index, column)]
                columns.append(
                    Column(
                        values: spaces[index][column].0, prepared: spaces[index][column].1, kind: field.kind,
                        firstOfJanuaryIsYear: field.firstOfJanuaryIsYear ?? false, users: users, place: place))
                place += 1
            }
            let isName = field.kind == .name
            fields.append(
                PreparedRecords.Field(
                    field, isHousehold: model.configuration.household?.contains(field.name) ?? false,
                    spaces: spaces[index].map(\.1), learned: model.fields[index], first: first,
                    second: field.columns.count == 2 ? first + 1 : -1, key: isName ? place : -1))
            if isName { place += 1 }
        }
        self.columns = columns
        records = PreparedRecords(
            fields: fields, stride: place, count: model.count, configuration: model.configuration,
            similarity: model.similarity)
    }

    /// How many values are held.
    var size: Int { columns.reduce(0) { $0 + $1.values.count } }

    /// Forgets the rows from `row` on; values stay.
    func keep(_ row: Int) { count = row }

    /// Adds a record by its values in the order of the configuration's columns; gives its row.
    func add(_ values: [UnsafeBufferPointer<UInt8>]) -> Int {
        let row = count
        records.reserve(row)
        count += 1
        let base = row * records.stride
        for (column, value) in zip(columns, values) {
            let number = column.values.number(of: value)
            if Int(number) == column.prepared.starts.count - 1 { learn(column, value) }
            records.rows[base + column.place] = number
        }
        for (index, field) in records.fields.enumerated() where field.key >= 0 {
            let hashed = hashedKey(index, field, row)
            records.rows[base + field.key] = field.keyNumber(hashed) {
                model.fields[index].keys.number(UInt64(hashed)) ?? 0
            }
        }
        return row
    }

    private func learn(_ column: Column, _ value: UnsafeBufferPointer<UInt8>) {
        column.prepared.appendPart(
            Array(value)[...], kind: column.kind, firstOfJanuaryIsYear: column.firstOfJanuaryIsYear)
        let content = ValueSpace.content(value)
        column.prepared.content.append(content)
        for user in column.users {
            records.fields[user.field].appendFrequency(
                model.fields[user.field].values[user.column].number(content) ?? 0, column: user.column)
        }
    }

    /// As `PreparedRecords.hashedKey`, by what the model learned.
    private func hashedKey(_ index: Int, _ field: PreparedRecords.Field, _ row: Int) -> UInt32 {
        let one = Int(records.number(row, field.first))
        let ownKey = one == 0 ? 0 : field.spaces[0].keys[one * 4]
        guard field.second >= 0 else { return ownKey }
        let other = Int(records.number(row, field.second))
        let learned = model.fields[index]
        if one != 0, let usual = learned.usualKeys.number(field.spaces[0].content[one]), usual != 0,
            other == 0
                || learned.usualCounts.number(field.spaces[0].content[one]) ?? 0 > field.frequency[1][other] &* 4
        {
            return usual
        }
        return other != 0 && field.spaces[1].keys[other * 4] != 0 ? field.spaces[1].keys[other * 4] : ownKey
    }
}
