public import Quantities

/// What the country decides about fingers, as plain values.
public struct PrintRules: Sendable {
    /// From which age on fingers are taken, by the day from which that holds; the latest day first.
    public let agesByDay: [(from: CivilDate, age: Int)]
    /// Whether nobody of that age gets a number without fingers or recorded exceptions.
    public let isMandatory: Bool
    /// How many impressions of one finger are asked for before the best one is kept.
    public let attempts: Int
    /// The least score, as `PersonComparison.score`, from which a file found by the search is for reviewers.
    public let leastScore: Float
    /// The least score of one finger with which somebody is verified.
    public let verificationScore: Float
    /// How many reviewers must agree.
    public let reviewers: Int
    /// The calendar day in the country.
    let day: @Sendable (Instant) throws -> CivilDate

    public init(
        agesByDay: [(from: CivilDate, age: Int)], isMandatory: Bool, attempts: Int, leastScore: Float,
        verificationScore: Float, reviewers: Int, day: @escaping @Sendable (Instant) throws -> CivilDate
    ) {
        self.agesByDay = agesByDay.sorted { $0.from > $1.from }
        self.isMandatory = isMandatory
        self.attempts = attempts
        self.leastScore = leastScore
        self.verificationScore = verificationScore
        self.reviewers = reviewers
        self.day = day
    }

    /// Whether fingers are taken from somebody on a day.
    ///
    /// A birth that is known to the year or the month counts as early as it may have been: who may be old enough is
    /// asked, and who is certainly too young is not.
    public func areTaken(from birth: PartialDate, on day: CivilDate) -> Bool {
        guard let rule = agesByDay.first(where: { $0.from <= day }) else { return false }
        return birth.earliest.completedYears(on: day) >= rule.age
    }
}
