/// A point where a ridge ends or divides.
///
/// Coordinates are pixels of the view, from the top left, x to the right, y down.
public struct Minutia: Equatable, Hashable, Sendable {
    /// What the ridge does there; the codes of ISO/IEC 19794-2 and ANSI/INCITS 378.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Neither, or not told; "either" in ANSI 378-2009.
        case other = 0
        /// The ridge ends.
        case ending = 1
        /// The ridge divides.
        case bifurcation = 2
    }

    /// What the ridge does there.
    public var kind: Kind

    /// Column in pixels, below 16,384.
    public var x: Int

    /// Row in pixels, below 16,384.
    public var y: Int

    /// Direction in the format's units, counter-clockwise from the x axis as seen; see `MinutiaeFormat.angleUnits`.
    public var angle: UInt8

    /// 1 to 100, or 0 for not told.
    public var quality: UInt8

    /// A minutia.
    public init(kind: Kind, x: Int, y: Int, angle: UInt8, quality: UInt8 = 0) {
        self.kind = kind
        self.x = x
        self.y = y
        self.angle = angle
        self.quality = quality
    }
}

/// The layouts of finger minutiae records that this library reads and writes.
public enum MinutiaeFormat: String, Sendable, CaseIterable {
    /// ISO/IEC 19794-2:2005, record format.
    case iso2005
    /// ISO/IEC 19794-2:2011.
    case iso2011
    /// ANSI/INCITS 378-2004.
    case ansi2004
    /// ANSI/INCITS 378-2009.
    case ansi2009
    /// ANSI/INCITS 378-2009 with amendment 1.
    case ansi2009Amendment1

    /// Units of a full turn: 256 in ISO (1.40625 degrees each), 180 in ANSI (2 degrees each).
    public var angleUnits: Int {
        switch self {
        case .iso2005, .iso2011: 256
        case .ansi2004, .ansi2009, .ansi2009Amendment1: 180
        }
    }

    /// Size, resolution and sensor stand once in the header, not in each view.
    var sharesGeometry: Bool { self == .iso2005 || self == .ansi2004 }

    var isANSI: Bool { angleUnits == 180 }
}
