/// The columns of a file of records, each value by its number.
public final class RecordTable: @unchecked Sendable {
    public let header: [String]
    /// The identifiers, in the order of the file.
    let identifiers: ValueSpace
    let columns: [String: [UInt32]]
    let spaces: [String: ValueSpace]
    public let count: Int

    /// Reads comma-separated text (RFC 4180), keeping the named columns only.
    ///
    /// Blanks around a value are dropped, as is a byte order mark. Throws `LinkageError`: `missingColumn`,
    /// `duplicateIdentifier`, or `input` where the text is empty or a row has another number of fields.
    public init(csv: UnsafeBufferPointer<UInt8>, configuration: LinkageConfiguration) throws(LinkageError) {
        var reader = CommaSeparated(csv)
        guard let first = reader.row(), !first.isEmpty else {
            throw LinkageError(.input, "the file is empty: give a header line and records")
        }
        let header = first.map { String(decoding: $0, as: UTF8.self) }
        self.header = header
        var wanted: [String] = []
        for field in configuration.fields { for column in field.columns where !wanted.contains(column) { wanted.append(column) } }
        for column in [configuration.id] + wanted where !header.contains(column) {
            throw LinkageError(
                .missingColumn, "there is no column \(column); the file has \(header.joined(separator: ", "))")
        }
        guard let idPosition = header.firstIndex(of: configuration.id) else { fatalError("checked above") }
        let positions = wanted.compactMap { header.firstIndex(of: $0) }
        // Names share one space a script, so that a given name can be compared with a surname.
        var spaceOf: [String: ValueSpace] = [:]
        let nameSpaces = [ValueSpace(), ValueSpace()]
        for field in configuration.fields {
            for (index, column) in field.columns.enumerated() {
                spaceOf[column] = field.kind == .name ? nameSpaces[index] : spaceOf[column] ?? ValueSpace()
            }
        }
        let spaces = wanted.compactMap { spaceOf[$0] }
        var values = wanted.map { _ in [UInt32]() }
        let identifiers = ValueSpace()
        var line = 1
        while let row = reader.row() {
            line += 1
            if row.count == 1, row[0].isEmpty { continue }
            guard row.count == header.count else {
                throw LinkageError(.input, "record \(line - 1) has \(row.count) fields, the header \(header.count)")
            }
            let before = identifiers.count
            guard Int(identifiers.number(of: row[idPosition])) == before else {
                throw LinkageError(
                    row[idPosition].isEmpty ? .input : .duplicateIdentifier,
                    row[idPosition].isEmpty
                        ? "record \(line - 1) has no \(configuration.id)"
                        : "record \(line - 1) has the \(configuration.id) of an earlier one: every record needs its own")
            }
            for index in positions.indices {
                values[index].append(spaces[index].number(of: row[positions[index]]))
            }
        }
        count = identifiers.count - 1
        guard count > 0 else { throw LinkageError(.input, "the file has a header but no record") }
        self.identifiers = identifiers
        columns = Dictionary(uniqueKeysWithValues: zip(wanted, values))
        self.spaces = spaceOf
    }

    /// The identifier of a record by its place, from 0.
    public func identifier(_ record: Int) -> String {
        String(decoding: identifiers.text(UInt32(record + 1)), as: UTF8.self)
    }

    /// The place of a record by its identifier.
    public func record(_ identifier: String) -> Int? {
        var bytes = Array(identifier.utf8)
        let number = bytes.withUnsafeMutableBufferPointer { identifiers.known(UnsafeBufferPointer($0)) }
        return number == 0 ? nil : Int(number) - 1
    }

    /// A value as it was entered.
    func value(_ column: String, _ record: Int) -> String {
        guard let number = columns[column]?[record], number != 0, let space = spaces[column] else { return "" }
        return String(decoding: space.text(number), as: UTF8.self)
    }
}
