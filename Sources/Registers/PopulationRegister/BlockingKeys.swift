import Linkage
import Names
import Quantities
import Synchronization

/// The keys under which applications come to be compared, as texts; only their keyed hashes are ever stored.
///
/// Written in the configuration of the comparison as `given.key birth.date`: fields with a part each. A name has a key by
/// either script, so a key with two names may have several texts.
struct BlockingKeys: Sendable {
    enum Part: String, Sendable { case value, key, date, year, monthday, yearmonth, start }

    /// A field read in one way; keys that read alike share one.
    struct Reading: Hashable, Sendable {
        let field: String
        let part: Part
    }

    /// Places in the list of readings.
    enum Piece: Sendable {
        case one(Int)
        case both(Int, Int)
    }

    struct Key: Sendable {
        let text: String
        let pieces: [Piece]
    }

    /// More texts than this under one key cost more than they find.
    static let mostTexts = 4

    let keys: [Key]
    let refinements: [Key]
    fileprivate let readings: [Reading]
    fileprivate let names = NameReadings()
    private let kinds: [String: LinkageConfiguration.Kind]
    private let yearOnly: Set<String>

    /// Throws `LinkageError` (`configuration`).
    init(_ configuration: LinkageConfiguration) throws(LinkageError) {
        var keys: [Key] = []
        var refinements: [Key] = []
        var readings: [Reading] = []
        for text in configuration.keys { keys.append(try Self.key(text, &readings)) }
        for text in configuration.refinements ?? [] { refinements.append(try Self.key(text, &readings)) }
        self.readings = readings
        self.keys = keys
        self.refinements = refinements
        kinds = Dictionary(configuration.fields.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
        yearOnly = Set(configuration.fields.filter { $0.firstOfJanuaryIsYear ?? false }.map(\.name))
    }

    private static func key(_ text: String, _ readings: inout [Reading]) throws(LinkageError) -> Key {
        func place(_ reading: Reading) -> Int {
            if let place = readings.firstIndex(of: reading) { return place }
            readings.append(reading)
            return readings.count - 1
        }
        var pieces: [Piece] = []
        for word in text.split(separator: " ") {
            if word.hasPrefix("both("), word.hasSuffix(")") {
                let names = word.dropFirst(5).dropLast().split(separator: ",").map(String.init)
                guard names.count == 2 else { throw fault(text) }
                let both = names.map { place(Reading(field: $0, part: .key)) }
                pieces.append(.both(both[0], both[1]))
            } else {
                let parts = word.split(separator: ".").map(String.init)
                guard parts.count == 2, let part = Part(rawValue: parts[1]) else { throw fault(text) }
                pieces.append(.one(place(Reading(field: parts[0], part: part))))
            }
        }
        guard !pieces.isEmpty else { throw fault(text) }
        return Key(text: text, pieces: pieces)
    }

    private static func fault(_ text: String) -> LinkageError {
        LinkageError(.configuration, "keys: \(text) is not a list of field.part or both(field,field)")
    }

    fileprivate func values(_ reading: Reading, _ record: ComparedRecord) -> [String] {
        let columns = record.values[reading.field] ?? []
        switch reading.part {
        case .key:
            // The first reading by each script, the Arabic one first: it varies less between clerks.
            var keys: [String] = []
            for name in columns.reversed() where !name.isEmpty {
                if let key = names.key(name), !keys.contains(key) { keys.append(key) }
            }
            return keys
        case .value, .start:
            guard let value = columns.last(where: { !$0.isEmpty }) else { return [] }
            let text = kinds[reading.field] == .code ? value : NormalisedName(value).text
            if reading.part == .value { return text.isEmpty ? [] : [text] }
            return text.count < 3 ? [] : [String(text.prefix(3))]
        case .date, .year, .monthday, .yearmonth:
            return Self.date(columns.first ?? "", reading.part, yearOnly.contains(reading.field))
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

/// The texts of one record under its keys: each field is read once, however many keys it is part of.
struct BlockingTexts {
    private let keys: BlockingKeys
    private let record: ComparedRecord
    private var known: [[String]?]

    init(_ keys: BlockingKeys, _ record: ComparedRecord) {
        self.keys = keys
        self.record = record
        known = Array(repeating: nil, count: keys.readings.count)
    }

    /// The texts under a key, the most usual reading first; none when one of its parts is not given.
    mutating func texts(_ key: BlockingKeys.Key) -> [String] {
        var texts = [key.text]
        for piece in key.pieces {
            let values = values(piece)
            if values.isEmpty { return [] }
            if let value = values.first, values.count == 1 {
                for index in texts.indices {
                    texts[index] += "\u{1F}"
                    texts[index] += value
                }
            } else {
                texts = texts.flatMap { text in values.map { "\(text)\u{1F}\($0)" } }
            }
        }
        return texts.count > BlockingKeys.mostTexts ? Array(texts.prefix(BlockingKeys.mostTexts)) : texts
    }

    private mutating func values(_ piece: BlockingKeys.Piece) -> [String] {
        switch piece {
        case .one(let place): return read(place)
        case .both(let one, let other):
            let (first, second) = (read(one), read(other))
            return first.flatMap { a in second.map { b in min(a, b) + "\u{1F}" + max(a, b) } }
        }
    }

    private mutating func read(_ place: Int) -> [String] {
        if let values = known[place] { return values }
        let values = keys.values(keys.readings[place], record)
        known[place] = values
        return values
    }
}

/// The keys of names met before: many people share few names.
private final class NameReadings: Sendable {
    private static let most = 20_000
    private let known = Mutex<[String: String?]>([:])

    /// The most usual key of a name; nil for one without a letter.
    func key(_ name: String) -> String? {
        if let found = known.withLock({ $0[name] }) { return found }
        let key = NameKeys.keys(name).first
        known.withLock { known in
            if known.count >= Self.most { known.removeAll(keepingCapacity: true) }
            known[name] = .some(key)
        }
        return key
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
            var readings = BlockingTexts(keys, record)
            for key in keys.keys {
                for text in readings.texts(key) where !texts.contains(text) { texts.append(text) }
            }
        }
        return texts
    }
}
