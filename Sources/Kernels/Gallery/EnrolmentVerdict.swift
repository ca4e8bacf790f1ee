/// Whether an enrolment may go on, by what the search for it answered.
///
/// The rule by which, of two enrolments of one person at the same time, exactly one passes. It rests on two things that
/// the caller sees to: an enrolment's order number is allotted, and its templates are appended, in one transaction
/// before it is searched for; and order numbers are seen without gaps. Of any two enrolments the later one's complete
/// search therefore sees the earlier one, and the earlier one takes no notice of the later.
public enum EnrolmentVerdict: Sendable, Equatable {
    /// Nobody enrolled earlier is like it, and everybody was looked at.
    case clear
    /// Earlier enrolments that are like it, the best first: people decide.
    case adjudicate([Candidate])
    /// Not everybody was looked at: search again. Never to be read as clear.
    case searchAgain([SearchAnswer.Gap])

    /// Judges the answer to a probe of order number `order`.
    ///
    /// The least score of a candidate is that of the search. Candidates are people's business at once, even when the
    /// search was incomplete.
    public init(order: UInt64, answer: SearchAnswer) {
        let earlier = answer.tally.candidates.filter { $0.order < order }
        guard earlier.isEmpty else {
            self = .adjudicate(earlier)
            return
        }
        switch answer.standing {
        case .complete(let through) where through &+ 1 >= order && order > 0: self = .clear
        case .complete(let through):
            self = .searchAgain([.stale(shard: 0, lastOrder: through, needed: order > 0 ? order - 1 : 0)])
        case .incomplete(let gaps): self = .searchAgain(gaps)
        }
    }
}
