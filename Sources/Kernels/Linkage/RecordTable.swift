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
    public init(
        csv: UnsafeBufferPointer<UInt8>, configuration: LinkageConfiguration, parallel: Parallel = .serial
    ) throws(LinkageError) {
        var reader = CommaSeparated(csv)
        guard let first = reader.row(), !first.isEmpty, first.count > 1 || !first[0].isEmpty else {
            throw LinkageError(.input, "the file is empty: give a header line and records")
        }
        let header = first.map { String(decoding: $0, as: UTF8.self) }
        self.header = header
        if let fault = reader.fault { throw LinkageError(.input, "the header \(fault)") }
        guard Set(header).count == header.count else {
            throw LinkageError(.input, "two columns of the header have one name: each needs its own")
        }
        var wanted: [String] = []
        for field in configuration.fields {
            for column in field.columns where !wanted.contains(column) { wanted.append(column) }
        }
        for column in [configuration.id] + wanted where !header.contains(column) {
            throw LinkageError(
                .missingColumn, "there is no column \(column); the file has \(header.joined(separator: ", "))")
        }
        if let household = configuration.householdColumn, header.contains(household), !wanted.contains(household) {
            wanted.append(household)
        }
        let positions = ([configuration.id] + wanted).compactMap { header.firstIndex(of: $0) }
        // Names share one space a script, so that a given name can be compared with a surname.
        var spaceOf: [String: ValueSpace] = [:]
        let nameSpaces = [ValueSpace(), ValueSpace()]
        for field in configuration.fields {
            for (index, column) in field.columns.enumerated() {
                spaceOf[column] = field.kind == .name ? nameSpaces[index] : spaceOf[column] ?? ValueSpace()
            }
        }
        for column in wanted where spaceOf[column] == nil { spaceOf[column] = ValueSpace() }
        let identifiers = ValueSpace()
        let spaces = [identifiers] + wanted.compactMap { spaceOf[$0] }
        // Every piece reads the whole text for some of the columns; columns of one space stay in one piece.
        let pieces = min(parallel.width, 4)
        var load = [Int](repeating: 0, count: pieces)
        var pieceOf: [ObjectIdentifier: Int] = [:]
        for space in spaces {
            let piece = pieceOf[ObjectIdentifier(space)] ?? load.indices.min { load[$0] < load[$1] } ?? 0
            pieceOf[ObjectIdentifier(space)] = piece
            load[piece] += 1
        }
        let places = (0..<pieces).map { piece in
            spaces.indices.filter { pieceOf[ObjectIdentifier(spaces[$0])] == piece }
        }
        let text = Bytes(view: csv)
        let read = parallel.map(pieces) { piece in
            Self.columns(
                text.view, header.count, places[piece], places[piece].map { positions[$0] },
                places[piece].map { spaces[$0] })
        }
        var columns: [String: [UInt32]] = [:]
        for (piece, result) in read.enumerated() {
            switch result {
            case .failure(let error): throw error
            case .success(let values):
                for (place, numbers) in zip(places[piece], values) where place > 0 {
                    columns[wanted[place - 1]] = numbers
                }
            }
        }
        count = identifiers.count - 1
        guard count > 0 else { throw LinkageError(.input, "the file has a header but no record") }
        self.identifiers = identifiers
        self.columns = columns
        self.spaces = spaceOf
    }

    /// The text outlives the reading, which ends before the initialiser does.
    private struct Bytes: @unchecked Sendable { let view: UnsafeBufferPointer<UInt8> }

    /// Numbers the values of some columns; place 0 is the identifier, which no two records share.
    private static func columns(
        _ csv: UnsafeBufferPointer<UInt8>, _ width: Int, _ places: [Int], _ positions: [Int], _ spaces: [ValueSpace]
    ) -> Swift.Result<[[UInt32]], LinkageError> {
        var reader = CommaSeparated(csv)
        _ = reader.row()
        var values = places.map { _ in [UInt32]() }
        var record = 0
        while let row = reader.row() {
            if row.count == 1, row[0].isEmpty { continue }
            record += 1
            if let fault = reader.fault { return .failure(LinkageError(.input, "record \(record) \(fault)")) }
            guard row.count == width else {
                return .failure(LinkageError(.input, "record \(record) has \(row.count) fields, the header \(width)"))
            }
            for index in places.indices {
                let number = spaces[index].number(of: row[positions[index]])
                if places[index] == 0, Int(number) != record {
                    return .failure(
                        number == 0
                            ? LinkageError(.input, "record \(record) has no identifier")
                            : LinkageError(
                                .duplicateIdentifier,
                                "record \(record) has the identifier of an earlier one: each needs its own"))
                }
                values[index].append(number)
            }
        }
        return .success(values)
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

    /// The bytes of an identifier.
    public func identifierBytes(_ record: Int) -> ArraySlice<UInt8> { identifiers.text(UInt32(record + 1)) }

    /// A value of a configured column as it was entered; empty when it was not given.
    public func value(_ column: String, _ record: Int) -> String {
        guard let number = columns[column]?[record], number != 0, let space = spaces[column] else { return "" }
        return String(decoding: space.text(number), as: UTF8.self)
    }
}
