import Linkage
import Names
import Quantities

/// The keys under which applications come to be compared, as texts; only their keyed hashes are ever stored.
///
/// Written in the configuration of the comparison as `given.key birth.date`: fields with a part each. A name has a key by
/// either script, so a key with two names may have several texts.
struct BlockingKeys: Sendable {
    enum Part: String, Sendable { case value, key, date, year, monthday, yearmonth, start }

    enum Piece: Sendable {
        case one(field: String, part: Part)
        case both(String, String)
    }

    struct Key: Sendable {
        let text: String
        let pieces: [Piece]
    }

    /// More texts than this under one key cost more than they find.
    static let mostTexts = 4

    let keys: [Key]
    let refinements: [Key]
    private let kinds: [String: LinkageConfiguration.Kind]
    private let yearOnly: Set<String>

    /// Throws `LinkageError` (`configuration`).
    init(_ configuration: LinkageConfiguration) throws(LinkageError) {
        var keys: [Key] = []
        var refinements: [Key] = []
        for text in configuration.keys { keys.append(try Self.key(text)) }
        for text in configuration.refinements ?? [] { refinements.append(try Self.key(text)) }
        self.keys = keys
        self.refinements = refinements
        kinds = Dictionary(configuration.fields.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
        yearOnly = Set(configuration.fields.filter { $0.firstOfJanuaryIsYear ?? false }.map(\.name))
    }

    private static func key(_ text: String) throws(LinkageError) -> Key {
        var pieces: [Piece] = []
        for word in text.split(separator: " ") {
            if word.hasPrefix("both("), word.hasSuffix(")") {
                let names = word.dropFirst(5).dropLast().split(separator: ",").map(String.init)
                guard names.count == 2 else { throw fault(text) }
                pieces.append(.both(names[0], names[1]))
            } else {
                let parts = word.split(separator: ".").map(String.init)
                guard parts.count == 2, let part = Part(rawValue: parts[1]) else { throw fault(text) }
                pieces.append(.one(field: parts[0], part: part))
            }
        }
        guard !pieces.isEmpty else { throw fault(text) }
        return Key(text: text, pieces: pieces)
    }

    private static func fault(_ text: String) -> LinkageError {
        LinkageError(.configuration, "keys: \(text) is not a list of field.part or both(field,field)")
    }

    /// The texts of a record under a key, the most usual reading first; none when one of its parts is not given.
    func texts(_ key: Key, _ record: ComparedRecord) -> [String] {
        var texts = [key.text]
        for piece in key.pieces {
            let values = values(piece, record)
            texts = texts.flatMap { text in values.map { "\(text)\u{1F}\($0)" } }
            if texts.isEmpty { return [] }
        }
        return Array(texts.prefix(Self.mostTexts))
    }

    private func values(_ piece: Piece, _ record: ComparedRecord) -> [String] {
        switch piece {
        case .one(let field, let part): return values(field, part, record)
        case .both(let one, let other):
            let (first, second) = (values(one, .key, record), values(other, .key, record))
            return first.flatMap { a in second.map { b in min(a, b) + "\u{1F}" + max(a, b) } }
        }
    }

    private func values(_ field: String, _ part: Part, _ record: ComparedRecord) -> [String] {
        let columns = record.values[field] ?? []
        switch part {
        case .key:
            // The first reading by each script, the Arabic one first: it varies less between clerks.
            var keys: [String] = []
            for name in columns.reversed() {
                if let key = NameKeys.keys(name).first, !keys.contains(key) { keys.append(key) }
            }
            return keys
        case .value, .start:
            guard let value = columns.last(where: { !$0.isEmpty }) else { return [] }
            let text = kinds[field] == .code ? value : NormalisedName(value).text
            if part == .value { return text.isEmpty ? [] : [text] }
            return text.count < 3 ? [] : [String(text.prefix(3))]
        case .date, .year, .monthday, .yearmonth: return Self.date(columns.first ?? "", part, yearOnly.contains(field))
        }
    }

    /// `1961`, `1961-05` and `1961-05-12` give what they know; a first of January may stand for the year alone.
    private static func date(_ text: String, _ part: Part, _ firstOfJanuaryIsYear: Bool) -> [String] {
        let parts = text.split(separator: "-").map(String.init)
        guard let year = parts.first, year.count == 4 else { return [] }
        if part == .year { return [year] }
        let isYear = parts.count == 1 || firstOfJanuaryIsYear && parts[1...] == ["01", "01"]
        switch part {
        case .yearmonth where !isYear: return [year + parts[1]]
        case .monthday where !isYear && parts.count == 3: return [parts[1] + parts[2]]
        case .date where !isYear && parts.count == 3: return [year + parts[1] + parts[2]]
        default: return []
        }
    }
}

extension ApplicationContent {
    /// The demography as the comparison's fields. A document is compared within its type, so it is given apart.
    func compared(document: String? = nil) -> ComparedRecord {
        func digits(_ phone: String) -> String {
            // Without what tells the country or the trunk line: the same phone is written with either.
            String(phone.unicodeScalars.filter { (48...57).contains($0.value) }.map(Character.init).suffix(8))
        }
        return ComparedRecord([
            "given": [names.latin.given, names.arabic.given], "surname": [names.latin.family, names.arabic.family],
            "sex": [sex.rawValue], "birth": [birthDate.description], "commune": [residence.commune],
            "birthplace": [birthPlace.commune ?? birthPlace.text.map { NormalisedName($0).text } ?? ""],
            "father": [father?.latin ?? "", father?.arabic ?? ""],
            "mother": [mother?.latin ?? "", mother?.arabic ?? ""], "document": [document ?? ""],
            "phone": [phone.map(digits) ?? ""], "address": [residence.address ?? ""],
        ])
    }

    /// What a document is looked up by; its type belongs to the number.
    static func compared(_ document: Document) -> String { "\(document.type) \(document.normalisedNumber)" }

    /// The texts of all keys, each once.
    func blockingTexts(_ keys: BlockingKeys) -> [String] {
        let records = documents.isEmpty ? [compared()] : documents.map { compared(document: Self.compared($0)) }
        var texts: [String] = []
        for record in records {
            for key in keys.keys {
                for text in keys.texts(key, record) where !texts.contains(text) { texts.append(text) }
            }
        }
        return texts
    }
}
