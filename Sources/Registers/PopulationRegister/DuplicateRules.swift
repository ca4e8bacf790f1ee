public import Linkage

/// What the country decides about finding an applicant who is in the register already.
public struct DuplicateRules: Sendable {
    public let comparer: RecordComparer
    /// From this probability on the application is linked without a reviewer, where `automaticNeeds` is met as well.
    public let automatic: Double
    /// From this probability on reviewers decide.
    public let clerical: Double
    /// Which levels a field must have before anything happens without a reviewer; twins differ in one of them.
    public let automaticNeeds: [String: [FieldLevel]]
    /// Fields that forbid a link by any difference, not only by a great one: documents were read off paper.
    public let strictVeto: [String]
    /// How many reviewers must agree on a pair.
    public let reviewers: Int
    /// Longest list of files under one keyed hash; later files stand under hashes with one more field.
    public let longestList: Int
    /// Most files that one search opens, those under the most common hashes first.
    public let mostCompared: Int
    let keys: BlockingKeys

    /// Throws `LinkageError` (`configuration`) for a key that enrolment cannot make.
    public init(
        comparer: RecordComparer, automatic: Double, clerical: Double, automaticNeeds: [String: [FieldLevel]],
        strictVeto: [String], reviewers: Int, longestList: Int, mostCompared: Int
    ) throws(LinkageError) {
        let names = Set(comparer.configuration.fields.map(\.name))
        for field in Array(automaticNeeds.keys) + strictVeto where !names.contains(field) {
            throw LinkageError(.configuration, "automaticNeeds, strictVeto: \(field) is no field of the comparison")
        }
        guard 0 < clerical, clerical <= automatic, automatic < 1, reviewers >= 1, longestList >= 1, mostCompared >= 1
        else {
            throw LinkageError(
                .configuration, "give 0 < clerical <= automatic < 1, and reviewers, longestList, mostCompared from 1 on"
            )
        }
        self.comparer = comparer
        self.automatic = automatic
        self.clerical = clerical
        self.automaticNeeds = automaticNeeds
        self.strictVeto = strictVeto
        self.reviewers = reviewers
        self.longestList = longestList
        self.mostCompared = mostCompared
        keys = try BlockingKeys(comparer.configuration)
    }

    /// Where a compared pair leads; nil where it is not worth showing.
    func judge(_ pair: ComparedPair) -> (path: DuplicatePath, probability: Double, veto: String?)? {
        let veto =
            pair.veto ?? strictVeto.first { ![.missing, .equal].contains(pair.level($0)) }
        if let veto { return pair.withoutVeto >= clerical ? (.clear, 0, veto) : nil }
        guard pair.probability >= clerical else { return nil }
        let isCertain =
            pair.probability >= automatic
            && automaticNeeds.allSatisfy { field, levels in levels.contains(pair.level(field)) }
        return (isCertain ? .automatic : .clerical, pair.probability, nil)
    }
}

/// Where a search for duplicates leads an application.
public enum DuplicatePath: String, Sendable, Codable, CaseIterable, Comparable {
    /// It goes on.
    case clear
    /// Reviewers decide on one pair or more before a number can be given.
    case clerical
    /// It is linked to the file that is there and gets no second number.
    case automatic

    public static func < (one: DuplicatePath, other: DuplicatePath) -> Bool {
        let order = Self.allCases
        return (order.firstIndex(of: one) ?? 0) < (order.firstIndex(of: other) ?? 0)
    }
}

/// A file that may be of the applicant, with the reasons; no personal value.
public struct DuplicateCandidate: Hashable, Sendable, Codable {
    public struct Reason: Hashable, Sendable, Codable {
        /// The field, `prior`, `order` or `family`.
        public let field: String
        /// Nil for the prior and for the joint weight of the family.
        public let level: String?
        /// What it adds to the log odds, in bits; nil for a field that is weighed within `family`.
        public let bits: Double?
    }

    /// The identifier of the other application or person.
    public let file: String
    public let probability: Double
    public let path: DuplicatePath
    /// The field in which two different valid values forbid the link.
    public let veto: String?
    public let reasons: [Reason]
}
