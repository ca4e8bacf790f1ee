/// A person of the gallery who may be the probe's.
public struct Candidate: Sendable, Equatable {
    /// The order number of the enrolment.
    public let order: UInt64
    /// What the caller calls the person.
    public let identifier: String
    public let comparison: PersonComparison

    public init(order: UInt64, identifier: String, comparison: PersonComparison) {
        (self.order, self.identifier, self.comparison) = (order, identifier, comparison)
    }

    /// The best first; of equals the earlier enrolment.
    public static func isBetter(_ one: Candidate, _ other: Candidate) -> Bool {
        one.comparison.score == other.comparison.score
            ? one.order < other.order : one.comparison.score > other.comparison.score
    }
}

/// What one part of a gallery answered: whom it found and how many it looked at.
public struct SearchTally: Sendable, Equatable {
    /// The best first.
    public var candidates: [Candidate] = []
    /// Persons who were looked at, those that the reject stage turned away among them.
    public var examined = 0
    /// Persons of whom all shared fingers were compared.
    public var compared = 0
    /// Persons with nothing in common with the probe: no search by body says anything about them.
    public var incomparable = 0

    public init() {}

    /// Both together.
    public mutating func add(_ other: SearchTally, most: Int) {
        candidates = Array((candidates + other.candidates).sorted(by: Candidate.isBetter).prefix(most))
        examined += other.examined
        compared += other.compared
        incomparable += other.incomparable
    }
}

/// A search through persons whose templates lie in memory.
public struct GallerySearch: Sendable {
    public let probe: PersonProbe
    public let stage: RejectStage
    /// The least score of a candidate.
    public let least: Float
    /// The most candidates that are given.
    public let most: Int

    /// One person of the gallery.
    public struct Entry: Sendable {
        public let order: UInt64
        public let view: PersonView

        public init(order: UInt64, view: PersonView) { (self.order, self.view) = (order, view) }
    }

    public init(_ probe: PersonProbe, stage: RejectStage = .standard, least: Float = 60, most: Int = 20) {
        (self.probe, self.stage, self.least, self.most) = (probe, stage, least, most)
    }

    /// Looks at every entry but the one of the probe's own order number.
    ///
    /// `identifier` gives the name of an entry by its index; it is asked for candidates only. Parts of a gallery can be
    /// searched apart, on threads or machines, and their tallies added: the sum is the same.
    public func run(
        _ entries: some RandomAccessCollection<Entry>, excluding own: UInt64? = nil, matcher: PersonMatcher,
        identifier: (Int) -> String
    ) -> SearchTally {
        var tally = SearchTally()
        for (index, entry) in entries.enumerated() where entry.order != own {
            tally.examined += 1
            switch matcher.examine(probe, entry.view, stage: stage) {
            case .incomparable: tally.incomparable += 1
            case .rejected: continue
            case .compared(let comparison):
                tally.compared += 1
                guard comparison.score >= least else { continue }
                tally.candidates.append(
                    Candidate(order: entry.order, identifier: identifier(index), comparison: comparison))
            }
        }
        tally.candidates = Array(tally.candidates.sorted(by: Candidate.isBetter).prefix(most))
        return tally
    }
}
