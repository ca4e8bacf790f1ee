/// The code of an iris: 2,048 signs of log-Gabor responses, and which of them count.
///
/// Eight rings at 128 angles; each place has the sign of the real and of the imaginary part. A plane has one byte an
/// angle, ring 0 (at the pupil) in its lowest bit, so that a turned head is a shift by bytes. The mask is set where
/// both signs count. Codes are of this engine only: exchange images.
public struct IrisCode: Equatable, Sendable {
    /// Angles around the pupil.
    public static let angles = 128

    /// Rings between pupil and limbus.
    public static let rings = 8

    /// Signs in a code.
    public static let bits = 2 * angles * rings

    /// Rotations compared: seven angles, 19.7 degrees, to either side.
    public static let rotations = -7...7

    /// Signs of the real part.
    public let real: [UInt8]

    /// Signs of the imaginary part.
    public let imaginary: [UInt8]

    /// Places that count.
    public let mask: [UInt8]

    init(real: [UInt8], imaginary: [UInt8], mask: [UInt8]) {
        self.real = real
        self.imaginary = imaginary
        self.mask = mask
    }

    /// Share of the places that count, 0 to 1.
    public var usable: Double {
        Double(mask.reduce(0) { $0 + $1.nonzeroBitCount }) / Double(Self.angles * Self.rings)
    }

    private static let signature: [UInt8] = [0x53, 0x49, 0x52, 0x43, 1, 0, 0, 0]

    /// The code as 392 bytes: `SIRC`, version, three zeros, and the three planes.
    public func bytes() -> [UInt8] { Self.signature + planes }

    /// The three planes one after another, 384 bytes.
    public var planes: [UInt8] { real + imaginary + mask }

    /// Reads what `bytes()` wrote; throws `stored`.
    public init(reading bytes: [UInt8]) throws(IrisError) {
        guard bytes.count == 8 + 3 * Self.angles, bytes.starts(with: Self.signature) else {
            throw IrisError(.stored, "these are not the bytes of an iris code; extract it again from the image")
        }
        self.init(planes: Array(bytes[8...]))
    }

    /// A code of its three planes; they must be 384 bytes.
    public init(planes: [UInt8]) {
        precondition(planes.count == 3 * Self.angles, "an iris code has three planes of \(Self.angles) bytes")
        real = Array(planes[0..<Self.angles])
        imaginary = Array(planes[Self.angles..<2 * Self.angles])
        mask = Array(planes[(2 * Self.angles)...])
    }
}

/// What a comparison of two codes found.
public struct IrisComparison: Equatable, Sendable {
    /// The least normalised distance over the rotations: about 0.5 for different eyes, 1 when no place is shared.
    ///
    /// `0.5 - (0.5 - HD) * sqrt(n / N)`, HD the share of differing signs among the n compared, N all 2,048: a small
    /// distance over few signs is worth less. Source: J. Daugman, "New methods in iris recognition", 2007, with N as
    /// the code's length.
    public let distance: Float

    /// How far the probe is turned against the other, in angles of 2.8 degrees.
    public let rotation: Int
}

extension IrisCode {
    /// The reference comparison, place by place; `IrisProbe` gives the same bits faster.
    public func compare(with other: IrisCode) -> IrisComparison {
        var best = IrisComparison(distance: 1, rotation: 0)
        for rotation in Self.rotations {
            var compared = 0
            var differing = 0
            for angle in 0..<Self.angles {
                let own = (angle + rotation + Self.angles) % Self.angles
                let shared = mask[own] & other.mask[angle]
                compared += 2 * shared.nonzeroBitCount
                differing += ((real[own] ^ other.real[angle]) & shared).nonzeroBitCount
                differing += ((imaginary[own] ^ other.imaginary[angle]) & shared).nonzeroBitCount
            }
            guard compared > 0 else { continue }
            let n = Float(compared)
            let distance = 0.5 - (0.5 * n - Float(differing)) / (n * Float(Self.bits)).squareRoot()
            if distance < best.distance { best = IrisComparison(distance: distance, rotation: rotation) }
        }
        return best
    }
}
