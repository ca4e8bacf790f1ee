/// What a person of the gallery must show before all fingers are compared.
///
/// Every person is looked at; whether one passes depends on the two persons alone, never on who else is in the gallery
/// or in which shard, so that shards answer together exactly what one process would. What the bounds lose is said in
/// Documentation/Gallery.md.
public struct RejectStage: Sendable {
    /// The least mean of the quick likeness after one finger, two, and so on; a finger more is asked while it is kept.
    public var leastMeans: [Float]
    /// Fingers that are compared in full before the sum of their scores is looked at.
    public var scoredFingers: Int
    /// The least sum of their scores.
    public var scoredLeast: Float
    /// An iris this near lets a person pass whatever the fingers show: a score.
    public var irisPasses: Float

    public init(leastMeans: [Float], scoredFingers: Int, scoredLeast: Float, irisPasses: Float) {
        (self.leastMeans, self.scoredFingers) = (leastMeans, scoredFingers)
        (self.scoredLeast, self.irisPasses) = (scoredLeast, irisPasses)
    }

    /// The bounds in use.
    public static let standard = RejectStage(
        leastMeans: [0, 0.34, 0.40, 0.43, 0.45, 0.47], scoredFingers: 2, scoredLeast: 10, irisPasses: 30)

    /// Everybody is compared by all fingers.
    public static let none = RejectStage(leastMeans: [], scoredFingers: 0, scoredLeast: 0, irisPasses: 0)
}
