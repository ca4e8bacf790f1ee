public import CivilNumber

/// What the country decides about enrolment, as plain values.
public struct PopulationRules: Sendable {
    /// A kind of document that proves an identity.
    public struct DocumentType: Hashable, Sendable {
        public let code: String
        /// What a number may look like once normalised: the shortest and longest count of letters and digits.
        public let lengths: ClosedRange<Int>
        /// Whoever holds one may be a witness for a person without documents.
        public let qualifiesWitness: Bool

        public init(code: String, lengths: ClosedRange<Int>, qualifiesWitness: Bool) {
            self.code = code
            self.lengths = lengths
            self.qualifiesWitness = qualifiesWitness
        }
    }

    public let civilNumber: CivilNumberScheme
    public let documentTypes: [DocumentType]
    /// How many witnesses replace a document.
    public let witnesses: Int
    /// Codes of places that residence and birth may name.
    public let placeCodes: Set<String>
    public let oneTimeCodeLifetimeSeconds: Int64
    public let oneTimeCodeAttempts: Int64
    public let duplicates: DuplicateRules
    public let prints: PrintRules

    public init(
        civilNumber: CivilNumberScheme, documentTypes: [DocumentType], witnesses: Int, placeCodes: Set<String>,
        oneTimeCodeLifetimeSeconds: Int64, oneTimeCodeAttempts: Int64, duplicates: DuplicateRules,
        prints: PrintRules
    ) {
        self.civilNumber = civilNumber
        self.documentTypes = documentTypes
        self.witnesses = witnesses
        self.placeCodes = placeCodes
        self.oneTimeCodeLifetimeSeconds = oneTimeCodeLifetimeSeconds
        self.oneTimeCodeAttempts = oneTimeCodeAttempts
        self.duplicates = duplicates
        self.prints = prints
    }

    public func documentType(_ code: String) -> DocumentType? { documentTypes.first { $0.code == code } }
}
