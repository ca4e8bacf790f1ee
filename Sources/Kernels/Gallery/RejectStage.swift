/// What a person of the gallery must show before all fingers are compared.
///
/// Every person is looked at; whether one passes depends on the two persons alone, never on who else is in the gallery
/// or in which shard, so that shards answer together exactly what one process would. The loss by each bound is measured
/// by `Benchmarks/gallery`.
public struct RejectStage: Sendable {
    /// Fingers whose quick likeness is taken of everybody.
    public var firstFingers: Int
    /// Their least mean, 0...1.
    public var firstLeast: Float
    /// The least mean once all ready fingers have been looked at.
    public var readyLeast: Float
    /// Fingers that are compared in full before the sum of their scores is looked at.
    public var scoredFingers: Int
    /// The least sum of their scores.
    public var scoredLeast: Float
    /// An iris this near lets a person pass whatever the fingers show: a score.
    public var irisPasses: Float

    public init(
        firstFingers: Int, firstLeast: Float, readyLeast: Float, scoredFingers: Int, scoredLeast: Float,
        irisPasses: Float
    ) {
        (self.firstFingers, self.firstLeast, self.readyLeast) = (firstFingers, firstLeast, readyLeast)
        (self.scoredFingers, self.scoredLeast, self.irisPasses) = (scoredFingers, scoredLeast, irisPasses)
    }

    /// The bounds in use.
    public static let standard = RejectStage(
        firstFingers: 2, firstLeast: 0.36, readyLeast: 0.36, scoredFingers: 2, scoredLeast: 10, irisPasses: 30)

    /// Everybody is compared by all fingers.
    public static let none = RejectStage(
        firstFingers: 0, firstLeast: 0, readyLeast: 0, scoredFingers: 0, scoredLeast: 0, irisPasses: 0)
}
