/// The course of a finger's ridges, after E. Henry.
public enum FingerClass: String, Sendable, CaseIterable {
    /// Ridges rise in the middle and leave on the other side.
    case arch
    /// An arch whose middle rises steeply, over one core and one delta in line.
    case tentedArch
    /// Ridges enter and leave on the left side of the image.
    case leftLoop
    /// Ridges enter and leave on the right side of the image.
    case rightLoop
    /// Ridges turn round two cores, between two deltas.
    case whorl

    /// How often the class occurs, the sum being 1.
    ///
    /// Source: C. Wilson, G. Candela, C. Watson, "Neural network fingerprint classification", J. Artificial Neural
    /// Networks 1 (2), 1994.
    public var share: Double {
        switch self {
        case .arch: 0.037
        case .tentedArch: 0.029
        case .leftLoop: 0.338
        case .rightLoop: 0.317
        case .whorl: 0.279
        }
    }

    /// A class drawn by its share.
    static func drawn(_ random: inout FingerRandom) -> FingerClass {
        var rest = random.unit()
        for each in allCases {
            rest -= each.share
            if rest < 0 { return each }
        }
        return .whorl
    }
}
