import Quantities

/// A number of the law with its values by start date: a plain number, a table by key, or bands.
struct Parameter: Sendable {
    let id: String
    let file: String
    let labels: [String: String]
    let unit: String
    /// Whether it stands in for one that could not be read.
    var isPlaceholder = false
    /// By start date, earliest first; never empty.
    let versions: [Version]

    struct Version: Sendable {
        let from: CivilDate
        /// The last day; nil where it holds until the next version.
        let until: CivilDate?
        let line: Int?
        let content: Content
    }

    enum Content: Sendable {
        case number(Entry)
        case table([String: Entry])
        /// By upper end, ascending; the last one is open.
        case bands([Band])
    }

    struct Entry: Sendable {
        let value: Rational
        let text: String
        let source: String
        let status: ParameterValue.Status
        let line: Int?
    }

    struct Band: Sendable {
        let upTo: Rational?
        let upToText: String?
        let entry: Entry
    }

    enum Kind: String {
        case number
        case table
        case bands
    }

    var kind: Kind {
        switch versions[0].content {
        case .number: .number
        case .table: .table
        case .bands: .bands
        }
    }

    /// The version in force. Throws `notInForce` before the first.
    func version(on date: CivilDate) throws(LawError) -> Version {
        guard let version = versions.last(where: { $0.from <= date }) else {
            throw LawError(
                .notInForce, file: file, field: id,
                "The parameter has no value on \(date); its first one holds from \(versions[0].from).")
        }
        if let until = version.until, until < date {
            throw LawError(
                .notInForce, file: file, field: id, line: version.line,
                "The parameter has no value on \(date); its last one held until \(until).")
        }
        return version
    }

    func value(_ entry: Entry, named name: String? = nil, from: CivilDate) -> ParameterValue {
        ParameterValue(
            id: id, entry: name, labels: labels, unit: unit, value: entry.value, text: entry.text,
            source: entry.source, status: entry.status, from: from)
    }

    /// The plain number in force.
    func number(on date: CivilDate) throws(LawError) -> ParameterValue {
        let version = try version(on: date)
        guard case .number(let entry) = version.content else {
            throw LawError(
                .wrongType, file: file, field: id,
                "The parameter has several entries; name one of them: \(entryNames(version).joined(separator: ", ")).")
        }
        return value(entry, from: version.from)
    }

    /// The table's entry in force under `key`.
    func entry(_ key: String, on date: CivilDate) throws(LawError) -> ParameterValue {
        let version = try version(on: date)
        guard case .table(let table) = version.content, let entry = table[key] else {
            throw LawError(
                .unknownParameter, file: file, field: id,
                "The table has no such entry on \(date); it has \(entryNames(version).joined(separator: ", ")).")
        }
        return value(entry, named: key, from: version.from)
    }

    /// The band in force that `number` falls in: above the band before, up to and including its own end.
    func band(of number: Rational, on date: CivilDate) throws(LawError) -> ParameterValue {
        let version = try version(on: date)
        guard case .bands(let bands) = version.content else {
            throw LawError(.wrongType, file: file, field: id, "The parameter has no bands.")
        }
        do throws(QuantityError) {
            for band in bands {
                if let upTo = band.upTo, try upTo.isLess(than: number) { continue }
                return value(band.entry, named: band.upToText, from: version.from)
            }
        } catch {
            throw LawError(.evaluationFailed, file: file, field: id, "The number is too large to be compared.")
        }
        throw LawError(.unknownParameter, file: file, field: id, "The last band must be open.")
    }

    private func entryNames(_ version: Version) -> [String] {
        switch version.content {
        case .number: []
        case .table(let table): table.keys.sorted()
        case .bands(let bands): (1...bands.count).map(String.init)
        }
    }
}

extension Parameter {
    /// The number under `id` itself, or under `id.entry`: a table's key, or a band's place counted from 1.
    func value(entry name: String?, on date: CivilDate) throws(LawError) -> ParameterValue {
        guard let name else { return try number(on: date) }
        let version = try version(on: date)
        if case .bands(let bands) = version.content, let place = Int(name), bands.indices.contains(place - 1) {
            return value(bands[place - 1].entry, named: bands[place - 1].upToText, from: version.from)
        }
        return try entry(name, on: date)
    }
}
