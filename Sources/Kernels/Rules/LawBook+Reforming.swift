public import Quantities

extension LawBook {
    /// A number of the law that a reform may change.
    public struct Changeable: Hashable, Sendable {
        /// The parameter's id, or `id.entry` for a table's key or a band's place counted from 1.
        public let path: String
        public let value: ParameterValue
    }

    /// Every number in force on a day, sorted by path.
    public func changeable(on date: CivilDate) -> [Changeable] {
        var all: [Changeable] = []
        for (id, parameter) in parts.parameters {
            guard let version = try? parameter.version(on: date) else { continue }
            switch version.content {
            case .number(let entry):
                all.append(Changeable(path: id, value: parameter.value(entry, from: version.from)))
            case .table(let table):
                for (key, entry) in table {
                    all.append(
                        Changeable(path: "\(id).\(key)", value: parameter.value(entry, named: key, from: version.from)))
                }
            case .bands(let bands):
                for (place, band) in bands.enumerated() {
                    let value = parameter.value(band.entry, named: band.upToText, from: version.from)
                    all.append(Changeable(path: "\(id).\(place + 1)", value: value))
                }
            }
        }
        return all.sorted { $0.path < $1.path }
    }

    /// What a programme's amount is: its unit, and whether the household pays it.
    public struct AmountTerms: Hashable, Sendable {
        /// Like `MAD/month`; a unit without a period is of an amount that is given once.
        public let unit: String
        public let isPaidByHousehold: Bool
    }

    /// The terms of the version in force; nil for a programme that is not in force or has no amount.
    public func amountTerms(of programme: String, on date: CivilDate) -> AmountTerms? {
        let versions = (programmes + further).first { $0.first?.id == programme } ?? []
        guard let amount = versions.last(where: { $0.from <= date })?.amount else { return nil }
        return AmountTerms(unit: amount.unit, isPaidByHousehold: amount.isPaidByHousehold)
    }

    /// A programme's name by language on a day; empty where it is not in force.
    public func programmeLabels(_ programme: String, on date: CivilDate) -> [String: String] {
        let versions = (programmes + further).first { $0.first?.id == programme } ?? []
        return versions.last { $0.from <= date }?.labels ?? [:]
    }
}
