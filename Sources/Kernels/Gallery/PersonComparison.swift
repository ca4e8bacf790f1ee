/// What two persons' templates have in common.
public struct PersonComparison: Sendable, Equatable {
    /// One finger of both.
    public struct Finger: Sendable, Equatable {
        /// By ISO/IEC 19794-2.
        public let position: Int
        /// Minus ten times the decimal logarithm of the false match rate.
        public let score: Float

        public init(position: Int, score: Float) { (self.position, self.score) = (position, score) }
    }

    /// One eye of both.
    public struct Iris: Sendable, Equatable {
        public let eye: Eye
        /// The normalised distance: about 0.5 for different eyes.
        public let distance: Float
        /// Minus ten times the decimal logarithm of the false match rate.
        public let score: Float

        public init(eye: Eye, distance: Float, score: Float) {
            (self.eye, self.distance, self.score) = (eye, distance, score)
        }
    }

    /// Of all fingers and irises together: minus ten times the decimal logarithm of the false match rate.
    public let score: Float
    /// Fingers that both have, by position.
    public let fingers: [Finger]
    /// Eyes that both have.
    public let irises: [Iris]

    public init(score: Float, fingers: [Finger], irises: [Iris]) {
        (self.score, self.fingers, self.irises) = (score, fingers, irises)
    }

    /// Nothing of the body is in both: the comparison says nothing, neither the same nor another.
    public var isEmpty: Bool { fingers.isEmpty && irises.isEmpty }

    /// How often two different persons reach the score or more, by the model of the scores.
    public var falseMatchRate: Double { PersonMatcher.falseMatchRate(score: score) }
}
