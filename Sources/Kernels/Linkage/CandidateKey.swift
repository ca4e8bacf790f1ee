/// Fields whose values together lead to records worth comparing.
///
/// Written `field.part` with blanks between: `value`; `key` of a name; of a date `date`, `year`, `monthday`,
/// `yearmonth`; `start` (the first three characters); of two fields without order, `both(given,surname)`.
struct CandidateKey: Sendable {
    enum Part: String, Sendable { case value, key, date, year, monthday, yearmonth, start }

    enum Piece: Sendable {
        case one(Int, Part)
        case both(Int, Int)
    }

    let text: String
    let pieces: [Piece]

    init(_ text: String, fields: [LinkageConfiguration.Field]) throws(LinkageError) {
        self.text = text
        var pieces: [Piece] = []
        for word in text.split(separator: " ") {
            if word.hasPrefix("both("), word.hasSuffix(")") {
                let names = word.dropFirst(5).dropLast().split(separator: ",")
                guard names.count == 2, let a = fields.firstIndex(where: { $0.name == names[0] }),
                    let b = fields.firstIndex(where: { $0.name == names[1] }), fields[a].kind == .name,
                    fields[b].kind == .name
                else { throw LinkageError(.configuration, "keys: \(word): give two fields of kind name") }
                pieces.append(.both(a, b))
                continue
            }
            let parts = word.split(separator: ".")
            guard parts.count == 2, let field = fields.firstIndex(where: { $0.name == parts[0] }),
                let part = Part(rawValue: String(parts[1]))
            else { throw LinkageError(.configuration, "keys: \(word) is not field.part of a known field") }
            let isRight =
                switch part {
                case .key: fields[field].kind == .name
                case .date, .year, .monthday, .yearmonth: fields[field].kind == .date
                case .value, .start: fields[field].kind != .date
                }
            guard isRight else {
                throw LinkageError(
                    .configuration, "keys: \(word): a \(fields[field].kind.rawValue) has no \(part.rawValue)")
            }
            pieces.append(.one(field, part))
        }
        guard !pieces.isEmpty else { throw LinkageError(.configuration, "keys: an empty key") }
        self.pieces = pieces
    }

    /// The hash of a record under this key, or 0 when one of its parts is not given.
    func hash(_ records: PreparedRecords, _ record: Int) -> UInt64 {
        var result: UInt64 = UInt64(pieces.count) &* 0x51_7C_C1
        for piece in pieces {
            let part: UInt64
            switch piece {
            case .both(let a, let b):
                // Keys of two fields are numbered apart, so their hashed forms are compared.
                let (k, l) = (nameKey(records, a, record), nameKey(records, b, record))
                if k == 0 || l == 0 { return 0 }
                part = UInt64(min(k, l)) << 32 | UInt64(max(k, l))
            case .one(let index, let kind): part = Self.part(records, records.fields[index], kind, record)
            }
            if part == 0 { return 0 }
            result = Mixing.joined(result, part)
        }
        return result | 1
    }

    private func nameKey(_ records: PreparedRecords, _ index: Int, _ record: Int) -> UInt32 {
        let field = records.fields[index]
        for (column, place) in field.places.enumerated().reversed() {
            let v = Int(records.number(record, place))
            if v != 0, field.spaces[column].keys[v * 4] != 0 { return field.spaces[column].keys[v * 4] }
        }
        return 0
    }

    private static func part(_ records: PreparedRecords, _ field: PreparedRecords.Field, _ part: Part, _ record: Int)
        -> UInt64
    {
        switch part {
        case .key:
            let number = records.number(record, field.key)
            return UInt64(records.isByContent ? field.keyHashes[Int(number)] : number)
        case .value:
            for (column, place) in field.places.enumerated().reversed() where records.number(record, place) != 0 {
                if records.isByContent {
                    return field.spaces[column].content[Int(records.number(record, place))] | 1
                }
                return UInt64(records.number(record, place)) << 1 | UInt64(column) << 40
            }
            return 0
        case .start:
            let v = records.number(record, field.first)
            let range = field.spaces[0].range(v)
            if range.count < 3 { return 0 }
            return field.spaces[0].forms[range].prefix(3).reduce(1) { $0 << 8 | UInt64($1) }
        case .date, .year, .monthday, .yearmonth:
            let date = field.spaces[0].dates[Int(records.number(record, field.first))]
            if date.isEmpty { return 0 }
            if part == .year { return UInt64(UInt16(bitPattern: date.year)) }
            if date.isYear { return 0 }
            switch part {
            case .date: return UInt64(date.number)
            case .yearmonth: return UInt64(Int(date.year) * 100 + Int(date.month))
            default: return UInt64(Int(date.month) * 100 + Int(date.day))
            }
        }
    }
}
