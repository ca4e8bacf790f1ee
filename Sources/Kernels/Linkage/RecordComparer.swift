import Names

/// One record as its fields: for a name the Latin spelling first and the Arabic one second, else one value.
public struct ComparedRecord: Sendable {
    public var values: [String: [String]]

    public init(_ values: [String: [String]]) { self.values = values }

    func value(_ field: String, _ column: Int) -> String {
        guard let columns = values[field], column < columns.count else { return "" }
        return columns[column]
    }
}

/// What came of comparing two records: levels, their weights, the probability. Holds no personal value.
public struct ComparedPair: Sendable {
    public struct Reason: Sendable {
        /// The field; `prior`, `order` (two names exchanged), or `family` for the joint weight of what a household shares.
        public let field: String
        /// Nil for `prior` and `family`.
        public let level: FieldLevel?
        /// What it adds, in bits; nil for a field that is weighed within `family`.
        public let bits: Double?
    }

    /// Zero under a veto.
    public let probability: Double
    /// What the probability would be if nothing forbade the link.
    public let withoutVeto: Double
    /// The field in which two different valid values forbid the link.
    public let veto: String?
    public let reasons: [Reason]

    public func level(_ field: String) -> FieldLevel { reasons.first { $0.field == field }?.level ?? .missing }
}

/// Compares single records by weights that were learned before; nothing is learned here.
///
/// The same levels and classes as `Linker`. The prior is told by how many records there are and which share of the new
/// ones are of somebody who is there already, because a file's own share of duplicates says nothing about a register.
public struct RecordComparer: Sendable {
    public let configuration: LinkageConfiguration
    let terms: TermFrequencies
    let weights: Weights
    let agreement: [Double]
    let isHousehold: [Bool]
    let logBornTogether: Double
    let swappable: (Int, Int)?
    let vetoFields: [Int]

    /// - Parameters:
    ///   - records: how many persons the register is made for.
    ///   - repeatedShare: share of new records that are of a person who is there.
    ///   - householdSize: people of one household on average.
    ///   - bornTogether: how often two people of one household are born on the same day: twins.
    ///
    /// Throws `LinkageError` (`configuration`) where weights and configuration do not fit.
    public init(
        configuration: LinkageConfiguration, weights: CarriedWeights, terms: TermFrequencies, records: Double,
        repeatedShare: Double, householdSize: Double, bornTogether: Double
    ) throws(LinkageError) {
        self.configuration = try configuration.validated()
        self.terms = terms
        guard records >= 1, repeatedShare > 0, repeatedShare < 1, householdSize >= 1, bornTogether > 0,
            bornTogether < 1
        else {
            throw LinkageError(
                .configuration, "prior: records, repeatedShare, householdSize or bornTogether is out of range")
        }
        var (match, household, chance): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
        var agreement: [Double] = []
        isHousehold = configuration.fields.map { configuration.household?.contains($0.name) ?? false }
        for (field, shared) in zip(configuration.fields, isHousehold) {
            guard let learned = weights.fields[field.name] else {
                throw LinkageError(.configuration, "weights: there are none for the field \(field.name)")
            }
            match.append(try Self.row(learned.match, field.name, least: 1e-3))
            household.append(shared ? try Self.row(learned.household ?? [:], field.name, least: 1e-3) : [])
            var corrections = [Double](repeating: 0, count: Level.count)
            for (name, value) in learned.corrections ?? [:] {
                guard let level = FieldLevel(rawValue: name) else { throw Self.unknown(name, field.name) }
                corrections[level.number] = value
            }
            chance.append(try Self.row(learned.chance, field.name, least: 1e-6) + corrections)
            agreement.append(max(learned.agreement, 1e-9))
        }
        match.append(Self.order(weights.exchangedMatch))
        household.append(Self.order(weights.exchangedHousehold))
        self.agreement = agreement
        self.weights = Weights(
            match: match, household: household, chance: chance, matchShare: repeatedShare / records,
            householdShare: isHousehold.contains(true) ? (householdSize - 1) / records : 0)
        logBornTogether = Logarithm.natural(bornTogether)
        let names = configuration.fields.map(\.name)
        if let pair = configuration.swappable, let a = names.firstIndex(of: pair[0]),
            let b = names.firstIndex(of: pair[1])
        {
            swappable = (a, b)
        } else {
            swappable = nil
        }
        vetoFields = (configuration.veto ?? []).compactMap { names.firstIndex(of: $0) }
    }

    /// Natural logarithms by level; a level that hardly came up is held for rare, not for impossible: the file that was
    /// learned from does not hold every error that people make.
    private static func row(
        _ shares: [String: Double], _ field: String, least: Double
    ) throws(LinkageError) -> [Double] {
        var row = [Double](repeating: Logarithm.natural(least), count: Level.count)
        row[Int(Level.missing)] = 0
        for (name, share) in shares {
            guard let level = FieldLevel(rawValue: name), share > 0, share <= 1 else { throw unknown(name, field) }
            row[level.number] = Logarithm.natural(max(share, least))
        }
        return row
    }

    private static func unknown(_ level: String, _ field: String) -> LinkageError {
        LinkageError(.configuration, "weights: fields.\(field): \(level) is no level with a share between 0 and 1")
    }

    private static func order(_ share: Double) -> [Double] {
        var row = [Double](repeating: 0, count: Level.count)
        row[Int(Level.exchanged)] = Logarithm.natural(max(share, 1e-6))
        return row
    }

    /// Compares a new record with each of the others, in their order.
    ///
    /// What one record needs is prepared once, so comparing with many at a time costs less than one by one.
    public func compare(_ record: ComparedRecord, with others: [ComparedRecord]) -> [ComparedPair] {
        let rows = ComparedRows(configuration, [record] + others)
        return others.indices.map { pair(rows, 0, $0 + 1) }
    }

    private func pair(_ rows: ComparedRows, _ one: Int, _ other: Int) -> ComparedPair {
        let levels = self.levels(rows, one, other)
        let exchanged = levels[configuration.fields.count] == Level.exchanged
        var chances = [Double](repeating: 0, count: configuration.fields.count)
        for (field, level) in levels.enumerated() where level != Level.missing && field < chances.count {
            chances[field] = chance(rows, field, level, one, other, exchanged: exchanged)
        }
        let reasons = reasons(levels, chances)
        let odds = reasons.reduce(0) { $0 + ($1.bits ?? 0) } * Logarithm.natural(2)
        let veto = vetoFields.first { levels[$0] == Level.differs }
        return ComparedPair(
            probability: veto == nil ? Logarithm.probability(odds) : 0, withoutVeto: Logarithm.probability(odds),
            veto: veto.map { configuration.fields[$0].name },
            reasons: reasons)
    }

    /// The waterfall: from the prior, what each field adds; the bits add up to the log odds.
    private func reasons(_ levels: [UInt8], _ chances: [Double]) -> [ComparedPair.Reason] {
        let toBits = 1 / Logarithm.natural(2)
        let logStranger = Logarithm.natural(max(1e-9, 1 - weights.matchShare - weights.householdShare))
        var reasons = [
            ComparedPair.Reason(
                field: "prior", level: nil, bits: (Logarithm.natural(weights.matchShare) - logStranger) * toBits)
        ]
        var family: [ComparedPair.Reason] = []
        var (match, home, shared) = (0.0, 0.0, 0.0)
        for (index, field) in configuration.fields.enumerated() {
            let level = levels[index]
            if isHousehold[index] {
                match += weights.match[index][Int(level)]
                home += weights.household[index][Int(level)]
                shared += chances[index]
                family.append(ComparedPair.Reason(field: field.name, level: FieldLevel(level), bits: nil))
            } else {
                let bits = level == Level.missing ? 0 : (weights.match[index][Int(level)] - chances[index]) * toBits
                reasons.append(ComparedPair.Reason(field: field.name, level: FieldLevel(level), bits: bits))
                // The same day of birth by chance is rare among strangers, and not so rare in one household.
                if field.kind == .date, level == Level.exact { home += max(0, logBornTogether - chances[index]) }
            }
        }
        if levels[configuration.fields.count] == Level.exchanged {
            let last = configuration.fields.count
            home += weights.household[last][Int(Level.exchanged)]
            reasons.append(
                ComparedPair.Reason(
                    field: "order", level: .exchanged, bits: weights.match[last][Int(Level.exchanged)] * toBits))
        }
        if !family.isEmpty {
            let ofHousehold =
                weights.householdShare > 0 ? Logarithm.natural(weights.householdShare) + home : -1e9
            let other = Logarithm.sum(ofHousehold, logStranger + shared)
            reasons.append(
                ComparedPair.Reason(field: "family", level: nil, bits: (match - other + logStranger) * toBits))
        }
        return reasons + family
    }
}
