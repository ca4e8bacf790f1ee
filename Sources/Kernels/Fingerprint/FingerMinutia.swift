/// A place where a ridge ends or forks.
///
/// Positions are pixels at 500 dots an inch from the upper left corner, y downwards. The angle is in radians,
/// counter-clockwise from the positive x axis as seen, as in ISO/IEC 19794-2: along the ridge, out of an ending's ridge
/// or between a fork's branches.
public struct FingerMinutia: Hashable, Sendable {
    /// What the ridge does here.
    public enum Kind: UInt8, Sendable { case other = 0, ending, bifurcation }

    public var x: Float
    public var y: Float
    public var angle: Float
    public var kind: Kind
    /// 1...100; 0 is unknown.
    public var quality: UInt8

    public init(x: Float, y: Float, angle: Float, kind: Kind, quality: UInt8 = 0) {
        (self.x, self.y, self.angle, self.kind, self.quality) = (x, y, angle, kind, quality)
    }
}
