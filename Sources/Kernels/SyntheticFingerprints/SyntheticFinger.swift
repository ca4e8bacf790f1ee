/// A finger that nobody has, the same for the same seed and index.
///
/// Its ridges are grown once; any number of impressions is then taken of it, as a person would give them on different
/// days. For demonstrations, tests and load; rates of error measured on such fingers say nothing of people.
public struct SyntheticFinger: Sendable {
    /// The seed of the population of fingers.
    public let seed: UInt64
    /// Which finger of it.
    public let index: UInt64
    /// The course of the ridges.
    public let orientation: OrientationModel
    /// Half the width of the finger's pad in pixels.
    public let halfWidth: Double
    /// Half the height of the pad in pixels.
    public let halfHeight: Double

    /// The class of the finger, drawn by its share or as given.
    public var fingerClass: FingerClass { orientation.fingerClass }

    /// Decides everything about the finger but its ridges, which `RidgePattern` grows.
    public init(seed: UInt64, index: UInt64, fingerClass: FingerClass? = nil) {
        self.seed = seed
        self.index = index
        var random = FingerRandom(seed: seed, finger: index, concern: .shape)
        let drawn = FingerClass.drawn(&random)
        orientation = OrientationModel(fingerClass ?? drawn, using: &random)
        halfWidth = random.between(128, 160)
        halfHeight = halfWidth * random.between(1.2, 1.45)
    }

    /// Whether a point of the finger, from its middle, lies on the pad that touches a glass.
    func isOnPad(x: Double, y: Double) -> Bool {
        let across = x / halfWidth
        let along = y / halfHeight
        return across * across + along * along <= 1
    }
}
