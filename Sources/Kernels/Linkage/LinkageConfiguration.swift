/// What a file's columns mean and how its records are compared: data, never code.
///
/// Decoded from a configuration file; `validated()` names what is wrong in it.
public struct LinkageConfiguration: Codable, Sendable {
    /// The column that identifies a record.
    public var id: String
    /// The comparisons, at most fifteen.
    public var fields: [Field]
    /// Two name fields that clerks exchange.
    public var swappable: [String]?
    /// Fields that people of one household share; they weigh together, so that siblings are not taken for one.
    public var household: [String]?
    /// Fields under which two records come to be compared, two or three a key, such as `given.key birth.date`.
    public var keys: [String]
    /// Keys that only serve to see households while weights are estimated.
    public var householdKeys: [String]?
    /// Fields that split a list longer than `longestList`.
    public var refinements: [String]?
    /// Longest list of records under one key; longer ones are refined, then left out and reported. Default 60.
    public var longestList: Int?
    /// From this probability on two records are one without a clerk. Default 0.95.
    public var automatic: Double?
    /// From this probability on a clerk looks. Default 0.3.
    public var clerical: Double?
    /// Fields whose two different valid values forbid a link.
    public var veto: [String]?
    /// Pairs of date fields of which the first never comes later, such as birth and death or a parent's birth and one's
    /// own; a pair of records that would turn them round is no person.
    public var order: [[String]]?
    /// Outcomes of a comparison that are not told apart from "different": `variant`, `oneEdit`, `near`, `partly`,
    /// `across`; to see what each is good for.
    public var withoutLevels: [String]?
    /// The column that names a record's household; only needed to look for households that were entered twice.
    public var householdColumn: String?
    /// From how many persons in common on two households are one family. Default 2.
    public var familyMembers: Int?
    /// And which share of the smaller household they must be. Default 0.5.
    public var familyShare: Double?
    /// How much one pair of records may say against joining two clusters, in natural log odds. Default 9.
    public var mostAgainst: Double?

    /// One comparison.
    public struct Field: Codable, Sendable {
        public var name: String
        public var kind: Kind
        /// The columns, for a name the Latin one first and the Arabic one second.
        public var columns: [String]
        /// A first of January means that only the year is known.
        public var firstOfJanuaryIsYear: Bool?
        /// The shapes of a valid code, `A` for a letter and `9` for a digit; none: every code is valid.
        public var shapes: [String]?
    }

    /// How two values of a field are compared.
    public enum Kind: String, Codable, Sendable {
        /// A person's name, across scripts, spellings and typing errors.
        case name
        /// Words, such as an address.
        case text
        /// A document, telephone or postal number.
        case code
        /// One of a few values.
        case category
        /// A date by its precision.
        case date
    }

    /// The configuration itself when every name in it is known.
    public func validated() throws(LinkageError) -> LinkageConfiguration {
        guard !fields.isEmpty, fields.count <= 15 else {
            throw LinkageError(.configuration, "fields: give one to fifteen comparisons")
        }
        let names = Set(fields.map(\.name))
        guard names.count == fields.count else { throw LinkageError(.configuration, "fields: every name once") }
        for field in fields where field.columns.isEmpty || field.columns.count > 2 {
            throw LinkageError(.configuration, "fields.\(field.name).columns: give one column, or two for a name")
        }
        for field in fields where field.kind != .name && field.columns.count != 1 {
            throw LinkageError(.configuration, "fields.\(field.name).columns: only a name has two")
        }
        for (list, where_) in [(swappable, "swappable"), (household, "household"), (veto, "veto")] {
            for name in list ?? [] where !names.contains(name) {
                throw LinkageError(.configuration, "\(where_): \(name) is no field; fields are \(names.sorted())")
            }
        }
        if let swappable {
            guard swappable.count == 2,
                swappable.allSatisfy({ name in fields.contains { $0.name == name && $0.kind == .name } })
            else { throw LinkageError(.configuration, "swappable: give two fields of kind name") }
        }
        for level in withoutLevels ?? [] where Level.names[level] == nil {
            throw LinkageError(.configuration, "withoutLevels: \(level) is none of \(Level.names.keys.sorted())")
        }
        for pair in order ?? [] {
            guard pair.count == 2, pair.allSatisfy({ name in fields.contains { $0.name == name && $0.kind == .date } })
            else { throw LinkageError(.configuration, "order: give pairs of fields of kind date") }
        }
        for (value, where_) in [(automatic, "automatic"), (clerical, "clerical"), (familyShare, "familyShare")] {
            guard value.map({ $0 > 0 && $0 < 1 }) ?? true else {
                throw LinkageError(.configuration, "\(where_): give a number between 0 and 1")
            }
        }
        guard clericalThreshold <= automaticThreshold else {
            throw LinkageError(.configuration, "clerical: give no more than automatic, \(automaticThreshold)")
        }
        guard longestList.map({ $0 >= 2 }) ?? true else {
            throw LinkageError(.configuration, "longestList: give 2 or more")
        }
        guard !keys.isEmpty else { throw LinkageError(.configuration, "keys: give at least one") }
        for key in keys + (householdKeys ?? []) { _ = try CandidateKey(key, fields: fields) }
        for part in refinements ?? [] { _ = try CandidateKey(part, fields: fields) }
        return self
    }

    /// From this probability on two records are one without a clerk.
    public var automaticThreshold: Double { automatic ?? 0.95 }
    /// From this probability on a clerk looks.
    public var clericalThreshold: Double { clerical ?? 0.3 }

    /// What is done with a pair.
    public enum Path: String, Sendable, CaseIterable {
        /// One person, without a clerk.
        case automatic
        /// A clerk looks.
        case clerical
        /// Two persons.
        case clear
    }

    /// The path of a pair by its probability.
    public func path(_ probability: Double) -> Path {
        probability >= automaticThreshold ? .automatic : probability >= clericalThreshold ? .clerical : .clear
    }
}
