/// How one impression of a finger was taken.
public struct Impression: Sendable, Equatable {
    /// Which impression of the finger; the noise depends on it.
    public var number: UInt64
    /// Turn of the finger in radians, counter-clockwise.
    public var rotation: Double
    /// Shift of the finger's middle in pixels, to the right.
    public var shiftX: Double
    /// Shift of the finger's middle in pixels, upwards.
    public var shiftY: Double
    /// -1 light and dry to 1 heavy and wet: how wide the ridges print.
    public var pressure: Double
    /// How much the skin was pulled while touching, in pixels to the right and upwards.
    public var pullX: Double
    /// The pull upwards.
    public var pullY: Double
    /// 0 a clean print to 1 a bad one: pores, dry spots, scratches, grain.
    public var damage: Double
    /// Part of the pad that touches, 0.3 ... 1.
    public var contact: Double

    /// A straight, clean, whole print.
    public static let plain = Impression(
        number: 0, rotation: 0, shiftX: 0, shiftY: 0, pressure: 0, pullX: 0, pullY: 0, damage: 0, contact: 1)

    /// The impression that a person would give on another day, drawn by its number.
    ///
    /// Source of the spreads: what volunteers did unguided in FVC2002 as its authors describe it (D. Maio and others,
    /// ICPR 2002): turns to about 35 degrees, partial contact, dry and wet fingers.
    public static func drawn(_ number: UInt64, of finger: SyntheticFinger) -> Impression {
        var random = FingerRandom(seed: finger.seed, finger: finger.index, impression: number, concern: .placement)
        return Impression(
            number: number, rotation: max(-0.6, min(0.6, random.normal(0.15))),
            shiftX: max(-60, min(60, random.normal(14))), shiftY: max(-60, min(60, random.normal(18))),
            pressure: max(-1, min(1, random.normal(0.35))),
            pullX: max(-14, min(14, random.normal(4))), pullY: max(-14, min(14, random.normal(4))),
            damage: min(1, abs(random.normal(0.3))), contact: 1 - min(0.45, abs(random.normal(0.12))))
    }
}
