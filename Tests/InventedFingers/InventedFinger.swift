public import BiometricFormats
import ImageDecoding
import SyntheticFingerprints
import Synchronization

/// Fingers of nobody, drawn by the generator and printed as a sensor would.
public enum InventedFinger {
    private static let grown = Mutex<[UInt64: RidgePattern]>([:])

    /// The same finger for the same index; grown once, which takes seconds without the optimiser.
    private static func pattern(_ index: UInt64) -> RidgePattern {
        grown.withLock { grown in
            if let known = grown[index] { return known }
            let pattern = RidgePattern(SyntheticFinger(seed: 2018, index: index))
            grown[index] = pattern
            return pattern
        }
    }

    /// One impression at 500 dots an inch.
    public static func image(_ index: UInt64, impression: UInt64) throws -> GreyImage {
        let pattern = pattern(index)
        return try pattern.print(.drawn(impression, of: pattern.finger))
    }

    /// The same as a file.
    public static func png(_ index: UInt64, impression: UInt64) throws -> [UInt8] {
        try image(index, impression: impression).png()
    }

    /// A picture as a portable greymap.
    public static func pgm(_ image: GreyImage) -> [UInt8] {
        Array("P5 \(image.width) \(image.height) 255\n".utf8) + image.pixels
    }
}
